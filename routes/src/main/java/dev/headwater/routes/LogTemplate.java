package dev.headwater.routes;

import java.util.List;

/**
 * The shape of a line of the access log: texts, and fields between them.
 *
 * @param parts in order
 * @param json whether a field that a request does not have is left out, as inside the quotes of a
 *     JSON object; otherwise it is written as a dash
 */
public record LogTemplate(List<Part> parts, boolean json) {
  public LogTemplate {
    parts = List.copyOf(parts);
  }

  /** A piece of a line. */
  public sealed interface Part {}

  /** Written as it is; without line breaks. */
  public record Text(String text) implements Part {}

  /** What a request has. */
  public enum Field implements Part {
    /** Address of the client. */
    CLIENT,
    /** End of the request, as NCSA servers write it. */
    TIME_LOCAL,
    /** The same in ISO 8601, in UTC. */
    TIME_ISO,
    /** The same in seconds since 1970, with milliseconds. */
    TIME_SECONDS,
    /** Method, path and version. */
    REQUEST_LINE,
    METHOD,
    /** Path without its query. */
    PATH,
    VERSION,
    HOST,
    STATUS,
    /** Bytes of the response's body. */
    RESPONSE_BYTES,
    /** Bytes of the request's body. */
    REQUEST_BYTES,
    /** Arrival to last byte in seconds, with milliseconds. */
    SECONDS,
    /** The part of a route's name before its first slash: the namespace of an Ingress. */
    NAMESPACE,
    /** The part of a route's name behind it: the name of an Ingress. */
    INGRESS,
    UPSTREAM,
    /** Address of the endpoint tried last. */
    ENDPOINT,
    REQUEST_ID,
    TRACE_ID,
    /** Of our SERVER span. */
    SPAN_ID,
    /** {@code 1} or {@code 0}. */
    SAMPLED,
    /** Version, trace, span and decision in the form of W3C. */
    TRACEPARENT,
    REFERER,
    USER_AGENT,
    /** What no request has. */
    NOTHING
  }
}
