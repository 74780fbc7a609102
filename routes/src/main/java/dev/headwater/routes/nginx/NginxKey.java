package dev.headwater.routes.nginx;

/**
 * One key that ingress-nginx knows.
 *
 * @param name of a ConfigMap's entry, or of an annotation without its prefix
 * @param usual what holds there where it is absent; empty for nothing
 * @param verdict what becomes of it here as long as its value is in range
 * @param meaning the difference or the reason; empty for {@link Verdict#APPLIED}, where there is
 *     none
 */
public record NginxKey(String name, String usual, Verdict verdict, String meaning) {}
