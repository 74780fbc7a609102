package dev.headwater.gateway.wire;

import dev.headwater.gateway.pipeline.FieldName;
import dev.headwater.gateway.pipeline.Fields;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One header block of HTTP/2 as it is told, field by field, and checked like the lines of HTTP/1:
 * names are lower-case tokens, values hold no control character and no white space around them,
 * pseudo-header fields come first and once, and nothing speaks of the connection (RFC 9113 8.2 and
 * 8.3). Whatever breaks that is malformed, a {@link ProtocolError} that stands for a stream error.
 *
 * <p>A block beyond its limits is not malformed: it goes on to be read, so that it can be answered,
 * but keeps no more fields. Several {@code cookie} fields become the one that HTTP/1 knows.
 */
public final class HeaderBlock {
  /** What a block begins, and with it which pseudo-header fields may stand in it. */
  public enum Kind {
    REQUEST,
    RESPONSE,
    /** None at all. */
    TRAILERS
  }

  private final Kind kind;
  private final int maxBytes;
  private final int maxFields;
  private final Fields fields = new Fields();
  private @Nullable String method;
  private @Nullable String scheme;
  private @Nullable String authority;
  private @Nullable String path;
  private @Nullable String protocol;
  private @Nullable String status;
  private @Nullable StringBuilder cookies;
  private long bytes;
  private int count;
  private boolean pseudoOver;

  /**
   * An empty block.
   *
   * @param maxBytes most bytes of all fields, each counted as a line of HTTP/1
   * @param maxFields most fields, those with a colon in front not counted
   */
  public HeaderBlock(Kind kind, int maxBytes, int maxFields) {
    this.kind = kind;
    this.maxBytes = maxBytes;
    this.maxFields = maxFields;
  }

  /** The next field of the block. */
  public void field(CharSequence name, CharSequence value) throws ProtocolError {
    bytes += name.length() + value.length() + 4L;
    if (name.length() > 0 && name.charAt(0) == ':') {
      pseudo(name.toString(), value.toString());
      return;
    }
    pseudoOver = true;
    count++;
    if (!Syntax.lowerToken(name)) {
      throw ProtocolError.malformed("field_name", "a field name is not a lower-case token");
    }
    if (!Syntax.trimmedValue(value)) {
      throw ProtocolError.malformed("field_value", "a field value holds an invalid character");
    }
    if (!withinLimits()) {
      return;
    }
    String text = value.toString();
    if (name.length() == 6 && "cookie".contentEquals(name)) {
      cookies = cookies == null ? new StringBuilder(text) : cookies.append("; ").append(text);
    } else {
      fields.add(name.toString(), text);
      endToEnd(fields.count() - 1);
    }
  }

  private boolean withinLimits() {
    return bytes <= maxBytes && count <= maxFields;
  }

  /** RFC 9113 8.2.2: what HTTP/1 says of its connection has no meaning here. */
  private void endToEnd(int at) throws ProtocolError {
    boolean connectionSpecific =
        switch (fields.id(at)) {
          case FieldName.CONNECTION, FieldName.TRANSFER_ENCODING, FieldName.UPGRADE -> true;
          case FieldName.TE -> !fields.valueIs(at, "trailers");
          case FieldName.HOP ->
              fields.nameIs(at, "keep-alive") || fields.nameIs(at, "proxy-connection");
          default -> false;
        };
    if (connectionSpecific) {
      throw ProtocolError.malformed("connection_field", "a field of a connection in HTTP/2");
    }
  }

  private void pseudo(String name, String value) throws ProtocolError {
    boolean first =
        !pseudoOver
            && switch (kind) {
              case REQUEST -> ofRequest(name, value);
              case RESPONSE -> name.equals(":status") && status == null;
              case TRAILERS -> false;
            };
    if (!first) {
      throw ProtocolError.malformed(
          "pseudo_field", "a pseudo-header field is repeated, unknown or in the wrong place");
    }
    if (kind == Kind.RESPONSE) {
      status = value;
    }
  }

  private boolean ofRequest(String name, String value) throws ProtocolError {
    @Nullable String before;
    switch (name) {
      case ":method" -> {
        before = method;
        method = checked(value, Syntax.token(value));
      }
      case ":scheme" -> {
        before = scheme;
        scheme = checked(value, Syntax.token(value));
      }
      case ":authority" -> {
        before = authority;
        authority = checked(value, value.isEmpty() || Syntax.target(value));
      }
      case ":path" -> {
        before = path;
        path = checked(value, Syntax.target(value));
      }
      case ":protocol" -> {
        before = protocol;
        protocol = checked(value, Syntax.token(value));
      }
      default -> {
        return false;
      }
    }
    return before == null;
  }

  private static String checked(String value, boolean valid) throws ProtocolError {
    if (!valid) {
      throw ProtocolError.malformed("pseudo_field", "a pseudo-header field is malformed");
    }
    return value;
  }

  /** The block is whole: refuses it when a field is missing that its kind must have. */
  public HeaderBlock end() throws ProtocolError {
    if (cookies != null) {
      fields.add("cookie", cookies.toString());
      cookies = null;
    }
    boolean complete =
        switch (kind) {
          case REQUEST -> isConnect() ? connectable() : plain();
          case RESPONSE -> status != null;
          case TRAILERS -> true;
        };
    if (!complete) {
      throw ProtocolError.malformed(
          "pseudo_field", "a pseudo-header field is missing or does not belong here");
    }
    return this;
  }

  private boolean isConnect() {
    return "CONNECT".equals(method);
  }

  private boolean plain() {
    return method != null && scheme != null && path != null && protocol == null;
  }

  /** RFC 9113 8.5, or with {@code :protocol} RFC 8441 4. */
  private boolean connectable() {
    boolean extended = protocol != null;
    return authority != null
        && !authority.isEmpty()
        && (scheme != null) == extended
        && (path != null) == extended;
  }

  /** Method of a request. */
  public String method() {
    return Objects.requireNonNull(method, "method");
  }

  /** Path and query of a request; its authority where CONNECT has no path. */
  public String target() {
    return Objects.requireNonNull(path == null ? authority : path, "target");
  }

  /** Scheme of a request; empty where CONNECT has none. */
  public String scheme() {
    return scheme == null ? "" : scheme;
  }

  /** Authority of a request, or null when only Host can tell. */
  public @Nullable String authority() {
    return authority;
  }

  /** Status of a response, as it came. */
  public String status() {
    return Objects.requireNonNull(status, "status");
  }

  /** Fields that are none of the pseudo-header fields, as far as the limits went. */
  public Fields fields() {
    return fields;
  }

  /** What to say to a block beyond its limits, or null. */
  public @Nullable ProtocolError excess() {
    if (bytes > maxBytes) {
      return HeadReader.tooLarge();
    }
    return count > maxFields ? HeadReader.tooManyFields() : null;
  }
}
