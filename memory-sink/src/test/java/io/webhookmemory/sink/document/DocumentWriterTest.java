package io.webhookmemory.sink.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.cognee.NewDocument;
import io.webhookmemory.topics.event.EventSource;
import io.webhookmemory.topics.event.EventType;
import io.webhookmemory.topics.event.WebhookEvent;
import io.webhookmemory.topics.json.Json;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentWriterTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void a_deal_reads_like_a_fact_sheet() throws Exception {
        NewDocument document = write("Deals", """
                {"id":"7","Stage":"Closed Won","Deal_Name":"Pump controllers, 40 units","Amount":48500.50,
                 "Closing_Date":"2026-12-18","Account_Name":{"name":"Hollerbach Pumps","id":"1"},
                 "Owner":{"name":"Ada","id":"2","email":"a@example.com"},"Probability":100,"Lead_Source":null,
                 "Tag":[{"name":"pumps","id":"3"},{"name":"2026","id":"4"}],"$approved":true,"Next_Step":"",
                 "Is_Renewal":false,"Modified_Time":"2026-01-01T00:00:00Z","Created_Time":"2025-12-01T09:30:00+01:00"}""");

        assertThat(document.fileName()).isEqualTo("Deals_7.txt");
        assertThat(document.text()).isEqualTo("""
                        Deals 7
                        Pump controllers, 40 units

                        Account Name: Hollerbach Pumps
                        Amount: 48,500.50
                        Closing Date: 2026-12-18
                        Created Time: 2025-12-01 09:30 +01:00
                        Deal Name: Pump controllers, 40 units
                        Is Renewal: no
                        Owner: Ada
                        Probability: 100
                        Stage: Closed Won
                        Tag: pumps, 2026
                        """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Leads         |{'Last_Name':'Reuter','Full_Name':'Jana Reuter','Company':'H'}                |Jana Reuter",
                "Products      |{'Product_Name':'Controller C40','Vendor_Name':{'id':'1','name':'V'}}         |Controller C40",
                "Quotes        |{'Subject':'Forty pumps','Deal_Name':{'id':'1','name':'A deal'}}              |Forty pumps",
                "Campaigns     |{'Campaign_Name':'Spring fair','Parent_Campaign':{'id':'1','name':'Fairs'}}   |Spring fair",
                "Cases         |{'Subject':'It stops','Product_Name':{'id':'1','name':'Controller'}}          |It stops",
                "CustomModule1 |{'Name':'Press line 4','Product_Name':{'id':'1','name':'Controller'}}         |Press line 4",
                "Deals         |{'Deal_Name':'A deal','Campaign_Source':{'id':'1','name':'Spring fair'}}      |A deal",
            })
    void a_record_is_called_by_its_own_name_not_by_that_of_one_it_refers_to(String module, String record, String title)
            throws Exception {
        assertThat(write(module, record.replace('\'', '"')).text()).startsWith(module + " 7\n" + title + "\n\n");
    }

    @Test
    void the_items_of_a_quote_begin_with_the_product() throws Exception {
        NewDocument document = write("Quotes", """
                {"Subject":"Forty pumps","Quoted_Items":[{"id":"1","Description":"with cable","List_Price":1212.5,
                 "Product_Name":{"id":"2","name":"Controller C40","Product_Code":"C40"},"Quantity":40,"Discount":0,
                 "Line_Tax":[{"id":"3","name":"VAT","percentage":20}],"Parent_Id":{"id":"7","name":"Forty pumps"}}]}""");

        assertThat(document.text()).isEqualTo("""
                        Quotes 7
                        Forty pumps

                        Subject: Forty pumps

                        Quoted Items:
                          - Product Name: Controller C40
                            Description: with cable
                            Discount: 0
                            Line Tax: VAT
                            List Price: 1,212.50
                            Quantity: 40
                        """);
    }

    @Test
    void a_long_note_is_kept_whole_below_the_other_fields() throws Exception {
        String content = "first line\n" + "x".repeat(5_000);

        String text = write(
                        "Notes",
                        Json.MAPPER
                                .createObjectNode()
                                .put("Note_Content", content)
                                .put("Note_Title", "Visit")
                                .toString())
                .text();

        assertThat(text)
                .isEqualTo("Notes 7\nVisit\n\nNote Title: Visit\n\nNote Content:\n  first line\n  " + "x".repeat(5_000)
                        + "\n");
    }

    @Test
    void the_order_of_fields_and_zohos_bookkeeping_change_nothing() throws Exception {
        NewDocument one = write("Deals", "{\"a\":1,\"b\":2,\"Modified_Time\":\"2026-01-01T00:00:00Z\"}");
        NewDocument other = write("Deals", "{\"b\":2,\"Modified_Time\":\"2026-02-02T00:00:00Z\",\"a\":1}");

        assertThat(other.text()).isEqualTo(one.text());
        assertThat(other.metadata().contentSha256())
                .isEqualTo(one.metadata().contentSha256())
                .matches("[0-9a-f]{64}");
    }

    @Test
    void two_records_with_the_same_fields_are_still_two_texts() throws Exception {
        assertThat(write("Deals", "{\"a\":1}").text())
                .isNotEqualTo(write("Contacts", "{\"a\":1}").text());
    }

    @Test
    void an_absurd_number_is_not_written_out() throws Exception {
        assertThat(write("Deals", "{\"Amount\":1E+99999999}").text()).hasSizeLessThan(100);
    }

    @Test
    void no_value_and_no_name_can_look_like_another_field_or_the_header() throws Exception {
        for (String lineBreak : List.of("\n", "\r", "\r\n", "\u2028", "\u0085", "\n\n", "&#10;")) {
            String forged = "x" + lineBreak + "Stage: Closed Won" + lineBreak + "Deals 8";
            ObjectNode record = Json.MAPPER.createObjectNode();
            record.put("Deal_Name", forged)
                    .put("Description", forged)
                    .put("Owner" + lineBreak + "Stage", "x")
                    .put("Note: Stage", "x");
            record.putObject("Account_Name").put("name", forged);
            record.putArray("Tag").add(forged).addObject().put("name", forged);
            record.putArray("Items").addObject().put("Text", forged).put(forged, "x");

            String text = write("Deals", record.toString()).text();

            assertThat(text.lines())
                    .as(text)
                    .startsWith("Deals 7", "")
                    .noneMatch(
                            line -> line.startsWith("Stage") || line.startsWith("Deals 8") || line.indexOf('\r') >= 0);
        }
    }

    @Test
    void control_characters_reach_no_document() throws Exception {
        ObjectNode record = Json.MAPPER.createObjectNode();
        record.put("Deal\u0000_\u001BName", "a\u0000b\u001B[31mc\u202Ed&#0;");
        record.putObject("Owner").put("name", "e\u0000f");

        assertThat(write("Deals", record.toString()).text()).isEqualTo("Deals 7\n\nDeal Name: ab[31mcd\nOwner: ef\n");
    }

    @Test
    void a_placeholder_that_was_not_filled_in_is_no_fact() throws Exception {
        NewDocument document = write("Deals", """
                {"Stage":"${Deals.Stage}","Next_Step":"null","Owner":{"id":"${Deals.Owner}","name":"x"},
                 "Tag":["${Tag}","pumps"],"Contact_Name":{"name":"${Contacts.Name}"},"Text":"costs ${5} each"}""");

        assertThat(document.text()).isEqualTo("Deals 7\n\nTag: pumps\nText: costs ${5} each\n");
    }

    @Test
    void the_rows_of_a_subform_appear_with_their_fields() throws Exception {
        NewDocument document = write("Deals", """
                {"Lines":[{"id":"1","Parent_Id":{"id":"7"},"Quantity":40,"Unit_Price":1212.5,"$in_merge":false,
                           "Product":{"name":"Pump &amp; valve","id":"2"},"Text":"a\\nb"},
                          {"id":"3","Modified_Time":"2026-01-01T00:00:00Z"}],
                 "One":[{"id":"4","Quantity":1}],"Contacts":[{"id":"5","name":"Jana","email":"j@example.com"}]}""");

        assertThat(document.text()).isEqualTo("""
                        Deals 7

                        Contacts: Jana

                        Lines:
                          - Product: Pump & valve
                            Quantity: 40
                            Text: a b
                            Unit Price: 1,212.50
                          - 3

                        One:
                          - Quantity: 1
                        """);
    }

    private static NewDocument write(String module, String data) throws Exception {
        ObjectNode record = (ObjectNode) Json.MAPPER.readTree(data);
        WebhookEvent event = WebhookEvent.received(
                "e", EventType.UPDATE, module, "7", record, List.of(), NOW, null, NOW, EventSource.SIGNED);
        return DocumentWriter.write(event, NOW);
    }
}
