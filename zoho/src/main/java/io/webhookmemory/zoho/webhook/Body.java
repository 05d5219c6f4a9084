package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A body as it was read.
 *
 * @param fields its top-level fields in the order of the body; those of a form are texts
 * @param repaired whether it was JSON only after control characters within strings were let pass
 */
record Body(ObjectNode fields, boolean isForm, boolean repaired) {}
