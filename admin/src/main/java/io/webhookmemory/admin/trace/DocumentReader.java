package io.webhookmemory.admin.trace;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.webhookmemory.cognee.CogneeClient;
import io.webhookmemory.cognee.CogneeSettings;
import io.webhookmemory.cognee.MemoryException;
import io.webhookmemory.topics.digest.Sha256;
import java.util.Optional;

/** Reads one document from Cognee, in two calls, or three with a login. Changes nothing. */
final class DocumentReader {
    private final CogneeClient cognee;

    DocumentReader(CogneeSettings settings) {
        this.cognee = CogneeClient.create(settings, new SimpleMeterRegistry());
    }

    /**
     * Compares the document that the directory names with Cognee's.
     *
     * @param withText whether the result contains the text
     */
    InCognee read(Holding holding, boolean withText) {
        try {
            Optional<String> text = cognee.text(holding.dataset(), holding.dataId());
            return text.map(found -> compare(holding, found, withText)).orElseGet(InCognee::absent);
        } catch (MemoryException e) {
            return InCognee.unknown(e.failure().reason());
        }
    }

    private static InCognee compare(Holding holding, String text, boolean withText) {
        String digest = Sha256.hex(text);
        boolean same = holding.contentSha256() == null || digest.equals(holding.contentSha256());
        return new InCognee(
                same ? InCognee.State.SAME : InCognee.State.DIFFERENT, digest, withText ? text : null, null);
    }
}
