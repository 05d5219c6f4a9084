package io.webhookmemory.console.search;

import io.webhookmemory.admin.trace.TraceQuery;
import io.webhookmemory.console.web.Form;
import io.webhookmemory.console.web.InvalidInput;
import java.time.Instant;
import java.util.Optional;

/** What is searched for, as the operator typed it. */
public record SearchForm(String record, String event, String since) {
    static final SearchForm EMPTY = new SearchForm("", "", "24h");

    static SearchForm of(Form form) {
        String since = form.text("since");
        return new SearchForm(form.text("record"), form.text("event"), since.isEmpty() ? EMPTY.since() : since);
    }

    static TraceQuery query(Form form, boolean withText) {
        Optional<String> record = optional(form.text("record"));
        Optional<String> event = optional(form.text("event"));
        if (record.isEmpty() && event.isEmpty()) {
            throw new InvalidInput("A record id or an event id is required.");
        }
        Instant since = form.time("since").orElseThrow(() -> new InvalidInput("\"since\" is required."));
        return new TraceQuery(record, event, since, withText);
    }

    private static Optional<String> optional(String text) {
        return Optional.of(text).filter(value -> !value.isEmpty());
    }
}
