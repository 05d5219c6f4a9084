package io.webhookmemory.zoho.api;

import java.net.URI;

/**
 * Zoho's data centres. Credentials belong to one of them and are unknown to the others. Hosts as in Zoho's own SDK
 * (zoho/zohocrm-python-sdk-8.0, {@code dc/}).
 */
public enum ZohoRegion {
    US("zoho.com", "zohoapis.com"),
    EU("zoho.eu", "zohoapis.eu"),
    IN("zoho.in", "zohoapis.in"),
    AU("zoho.com.au", "zohoapis.com.au"),
    JP("zoho.jp", "zohoapis.jp"),
    SA("zoho.sa", "zohoapis.sa"),
    CN("zoho.com.cn", "zohoapis.com.cn"),
    CA("zohocloud.ca", "zohoapis.ca");

    private final String accounts;
    private final String api;

    ZohoRegion(String accounts, String api) {
        this.accounts = accounts;
        this.api = api;
    }

    /** The host that grants access tokens. */
    public URI accountsUrl() {
        return URI.create("https://accounts." + accounts);
    }

    public URI apiUrl() {
        return URI.create("https://www." + api);
    }
}
