package dev.headwater.gateway.listen;

import dev.headwater.gateway.fail.GatewayFailure.Refused;
import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import dev.headwater.gateway.pipeline.HttpVersion;
import dev.headwater.gateway.pipeline.RequestHead;
import dev.headwater.gateway.wire.Framing;
import dev.headwater.gateway.wire.HeadReader;
import dev.headwater.gateway.wire.ProtocolError;
import dev.headwater.gateway.wire.StartLines;
import dev.headwater.routes.Limits;
import dev.headwater.routes.match.HostName;
import dev.headwater.routes.match.NormalPath;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link RequestHead} of the bytes of a head.
 *
 * <p>What cannot be read at all is a {@link ProtocolError}. What can be read but not served (a path
 * that leads above the root, two Host fields, both framings) is a head with a refusal, so that it
 * is answered with a trace like any other request.
 */
final class RequestReader {
  private static final Refused TOO_LARGE =
      new Refused(413, "body_too_large", "the request body is larger than this listener takes");

  private RequestReader() {}

  /**
   * A request as read.
   *
   * @param refusal why it is not served, or null; its body is not read then
   */
  record Read(RequestHead head, @Nullable Refused refusal) {}

  static Read read(ByteBuf in, int length, Limits limits) throws ProtocolError {
    byte[] data = new byte[length];
    in.readBytes(data);
    StartLines.Request line = StartLines.request(data);
    Fields fields = HeadReader.fields(data, line.end(), length - 2, limits.fields());
    return new Assembly(line, fields).assemble(limits);
  }

  /** Collects the parts of a head; the first fault found becomes the refusal. */
  private static final class Assembly {
    private final StartLines.Request line;
    private final Fields fields;
    private @Nullable Refused refusal;
    private boolean asSent;
    private String path = "/";
    private @Nullable String query;
    private String host = "";
    private String authority = "";

    Assembly(StartLines.Request line, Fields fields) {
      this.line = line;
      this.fields = fields;
    }

    Read assemble(Limits limits) {
      boolean http11 = line.http11();
      long bodyLength = framing(http11, limits);
      boolean expects = expectation(http11);
      method();
      target(limits);
      boolean keepAlive = Framing.keepsAlive(fields, http11) && refusal == null;
      RequestHead head =
          new RequestHead(
              line.method(),
              line.target(),
              upstreamTarget(),
              path,
              query,
              host,
              authority,
              http11 ? HttpVersion.HTTP_1_1 : HttpVersion.HTTP_1_0,
              keepAlive,
              refusal == null ? bodyLength : 0,
              expects,
              fields);
      return new Read(head, refusal);
    }

    private void refuse(int status, String reason, String detail) {
      if (refusal == null) {
        refusal = new Refused(status, reason, detail);
      }
    }

    private long framing(boolean http11, Limits limits) {
      try {
        long said = Framing.of(fields, http11);
        if (said > limits.bodyBytes()) {
          refusal = TOO_LARGE;
        }
        return said == Framing.UNSAID ? 0 : said;
      } catch (ProtocolError e) {
        refuse(e.status(), e.reason(), e.detail());
        return 0;
      }
    }

    private boolean expectation(boolean http11) {
      int at = fields.find(FieldName.EXPECT, 0);
      if (at < 0) {
        return false;
      }
      if (!fields.valueIs(at, "100-continue")) {
        refuse(417, "expectation", "only the expectation 100-continue is known");
      }
      return http11;
    }

    private void method() {
      if (line.method().equals("CONNECT") || line.method().equals("TRACE")) {
        refuse(405, "method", "this method is not served");
      }
    }

    private void target(Limits limits) {
      String target = line.target();
      if (target.length() > limits.targetBytes()) {
        refuse(414, "target_too_long", "the request target is too long");
      }
      int from = 0;
      String named = hostField();
      if (target.charAt(0) != '/') {
        if (target.equals("*") && line.method().equals("OPTIONS")) {
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
      }
      host(named);
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
        return line.target();
      }
      return query == null ? path : path + "?" + query;
    }

    private void path(String raw) {
      if (raw.isEmpty() || NormalPath.isNormal(raw)) {
        path = raw.isEmpty() ? "/" : raw;
        asSent = line.target().charAt(0) == '/';
        return;
      }
      NormalPath result = NormalPath.of(raw);
      if (result instanceof NormalPath.Normal normal) {
        path = normal.path();
      } else if (result instanceof NormalPath.Refused refused) {
        refuse(400, "path", refused.reason().text());
      }
    }

    private String hostField() {
      int at = fields.find(FieldName.HOST, 0);
      if (at < 0) {
        if (line.http11()) {
          refuse(400, "host_missing", "HTTP/1.1 without Host");
        }
        return "";
      }
      if (fields.find(FieldName.HOST, at + 1) >= 0) {
        refuse(400, "host_repeated", "more than one Host");
      }
      return fields.value(at);
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

  private static final long HTTP11 = 0x485454502f312e31L;
  private static final long HTTP10 = 0x485454502f312e30L;

  /** Refuses, before the head is complete, what is no HTTP/1.0 or HTTP/1.1 request. */
  static void check(ByteBuf in, int from, int to) throws ProtocolError {
    if (to - from >= 14 && in.getByte(to - 9) == ' ') {
      long version = in.getLong(to - 8);
      if (version == HTTP11 || version == HTTP10) {
        return;
      }
    }
    StartLines.checkRequest(in.toString(from, to - from, StandardCharsets.ISO_8859_1));
  }
}
