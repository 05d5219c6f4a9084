package io.webhookmemory.zoho;

import java.time.Instant;

/** @param permanently false where it is in the recycle bin, out of which it may come back */
public record DeletedRecord(String id, Instant deletedTime, boolean permanently) {}
