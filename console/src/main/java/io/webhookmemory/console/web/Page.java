package io.webhookmemory.console.web;

/**
 * What the frame around every page shows.
 *
 * @param section the entry of the navigation that is current
 * @param user who is logged in; null before
 * @param canLogOut whether the session can be ended here
 * @param canWrite whether the console may change anything
 * @param csrf the token that every form contains
 */
public record Page(
        String title,
        String section,
        String user,
        boolean canLogOut,
        boolean canWrite,
        String csrf,
        String version,
        Assets assets) {}
