package io.webhookmemory.embedded.cognee;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/** The failures that were asked for. Thread-safe. */
final class Faults {
    private final List<Passing> passing = new ArrayList<>();
    private final List<Lasting> lasting = new ArrayList<>();
    private volatile boolean unavailable;
    private volatile String cognifyFailure;
    private int answersToLose;

    private record Passing(int timesLeft, int status, String words) {}

    private record Lasting(Predicate<String> text, int status, String detail) {}

    synchronized void failNext(int times, int status, String words) {
        passing.add(new Passing(times, status, words));
    }

    synchronized void refuse(Predicate<String> text, int status, String detail) {
        lasting.add(new Lasting(text, status, detail));
    }

    synchronized void loseNextAnswers(int times) {
        answersToLose = times;
    }

    synchronized boolean loseThisAnswer() {
        return answersToLose-- > 0;
    }

    void unavailable(boolean value) {
        unavailable = value;
    }

    boolean isUnavailable() {
        return unavailable;
    }

    void failCognify(String detail) {
        cognifyFailure = detail;
    }

    /** Null while graphs can be built. */
    String cognifyFailure() {
        return cognifyFailure;
    }

    /** @throws Refusal where the text is to be refused this time */
    synchronized void check(String text) {
        for (Iterator<Passing> faults = passing.iterator(); faults.hasNext(); ) {
            Passing fault = faults.next();
            if (text.contains(fault.words())) {
                faults.remove();
                if (fault.timesLeft() > 1) {
                    passing.add(new Passing(fault.timesLeft() - 1, fault.status(), fault.words()));
                }
                throw new Refusal(fault.status(), "asked to fail");
            }
        }
        for (Lasting fault : lasting) {
            if (fault.text().test(text)) {
                throw new Refusal(fault.status(), fault.detail());
            }
        }
    }
}
