package io.webhookmemory.console.web;

/**
 * What went wrong, for the operator.
 *
 * @param status HTTP status
 */
public record Problem(int status, String title, String message) {}
