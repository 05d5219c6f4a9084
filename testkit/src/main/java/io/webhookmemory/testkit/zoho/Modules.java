package io.webhookmemory.testkit.zoho;

import java.util.Set;
import java.util.TreeSet;

/** The organisation's modules: Zoho's own, and two custom ones, of which one has the name that Zoho gives by default. */
final class Modules {
    static final Set<String> ALL = Set.of(
            "Leads",
            "Accounts",
            "Contacts",
            "Deals",
            "Campaigns",
            "Tasks",
            "Cases",
            "Events",
            "Calls",
            "Notes",
            "Solutions",
            "Products",
            "Vendors",
            "Price_Books",
            "Quotes",
            "Sales_Orders",
            "Purchase_Orders",
            "Invoices",
            "CustomModule1",
            "Machines");

    private static final Set<String> WITHOUT_NOTIFICATIONS = Set.of("Notes");

    private Modules() {}

    /** Neither Notes nor Activities can be watched. */
    static Set<String> watchable() {
        Set<String> watchable = new TreeSet<>(ALL);
        watchable.removeAll(WITHOUT_NOTIFICATIONS);
        return watchable;
    }
}
