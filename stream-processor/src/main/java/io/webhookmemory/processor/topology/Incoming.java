package io.webhookmemory.processor.topology;

import io.webhookmemory.topics.event.WebhookEvent;
import org.apache.kafka.common.utils.Bytes;

/**
 * An event on its way through the topology, beside the bytes it was read from: should it have to be put aside, it is put
 * aside as it was.
 */
record Incoming(WebhookEvent event, Bytes bytes) {}
