package io.webhookmemory.subscriptions.auditing;

import io.webhookmemory.admin.audit.AuditScope;
import io.webhookmemory.admin.audit.AuditSettings;
import io.webhookmemory.service.config.SettingsReader;
import java.time.Duration;
import java.util.Optional;

/**
 * When audits run, and what they compare.
 *
 * @param interval from the end of one audit to the beginning of the next
 */
public record AuditSchedule(AuditSettings settings, AuditScope scope, Duration interval) {
    private static final Duration GRACE = Duration.ofMinutes(5);

    /**
     * Empty if {@code AUDIT_INTERVAL} is 0; then no other setting is read.
     *
     * @param sweepInterval a change that only a sweep finds may be on its way for so long
     */
    public static Optional<AuditSchedule> from(SettingsReader settings, Duration sweepInterval) {
        Duration interval = settings.seconds("AUDIT_INTERVAL", 0, 0, 2_592_000);
        if (interval.isZero()) {
            return Optional.empty();
        }
        AuditSettings audit = AuditSettings.from(settings);
        AuditScope scope = new AuditScope(audit.catalogue().modules(), Optional.empty(), 0, sweepInterval.plus(GRACE));
        return Optional.of(new AuditSchedule(audit, scope, interval));
    }
}
