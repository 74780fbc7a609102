package dev.headwater.gateway.pipeline;

import dev.headwater.sampling.propagation.KnownTraceHeaders;
import java.nio.charset.StandardCharsets;

/**
 * Header fields that the gateway treats in a way of its own, as small integers.
 *
 * <p>A name is looked up once, when its line is parsed; every later question is a comparison of
 * integers or a bit test. Names that need no treatment are {@link #OTHER}.
 */
public final class FieldName {
  public static final int OTHER = 0;
  public static final int HOST = 1;
  public static final int CONNECTION = 2;
  public static final int CONTENT_LENGTH = 3;
  public static final int TRANSFER_ENCODING = 4;
  public static final int EXPECT = 5;
  public static final int TE = 6;
  public static final int TRAILER = 7;
  public static final int UPGRADE = 8;

  /** Other fields of one hop only: Keep-Alive, Proxy-Connection and the Proxy-Auth family. */
  public static final int HOP = 9;

  public static final int X_FORWARDED_FOR = 10;
  public static final int X_FORWARDED_PROTO = 11;
  public static final int X_FORWARDED_HOST = 12;
  public static final int X_FORWARDED_PORT = 13;

  /** The rest of the X-Forwarded family, among them prefix, scheme and client certificate. */
  public static final int X_FORWARDED_OTHER = 14;

  public static final int FORWARDED = 15;
  public static final int X_REAL_IP = 16;
  public static final int X_REQUEST_ID = 17;

  /** Any field of a known trace format, or one that controls tracing. */
  public static final int TRACE = 18;

  /**
   * Never forwarded: {@code Proxy} (CGI servers read it as a variable), underscore aliases of the
   * above.
   */
  public static final int DROPPED = 19;

  /** W3C {@code baggage}, and the {@code baggage-KEY} headers of older tracers. */
  public static final int BAGGAGE = 20;

  /** What routes and reports within a Linkerd mesh, such as {@code l5d-dst-override}. */
  public static final int L5D = 21;

  /** What a client called its request, as far as we pass it on. */
  public static final int X_CLIENT_REQUEST_ID = 22;

  public static final int CONTENT_TYPE = 23;
  public static final int ACCEPT = 24;
  public static final int USER_AGENT = 25;
  public static final int REFERER = 26;
  public static final int DATE = 27;
  public static final int RETRY_AFTER = 28;

  /** Meant for whoever answers or asked in the end; one hop's Connection cannot take it away. */
  public static final int END_TO_END = 29;

  private static final byte[] X_FORWARDED = "x-forwarded-".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] L5D_PREFIX = "l5d-".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BAGGAGE_NAME = "baggage".getBytes(StandardCharsets.US_ASCII);
  private static final int SLOTS = 256;
  private static final byte[][] NAMES = new byte[SLOTS][];
  private static final int[] IDS = new int[SLOTS];

  static {
    add("host", HOST);
    add("connection", CONNECTION);
    add("content-length", CONTENT_LENGTH);
    add("transfer-encoding", TRANSFER_ENCODING);
    add("expect", EXPECT);
    add("te", TE);
    add("trailer", TRAILER);
    add("upgrade", UPGRADE);
    add("keep-alive", HOP);
    add("proxy-connection", HOP);
    add("proxy-authenticate", HOP);
    add("proxy-authorization", HOP);
    add("proxy-authentication-info", HOP);
    add("http2-settings", HOP);
    add("x-forwarded-for", X_FORWARDED_FOR);
    add("x-forwarded-proto", X_FORWARDED_PROTO);
    add("x-forwarded-host", X_FORWARDED_HOST);
    add("x-forwarded-port", X_FORWARDED_PORT);
    add("forwarded", FORWARDED);
    add("x-real-ip", X_REAL_IP);
    add("x-request-id", X_REQUEST_ID);
    add("x-client-request-id", X_CLIENT_REQUEST_ID);
    add("proxy", DROPPED);
    add("content-type", CONTENT_TYPE);
    add("accept", ACCEPT);
    add("user-agent", USER_AGENT);
    add("referer", REFERER);
    add("date", DATE);
    add("retry-after", RETRY_AFTER);
    add("authorization", END_TO_END);
    add("cookie", END_TO_END);
    add("set-cookie", END_TO_END);
    add("cache-control", END_TO_END);
    add("content-encoding", END_TO_END);
    add("content-range", END_TO_END);
    add("www-authenticate", END_TO_END);
  }

  private FieldName() {}

  private static void add(String name, int id) {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    int slot = hash(bytes, 0, bytes.length);
    while (NAMES[slot] != null) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    NAMES[slot] = bytes;
    IDS[slot] = id;
  }

  private static int hash(byte[] data, int from, int length) {
    int first = data[from] | 0x20;
    int middle = data[from + (length >> 1)] | 0x20;
    int last = data[from + length - 1] | 0x20;
    return (first * 31 + middle * 7 + last * 131 + length * 17) & (SLOTS - 1);
  }

  /** What a name is, whatever its case. The name has passed the check for token characters. */
  public static int of(byte[] data, int from, int length) {
    int slot = hash(data, from, length);
    for (byte[] name = NAMES[slot]; name != null; name = NAMES[slot]) {
      if (name.length == length && equalsLower(name, data, from)) {
        return IDS[slot];
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    return ofRare(data, from, length);
  }

  private static int ofRare(byte[] data, int from, int length) {
    if (KnownTraceHeaders.contains(data, from, length)) {
      return TRACE;
    }
    for (int i = from; i < from + length; i++) {
      if (data[i] == '_') {
        String name = new String(data, from, length, StandardCharsets.ISO_8859_1);
        return ofAlias(name.replace('_', '-'));
      }
    }
    return ofFamily(data, from, length);
  }

  /** Names that are told by how they begin; the first character rejects nearly all. */
  private static int ofFamily(byte[] data, int from, int length) {
    return switch (data[from] | 0x20) {
      case 'x' -> begins(X_FORWARDED, data, from, length - 1) ? X_FORWARDED_OTHER : OTHER;
      case 'l' -> begins(L5D_PREFIX, data, from, length) ? L5D : OTHER;
      case 'b' ->
          begins(BAGGAGE_NAME, data, from, length)
                  && (length == BAGGAGE_NAME.length || data[from + BAGGAGE_NAME.length] == '-')
              ? BAGGAGE
              : OTHER;
      default -> OTHER;
    };
  }

  private static boolean begins(byte[] lower, byte[] data, int from, int length) {
    return length >= lower.length && equalsLower(lower, data, from);
  }

  /** Servers of the CGI kind read {@code X_Real_IP} as {@code X-Real-IP}: such an alias goes. */
  private static int ofAlias(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    int id = of(bytes, 0, bytes.length);
    return id == OTHER || id >= CONTENT_TYPE ? OTHER : DROPPED;
  }

  private static boolean equalsLower(byte[] lower, byte[] data, int from) {
    for (int i = 0; i < lower.length; i++) {
      int c = data[from + i];
      if (c >= 'A' && c <= 'Z') {
        c |= 0x20;
      }
      if (c != lower[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether fields of this kind belong to one hop and are never forwarded (RFC 9110 7.6.1). */
  public static boolean ofOneHop(int id) {
    return (HOP_MASK >>> id & 1) != 0;
  }

  /** Whether a Connection field may not nominate this one: it is ours, or decides about framing. */
  public static boolean protectedFromNomination(int id) {
    return (PROTECTED_MASK >>> id & 1) != 0;
  }

  private static final long HOP_MASK =
      bit(CONNECTION) | bit(TRANSFER_ENCODING) | bit(TE) | bit(TRAILER) | bit(UPGRADE) | bit(HOP);

  private static final long PROTECTED_MASK =
      bit(HOST)
          | bit(CONTENT_LENGTH)
          | bit(TRANSFER_ENCODING)
          | bit(X_FORWARDED_FOR)
          | bit(X_FORWARDED_PROTO)
          | bit(X_FORWARDED_HOST)
          | bit(X_FORWARDED_PORT)
          | bit(X_FORWARDED_OTHER)
          | bit(FORWARDED)
          | bit(X_REAL_IP)
          | bit(X_REQUEST_ID)
          | bit(X_CLIENT_REQUEST_ID)
          | bit(TRACE)
          | bit(CONTENT_TYPE)
          | bit(END_TO_END);

  static long bit(int id) {
    return 1L << id;
  }
}
