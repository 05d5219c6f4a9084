package io.webhookmemory.admin.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.webhookmemory.admin.audit.RecordView.InZoho;
import io.webhookmemory.zoho.api.DeletedRecord;
import io.webhookmemory.zoho.api.Lookup;
import io.webhookmemory.zoho.api.ModuleCount;
import io.webhookmemory.zoho.api.ZohoClient;
import io.webhookmemory.zoho.api.ZohoException;
import io.webhookmemory.zoho.api.ZohoFailure;
import io.webhookmemory.zoho.crm.AccountLinks;
import io.webhookmemory.zoho.crm.CrmModules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** Reads ids and times of change from Zoho. For one thread. */
final class ZohoSide {
    private static final String PARENT_MODULE = "$se_module";
    /** Before every record. */
    private static final Instant BEGINNING = Instant.EPOCH.plusSeconds(1);

    private final ZohoClient zoho;
    private final AccountLinks links;

    ZohoSide(ZohoClient zoho, AccountLinks links) {
        this.zoho = zoho;
        this.links = links;
    }

    /** The modules of Zoho's API to read for modules of the pipeline. */
    static List<String> readable(Collection<String> modules) {
        return modules.stream()
                .flatMap(module -> CrmModules.holding(module).stream())
                .distinct()
                .filter(CrmModules::isSweepable)
                .toList();
    }

    /** How many records there are to read; costs a credit per module. */
    List<ModuleCount> count(Collection<String> modules) {
        return readable(modules).stream()
                .map(module -> ModuleCount.of(module, zoho.counts()))
                .toList();
    }

    /**
     * All records of a module.
     *
     * @return why Zoho refuses the module; empty if it was read
     * @throws ZohoException if Zoho fails as a whole
     */
    Optional<String> read(String module, BiConsumer<String, InZoho> row) {
        try {
            zoho.changes()
                    .modifiedSince(
                            module,
                            BEGINNING,
                            fields(module),
                            page -> page.forEach(
                                    record -> row.accept(record.path("id").asText(), row(module, record))));
            return Optional.empty();
        } catch (ZohoException e) {
            if (e.failure() instanceof ZohoFailure.Permanent) {
                return Optional.of(ZohoException.words(e.failure()));
            }
            throw e;
        }
    }

    /** The field that names the account, if the module has it, and what tells the module of a parent. */
    private List<String> fields(String module) {
        List<String> known = new ArrayList<>(zoho.records().fieldNames(module));
        return Stream.of(links.field(module), PARENT_MODULE)
                .filter(known::contains)
                .filter(field -> !module.equals("Accounts"))
                .toList();
    }

    private InZoho row(String module, ObjectNode record) {
        // A record without a readable time cannot be outdated.
        Instant modified = zoho.times().read(record, "Modified_Time").orElse(Instant.MIN);
        return new InZoho(
                module, links.named(module, record.path("id").asText(), record).orElse(null), modified);
    }

    /**
     * Of records that the lists did not have, those that Zoho has all the same, or has deleted so recently that the
     * deletion may be on its way.
     */
    Set<String> stillThere(String module, Collection<String> ids, Instant since) {
        Set<String> there = new HashSet<>();
        for (Map.Entry<String, Lookup> result :
                zoho.records().readAll(module, ids).entrySet()) {
            if (!(result.getValue() instanceof Lookup.Missing)) {
                there.add(result.getKey());
            }
        }
        zoho.changes().deletedSince(module, since).stream()
                .map(DeletedRecord::id)
                .filter(ids::contains)
                .forEach(there::add);
        return there;
    }
}
