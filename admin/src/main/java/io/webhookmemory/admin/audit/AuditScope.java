package io.webhookmemory.admin.audit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What an audit compares.
 *
 * @param modules of the pipeline; all of them for a whole audit
 * @param account only the records of this account
 * @param samples examples of each kind that the report keeps
 * @param grace a change in Zoho that is younger does not count, nor does a graph requested since; also the longest wait
 *     for events that are still on their way
 */
public record AuditScope(List<String> modules, Optional<String> account, int samples, Duration grace) {
    public AuditScope {
        modules = List.copyOf(modules);
    }

    boolean hasModule(String module) {
        // Events of Activities may be filed as Tasks, Events or Calls, and the other way round.
        return modules.contains(module) || (isActivity(module) && modules.contains("Activities"));
    }

    private static boolean isActivity(String module) {
        return module.equals("Tasks") || module.equals("Events") || module.equals("Calls");
    }
}
