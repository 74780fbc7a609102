package dev.headwater.routes;

/**
 * A condition on a header field or query parameter.
 *
 * @param name lower case for headers, exact for query parameters
 * @param value what it must be; with several fields of that name the first counts
 */
public record FieldMatch(String name, ValueMatch value) {}
