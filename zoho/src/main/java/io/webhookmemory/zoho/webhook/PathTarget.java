package io.webhookmemory.zoho.webhook;

/**
 * The module and the operation in the path of {@code POST /webhooks/zoho/{module}/{operation}}, for senders that do not put
 * them into the body.
 *
 * @param module as sent, not checked
 * @param operation as sent, not checked
 */
public record PathTarget(String module, String operation) {}
