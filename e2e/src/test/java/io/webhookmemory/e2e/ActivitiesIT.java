package io.webhookmemory.e2e;

import static io.webhookmemory.e2e.SubscribedPipeline.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Signed webhooks of Activities, a module that Zoho's API does not have, with Zoho's credentials. No channel or sweep helps. */
class ActivitiesIT {
    @AutoClose
    private final SubscribedPipeline pipeline = SubscribedPipeline.start(
            Map.of("WEBHOOK_MODULES", "Accounts,Tasks,Activities", "WEBHOOK_SUBSCRIPTIONS", "Accounts.all"), 1);

    @Test
    void a_signed_webhook_of_an_activity_brings_the_task_that_zoho_keeps_into_memory_and_out_again() {
        String account = SubscribedPipeline.newId();
        String task = SubscribedPipeline.newId();
        ObjectNode record =
                SubscribedPipeline.record(task, "Subject", "Call back").put("$se_module", "Accounts");
        pipeline.zoho.put("Tasks", SubscribedPipeline.linked(record, "What_Id", account));

        post("create", task);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(pipeline.places(List.of(task)))
                        .isEqualTo(Map.of("Tasks_" + task, "account_" + account)));

        pipeline.zoho.delete("Tasks", task);
        post("delete", task);
        await().atMost(LIMIT).until(() -> pipeline.documentsOf(task).isEmpty());
    }

    private void post(String operation, String id) {
        String body =
                "{\"operation\":\"%s\",\"module\":\"Activities\",\"data\":[{\"id\":\"%s\"}]}".formatted(operation, id);
        assertThat(pipeline.post(body).statusCode()).isEqualTo(200);
    }
}
