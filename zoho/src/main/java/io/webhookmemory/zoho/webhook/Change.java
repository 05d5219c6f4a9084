package io.webhookmemory.zoho.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One record's change within a webhook. Changes may share their record data and modified fields.
 *
 * @param time when it happened, where the body says so
 */
record Change(String recordId, ObjectNode recordData, List<String> modifiedFields, Optional<Instant> time) {}
