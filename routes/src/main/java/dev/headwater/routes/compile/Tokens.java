package dev.headwater.routes.compile;

import dev.headwater.routes.schema.Leaf;
import dev.headwater.routes.schema.Leaf.Form;
import dev.headwater.routes.schema.Parsed;
import dev.headwater.sampling.force.ForcePolicy;
import dev.headwater.sampling.propagation.KnownTraceHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Methods, header names and header values as configuration may hold them. */
final class Tokens {
  /** Token characters of RFC 9110 5.6.2. */
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]";

  /** Fields that frame a message, name its target, or live for one hop (RFC 9110 7.6.1, 8.6). */
  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "http2-settings",
          "keep-alive",
          "proxy-authenticate",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** Fields whose value lets whoever reads it act as somebody else. */
  private static final Set<String> CREDENTIALS =
      Set.of("authorization", "cookie", "headwater-force", "proxy-authorization", "set-cookie");

  /** Fields without which requests are not what they were. */
  private static final Set<String> NEEDED =
      Set.of(
          "accept",
          "authorization",
          "content-encoding",
          "content-type",
          "cookie",
          "forwarded",
          "user-agent",
          "x-real-ip",
          "x-request-id");

  private static final int MAX_VALUE = 8192;

  private Tokens() {}

  /** A method in upper case: methods are case-sensitive (RFC 9110 9.1). */
  static Leaf<String> method() {
    return Leaf.text(
        "method",
        "a method in upper case",
        "^[!#$%&'*+.^_`|~0-9A-Z-]{1,32}$",
        text -> {
          boolean ok = isToken(text) && text.length() <= 32;
          return ok && text.equals(text.toUpperCase(Locale.ROOT))
              ? Parsed.of(text)
              : Parsed.refused();
        });
  }

  /** Any header name, in lower case then. */
  static Leaf<String> headerName() {
    return header("a header name", name -> true, "");
  }

  /** A header that may be edited in requests: tracing writes its own headers itself. */
  static Leaf<String> requestHeader() {
    return header(
        "a header name",
        name -> !FRAMING.contains(name) && !KnownTraceHeaders.contains(name),
        "a header that neither frames the message nor carries a trace");
  }

  /** A header that a message of ours may carry beside those that describe it. */
  static Leaf<String> senderHeader() {
    return header(
        "a header name",
        name ->
            !FRAMING.contains(name)
                && !KnownTraceHeaders.contains(name)
                && !name.startsWith("content-"),
        "a header that neither frames nor describes the message nor carries a trace");
  }

  /** A header that may be edited in responses. */
  static Leaf<String> responseHeader() {
    return header(
        "a header name",
        name -> !FRAMING.contains(name),
        "a header that does not frame the message");
  }

  /** A header whose value may be written into spans, which many may read. */
  static Leaf<String> capturedHeader() {
    return header(
        "a header name",
        name -> !CREDENTIALS.contains(name),
        "a header that carries no credentials: spans are read by many and kept for long");
  }

  /** A header that may ask for a trace: it is taken out of every request. */
  static Leaf<String> forceHeader() {
    return header(
        "a header name",
        name ->
            name.equals(ForcePolicy.HEADER)
                || (!FRAMING.contains(name)
                    && !NEEDED.contains(name)
                    && !name.startsWith("x-forwarded-")
                    && !KnownTraceHeaders.contains(name)),
        "a header that nothing else needs: it is taken out of every request");
  }

  /** A header that tells who a client is: it is taken out of every request that comes. */
  static Leaf<String> identityHeader() {
    return header(
        "a header name",
        name ->
            !FRAMING.contains(name)
                && !NEEDED.contains(name)
                && !(name.startsWith("x-forwarded-") && !name.equals("x-forwarded-client-cert"))
                && !KnownTraceHeaders.contains(name),
        "a header that nothing else needs: it is taken out of every request");
  }

  /** A key of W3C Baggage: a token, whose case counts. */
  static Leaf<String> baggageKey() {
    return Leaf.text(
        "key",
        "a baggage key of at most 128 characters",
        "^" + TOKEN + "{1,128}$",
        text -> isToken(text) && text.length() <= 128 ? Parsed.of(text) : Parsed.refused());
  }

  private static Leaf<String> header(
      String expectation, Predicate<String> allowed, String otherwise) {
    return Leaf.text(
        "header",
        expectation,
        "^" + TOKEN + "{1,256}$",
        text -> {
          String name = text.toLowerCase(Locale.ROOT);
          if (!isToken(name) || name.length() > 256) {
            return Parsed.refused();
          }
          return allowed.test(name) ? Parsed.of(name) : Parsed.refused("expected " + otherwise);
        });
  }

  /** A field value: visible ASCII, with spaces and tabs only inside (RFC 9110 5.5). */
  static Leaf<String> headerValue() {
    Map<String, Object> json =
        Map.of("type", List.of("string", "number", "boolean"), "maxLength", MAX_VALUE);
    return Leaf.of(
        "text",
        "at most " + MAX_VALUE + " visible ASCII characters, no space around them",
        Form.ANY,
        json,
        text ->
            text.length() <= MAX_VALUE && isVisible(text) && text.strip().equals(text)
                ? Parsed.of(text)
                : Parsed.refused());
  }

  private static boolean isVisible(String text) {
    return text.chars().allMatch(c -> (c >= 0x20 && c < 0x7f) || c == '\t');
  }

  private static boolean isToken(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c > 0x20 && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0);
  }
}
