package io.webhookmemory.testkit.zoho;

import java.time.Duration;
import java.util.Optional;

/** The requested failures. Thread-safe. */
final class Faults {
    private volatile boolean unavailable;
    private int callsToThrottle;
    private Optional<Duration> retryAfter = Optional.empty();
    private int callsToFail;
    private int status;
    private String code;
    private String message;
    private int answersToLose;

    void unavailable(boolean value) {
        unavailable = value;
    }

    boolean isUnavailable() {
        return unavailable;
    }

    synchronized void throttleNext(int times, Optional<Duration> after) {
        callsToThrottle = times;
        retryAfter = after;
    }

    synchronized boolean throttleThisCall() {
        boolean throttle = callsToThrottle > 0;
        callsToThrottle -= throttle ? 1 : 0;
        return throttle;
    }

    synchronized Optional<Duration> retryAfter() {
        return retryAfter;
    }

    synchronized void failNext(int times, int httpStatus, String zohoCode, String zohoMessage) {
        callsToFail = times;
        status = httpStatus;
        code = zohoCode;
        message = zohoMessage;
    }

    /** @throws Refusal if this call must fail */
    synchronized void check() {
        if (callsToFail > 0) {
            callsToFail--;
            throw new Refusal(status, code, message);
        }
    }

    synchronized void loseNextResponses(int times) {
        answersToLose = times;
    }

    synchronized boolean loseThisAnswer() {
        boolean lose = answersToLose > 0;
        answersToLose -= lose ? 1 : 0;
        return lose;
    }
}
