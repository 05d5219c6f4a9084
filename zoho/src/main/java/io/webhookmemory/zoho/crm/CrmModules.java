package io.webhookmemory.zoho.crm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How the changes of a module's records can be learned from Zoho.
 *
 * <p>Zoho documents notifications for Leads, Accounts, Contacts, Deals, Campaigns, Tasks, Cases, Events (called Meetings in its
 * user interface), Calls, Solutions, Products, Vendors, Price_Books, Quotes, Sales_Orders, Purchase_Orders, Invoices,
 * Appointments__s, Appointments_Rescheduled_History__s, Services__s and custom modules. A custom module may have any name, so what
 * is not known to lack notifications is taken to have them; Zoho refuses the channel otherwise.
 *
 * @see <a href="https://www.zoho.com/crm/developer/docs/api/v7/notifications/enable.html">Zoho: Enable Notifications</a>
 */
public final class CrmModules {
    private static final Map<String, String> NOT_WATCHABLE = Map.of(
            "Notes", "Zoho has no notifications of Notes; they are swept instead",
            "Activities", "Zoho reports Activities as Tasks, Events and Calls, which are watched and swept instead");

    private static final String ACTIVITIES = "Activities";
    /** Zoho lets one list and change Activities as Tasks, Events and Calls only. */
    private static final Set<String> NOT_SWEEPABLE = Set.of(ACTIVITIES);

    private CrmModules() {}

    /** Whether Zoho notifies of changes of the module's records. */
    public static boolean isWatchable(String module) {
        return !NOT_WATCHABLE.containsKey(module);
    }

    /** Why Zoho does not notify of a module's changes, and what is done instead; empty where it does. */
    public static Optional<String> whyNotWatchable(String module) {
        return Optional.ofNullable(NOT_WATCHABLE.get(module));
    }

    /** The modules of Zoho's API that hold a module's records: the module itself, except for Activities. */
    public static List<String> holding(String module) {
        return module.equals(ACTIVITIES) ? List.of("Tasks", "Events", "Calls") : List.of(module);
    }

    /** Whether the module's changes can be read from Zoho's lists. */
    public static boolean isSweepable(String module) {
        return !NOT_SWEEPABLE.contains(module);
    }
}
