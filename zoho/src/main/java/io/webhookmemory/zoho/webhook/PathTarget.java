package io.webhookmemory.zoho.webhook;

/**
 * What the path of {@code POST /webhooks/zoho/{module}/{operation}} says, for senders that do not say it in the body.
 *
 * @param module as sent, not checked
 * @param operation as sent, not checked
 */
public record PathTarget(String module, String operation) {}
