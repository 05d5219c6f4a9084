package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A parsed body.
 *
 * @param fields its top-level fields in the order of the body; the values of a form are texts
 * @param repaired whether the body is valid JSON only with unescaped control characters in strings allowed
 */
record Body(ObjectNode fields, boolean isForm, boolean repaired) {}
