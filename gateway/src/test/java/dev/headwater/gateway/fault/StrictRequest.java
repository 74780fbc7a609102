package dev.headwater.gateway.fault;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as an origin reads it that takes RFC 9112 by the letter; independent of the gateway's
 * own readers. One Host in HTTP/1.1, one framing, CRLF everywhere, nothing before the request line.
 *
 * <p>Of a target only what can move a boundary is judged: visible ASCII without {@code #}, in one
 * of the four forms. RFC 3986 is narrower, but browsers do send the rest (URL Standard, query
 * percent-encode set).
 *
 * @param version {@code HTTP/1.1} or {@code HTTP/1.0}
 * @param chunked whether the body came in chunks
 * @param body without its framing
 */
public record StrictRequest(
    String method,
    String target,
    String version,
    List<StrictField> fields,
    boolean chunked,
    byte[] body,
    List<StrictField> trailers) {

  /**
   * What bytes are.
   *
   * @param requests that are complete, in order
   * @param violation why what follows them is no request, or null
   * @param partial whether the bytes stop inside a request that is valid so far
   */
  public record Verdict(List<StrictRequest> requests, @Nullable String violation, boolean partial) {
    /** Whether the bytes are requests and nothing else; the last may be cut short. */
    public boolean valid() {
      return violation == null;
    }
  }

  /** Reads one connection's bytes as a sequence of requests. */
  public static Verdict judge(byte[] bytes) {
    InputStream in = new ByteArrayInputStream(bytes);
    List<StrictRequest> requests = new ArrayList<>();
    try {
      for (StrictRequest next = read(in); next != null; next = read(in)) {
        requests.add(next);
      }
      return new Verdict(requests, null, false);
    } catch (EOFException partial) {
      return new Verdict(requests, null, true);
    } catch (IOException violation) {
      return new Verdict(requests, String.valueOf(violation.getMessage()), false);
    }
  }

  /**
   * The next request; null where the input ended in front of it.
   *
   * @throws Violation when it is none
   * @throws EOFException when it is cut short
   */
  public static @Nullable StrictRequest read(InputStream in) throws IOException {
    StrictReader reader = new StrictReader(in);
    String line = reader.line();
    if (line == null) {
      return null;
    }
    String[] parts = line.split(" ", -1);
    if (parts.length != 3
        || !StrictReader.token(parts[0])
        || !parts[1].matches("[\\x21\\x22\\x24-\\x7e]+")
        || !parts[2].matches("HTTP/1\\.[01]")) {
      throw new Violation("request line: " + line);
    }
    boolean form =
        parts[0].equals("CONNECT")
            ? parts[1].matches("[^/?]+:[0-9]+")
            : parts[1].startsWith("/")
                || parts[1].matches("(?i)https?://[^/?@]+.*")
                || (parts[1].equals("*") && parts[0].equals("OPTIONS"));
    if (!form) {
      throw new Violation("target: " + parts[1]);
    }
    boolean http11 = parts[2].equals("HTTP/1.1");
    List<StrictField> fields = reader.fields();
    host(StrictField.all(fields, "host"), http11);
    long length = StrictReader.length(fields, http11);
    List<StrictField> trailers = new ArrayList<>();
    boolean chunked = length == StrictReader.CHUNKED;
    byte[] body = chunked ? reader.chunked(trailers) : reader.counted(Math.max(0, length));
    return new StrictRequest(parts[0], parts[1], parts[2], fields, chunked, body, trailers);
  }

  private static void host(List<String> hosts, boolean http11) throws Violation {
    String name = "(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*";
    boolean valid =
        hosts.isEmpty() && !http11
            || hosts.size() == 1
                && hosts.get(0).matches("(?:" + name + "|\\[[0-9A-Fa-fv:.]+\\])(?::[0-9]*)?");
    if (!valid) {
      throw new Violation("Host: " + hosts);
    }
  }

  /** Values of all fields of that name, in order. */
  public List<String> all(String name) {
    return StrictField.all(fields, name);
  }

  /** The value of a field that is there exactly once. */
  public String only(String name) {
    List<String> values = all(name);
    if (values.size() != 1) {
      throw new AssertionError(name + ": " + values + " (expected one) in " + fields);
    }
    return values.get(0);
  }

  /** The body as text, a character per byte. */
  public String text() {
    return new String(body, StandardCharsets.ISO_8859_1);
  }
}
