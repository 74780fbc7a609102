package dev.headwater.gateway.listen;

import dev.headwater.gateway.fail.GatewayFailure.Refused;
import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.HttpVersion;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.wire.Framing;
import dev.headwater.gateway.wire.HeaderBlock;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.gateway.wire.StartLines;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.match.HostName;
import dev.headwater.routes.match.NormalPath;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link RequestHead} of the parts of a head, by the same rules for every HTTP version.
 *
 * <p>What can be read but not served (a path that leads above the root, two Host fields, both
 * framings) is a head with a refusal, so that it is answered with a trace like any other request;
 * the first fault found is the refusal. Only HTTP/2 has something left that is malformed and has no
 * answer but a stream error: that is a {@link ProtocolError} ({@link HeaderBlock} finds most of
 * it).
 */
public final class RequestCheck {
  private static final Refused TOO_LARGE =
      new Refused(413, "body_too_large", "the request body is larger than this listener takes");

  private final ListenerPolicy policy;
  private final HttpVersion version;
  private final String method;
  private final String target;
  private final Fields fields;
  private @Nullable Refused refusal;
  private boolean asSent;
  private String path = "/";
  private @Nullable String query;
  private String host = "";
  private String authority = "";

  private RequestCheck(
      ListenerPolicy policy, HttpVersion version, String method, String target, Fields fields) {
    this.policy = policy;
    this.version = version;
    this.method = method;
    this.target = target;
    this.fields = fields;
  }

  /** A head of HTTP/1.0 or HTTP/1.1. */
  public static CheckedRequest http1(
      StartLines.Request line, Fields fields, ListenerPolicy policy) {
    HttpVersion version = line.http11() ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0;
    RequestCheck check = new RequestCheck(policy, version, line.method(), line.target(), fields);
    long bodyLength = check.framing(line.http11());
    boolean expects = check.expectation();
    check.method();
    check.target(check.hostField());
    boolean keepAlive = Framing.keepsAlive(fields, line.http11()) && check.refusal == null;
    return check.result(keepAlive, bodyLength, expects);
  }

  /**
   * A head of HTTP/2 (RFC 9113 8.3.1).
   *
   * @param block told whole
   * @param endStream whether no body follows
   * @throws ProtocolError when the request is malformed: a stream error, no answer
   */
  static CheckedRequest http2(HeaderBlock block, boolean endStream, ListenerPolicy policy)
      throws ProtocolError {
    Fields fields = block.fields();
    String target = block.target();
    RequestCheck check =
        new RequestCheck(policy, HttpVersion.HTTP_2, block.method(), target, fields);
    long bodyLength = endStream ? endOfBody(fields) : check.length();
    if (block.excess() != null) {
      check.refuse(block.excess());
    }
    boolean expects = check.expectation();
    check.method();
    check.scheme(block.scheme());
    if (target.charAt(0) == '/' || target.equals("*")) {
      check.target(check.authorityField(block.authority()));
    } else {
      check.refuse(400, "target", "the request target is not a path");
    }
    return check.result(true, bodyLength, expects && !endStream);
  }

  private static long endOfBody(Fields fields) throws ProtocolError {
    if (Framing.of(fields, true) > 0) {
      throw new ProtocolError(400, "content_length", "the body is shorter than Content-Length");
    }
    return 0;
  }

  private long length() throws ProtocolError {
    long said = withinLimit(Framing.of(fields, true));
    return said == Framing.UNSAID ? RequestHead.CHUNKED : said;
  }

  private CheckedRequest result(boolean keepAlive, long bodyLength, boolean expects) {
    RequestHead head =
        new RequestHead(
            method,
            target,
            upstreamTarget(),
            path,
            query,
            host,
            authority,
            version,
            keepAlive,
            refusal == null ? bodyLength : 0,
            expects,
            fields);
    return new CheckedRequest(head, refusal);
  }

  private void refuse(int status, String reason, String detail) {
    if (refusal == null) {
      refusal = new Refused(status, reason, detail);
    }
  }

  private void refuse(ProtocolError error) {
    refuse(error.status(), error.reason(), error.detail());
  }

  private long framing(boolean http11) {
    try {
      long said = withinLimit(Framing.of(fields, http11));
      return said == Framing.UNSAID ? 0 : said;
    } catch (ProtocolError e) {
      refuse(e);
      return 0;
    }
  }

  private long withinLimit(long said) {
    if (said > policy.limits().bodyBytes()) {
      refusal = TOO_LARGE;
    }
    return said;
  }

  private boolean expectation() {
    int at = fields.find(FieldName.EXPECT, 0);
    if (at < 0) {
      return false;
    }
    if (!fields.valueIs(at, "100-continue")) {
      refuse(417, "expectation", "only the expectation 100-continue is known");
    }
    return version != HttpVersion.HTTP_1_0;
  }

  private void method() {
    if (method.equals("CONNECT") || method.equals("TRACE")) {
      refuse(405, "method", "this method is not served");
    } else if (method.equals("OPTIONS")) {
      lastHop();
    }
  }

  /** RFC 9110 7.6.2: who must not forward a request answers it; {@code 0} stands for us. */
  private void lastHop() {
    String left = fields.joined("max-forwards");
    if (left == null) {
      return;
    }
    if (!left.matches("[0-9]{1,9}")) {
      refuse(400, "max_forwards", "Max-Forwards is not one decimal number");
    } else if (Integer.parseInt(left) == 0) {
      refuse(405, "max_forwards", "Max-Forwards lets this request go no further");
    }
  }

  /** Whatever the connection is: a proxy in front of us may have ended TLS. */
  private void scheme(String scheme) {
    if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
      refuse(400, "scheme", "the scheme is neither http nor https");
    }
  }

  private void target(String hostField) {
    if (target.length() > policy.limits().targetBytes()) {
      refuse(414, "target_too_long", "the request target is too long");
    }
    int from = 0;
    String named = hostField;
    boolean absolute = target.charAt(0) != '/';
    if (absolute) {
      if (target.equals("*") && method.equals("OPTIONS")) {
        path = "*";
        host(named);
        return;
      }
      int scheme = schemeLength(target);
      if (scheme == 0) {
        refuse(400, "target", "the request target is neither a path nor an absolute URI");
        return;
      }
      from = authorityEnd(target, scheme);
      named = target.substring(scheme, from);
      if (named.isEmpty() || named.indexOf('@') >= 0) {
        refuse(400, "target", "the request target names no plain host");
      }
      // It decides nothing, but has to be valid all the same (RFC 9112 3.2).
      host(hostField);
    }
    host(named);
    if (absolute && from == target.length() && method.equals("OPTIONS")) {
      path = "*";
      return;
    }
    int mark = target.indexOf('?', from);
    query = mark < 0 ? null : target.substring(mark + 1);
    if (target.indexOf('#', from) >= 0) {
      refuse(400, "target", "the request target holds a fragment");
    }
    path(target.substring(from, mark < 0 ? target.length() : mark));
  }

  /** What is sent on: the client's own string where it is in origin form and normal already. */
  private String upstreamTarget() {
    if (asSent) {
      return target;
    }
    return query == null ? path : path + "?" + query;
  }

  private void path(String raw) {
    if (raw.isEmpty() || NormalPath.isNormal(raw, policy.encodedSlash())) {
      path = raw.isEmpty() ? "/" : raw;
      asSent = target.charAt(0) == '/';
      return;
    }
    NormalPath result = NormalPath.of(raw, policy.encodedSlash());
    if (result instanceof NormalPath.Normal normal) {
      path = normal.path();
    } else if (result instanceof NormalPath.Refused refused) {
      refuse(400, "path", refused.reason().text());
    }
  }

  private String hostField() {
    int at = fields.find(FieldName.HOST, 0);
    if (at < 0) {
      if (version == HttpVersion.HTTP_1_1) {
        refuse(400, "host_missing", "HTTP/1.1 without Host");
      }
      return "";
    }
    if (fields.find(FieldName.HOST, at + 1) >= 0) {
      refuse(400, "host_repeated", "more than one Host");
    }
    return fields.value(at);
  }

  /** What {@code :authority} names, or without it Host; where both are there they agree. */
  private String authorityField(@Nullable String pseudo) {
    String named = hostField();
    if (pseudo != null) {
      if (fields.has(FieldName.HOST) && !pseudo.equalsIgnoreCase(named)) {
        refuse(400, "host_differs", "Host is not what :authority names");
      }
      named = pseudo;
    }
    if (named.isEmpty()) {
      refuse(400, "host_missing", "HTTP/2 without an authority");
    }
    return named;
  }

  private void host(String named) {
    authority = named;
    HostName result = HostName.of(named);
    if (result instanceof HostName.Name name) {
      host = name.host();
    } else if (result instanceof HostName.Refused refused) {
      authority = "";
      refuse(400, "host", refused.reason().text());
    }
  }

  private static int schemeLength(String target) {
    return target.regionMatches(true, 0, "http://", 0, 7)
        ? 7
        : target.regionMatches(true, 0, "https://", 0, 8) ? 8 : 0;
  }

  private static int authorityEnd(String target, int from) {
    int at = from;
    while (at < target.length() && target.charAt(at) != '/' && target.charAt(at) != '?') {
      at++;
    }
    return at;
  }
}
