package io.webhookmemory.zoho.api;

import io.webhookmemory.zoho.api.ZohoFailure.Outage;
import io.webhookmemory.zoho.api.ZohoFailure.Trouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How many records of a module Zoho has.
 *
 * @param records empty where Zoho does not say
 * @param reason why it does not, in plain words; empty where it does
 */
public record ModuleCount(String module, OptionalLong records, String reason) {
    /** A page repeats the last second of the page before, one record at least. */
    private static final int FRESH_PER_PAGE = 199;

    private static final Set<Trouble> NOT_IN_THE_WAY = Set.of(Trouble.SCOPE_MISSING, Trouble.CREDITS_EXHAUSTED);

    /** @throws ZohoException where nothing can be read either, such as because Zoho cannot be reached */
    public static ModuleCount of(String module, ZohoCounts zoho) {
        try {
            return new ModuleCount(module, OptionalLong.of(zoho.records(module)), "");
        } catch (ZohoException e) {
            if (e.failure() instanceof Outage outage) {
                if (!NOT_IN_THE_WAY.contains(outage.trouble())) {
                    throw e;
                }
                if (outage.trouble() == Trouble.SCOPE_MISSING) {
                    return unknown(module, "the refresh token lacks the scope ZohoSearch.securesearch.READ");
                }
            }
            return unknown(module, ZohoException.words(e.failure()));
        }
    }

    private static ModuleCount unknown(String module, String reason) {
        return new ModuleCount(module, OptionalLong.empty(), reason);
    }

    /** API credits for reading so many records: their pages, and the names of the module's fields. */
    public static long credits(long records) {
        return Math.max(1, (records + FRESH_PER_PAGE - 1) / FRESH_PER_PAGE) + 1;
    }
}
