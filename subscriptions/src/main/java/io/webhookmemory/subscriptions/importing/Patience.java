package io.webhookmemory.subscriptions.importing;

import io.webhookmemory.service.kafka.KafkaProblem;
import io.webhookmemory.service.kafka.NotAcknowledged;
import io.webhookmemory.zoho.api.ZohoException;
import io.webhookmemory.zoho.api.ZohoFailure;
import io.webhookmemory.zoho.api.ZohoFailure.Outage;
import io.webhookmemory.zoho.api.ZohoFailure.Transient;
import io.webhookmemory.zoho.api.ZohoFailure.Trouble;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Repeats what fails for a reason that passes: API credits that are used up for as long as it takes, because they come back;
 * Zoho or Kafka that cannot be reached for ten minutes. For one thread.
 */
final class Patience {
    static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration PAUSE = Duration.ofSeconds(10);
    /** As long as the client makes no call after Zoho said so. */
    private static final Duration CREDITS_PAUSE = Duration.ofMinutes(1);

    private static final Set<Trouble> PASSING =
            Set.of(Trouble.CREDITS_EXHAUSTED, Trouble.UNREACHABLE, Trouble.TOKENS_THROTTLED);

    private final Clock clock;
    private final Sleeper sleeper;
    private final ImportEvents events;
    private Optional<Instant> failingSince = Optional.empty();

    Patience(Clock clock, Sleeper sleeper, ImportEvents events) {
        this.clock = clock;
        this.sleeper = sleeper;
        this.events = events;
    }

    /** @throws RuntimeException the action's own, where it does not pass or has not passed in time */
    <T> T insist(Supplier<T> action) {
        while (true) {
            try {
                T result = action.get();
                failingSince = Optional.empty();
                return result;
            } catch (ZohoException e) {
                pauseAfter(e, e.failure());
            } catch (NotAcknowledged e) {
                pause(e, "Kafka does not acknowledge", PAUSE, true);
            } catch (KafkaProblem e) {
                pause(e, e.getMessage(), PAUSE, true);
            }
        }
    }

    private void pauseAfter(ZohoException e, ZohoFailure failure) {
        if (failure instanceof Transient passing) {
            pause(e, e.getMessage(), passing.retryAfter().orElse(PAUSE), true);
        } else if (failure instanceof Outage outage && PASSING.contains(outage.trouble())) {
            boolean credits = outage.trouble() == Trouble.CREDITS_EXHAUSTED;
            pause(e, ZohoException.words(failure), credits ? CREDITS_PAUSE : PAUSE, !credits);
        } else {
            throw e;
        }
    }

    private void pause(RuntimeException e, String words, Duration time, boolean limited) {
        Instant now = clock.instant();
        Instant since = failingSince.orElse(now);
        failingSince = Optional.of(since);
        if (limited && Duration.between(since, now).compareTo(LIMIT) > 0) {
            throw e;
        }
        events.waiting(words + "; next attempt in " + time.toSeconds() + " s", Duration.between(since, now));
        sleeper.sleep(time);
    }
}
