package dev.headwater.gateway.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a tunnel: what it carried, how long, and how it ended. Filled by whoever runs
 * it; its span and its line in the access log are made from it. Confined to its event loop until it
 * ended, unchanged from then on.
 */
public final class TunnelFacts {
  /** The protocol whose close codes are known. */
  public static final String WEBSOCKET = "websocket";

  /** What every other protocol is called where names must be few. */
  public static final String OTHER = "other";

  /** RFC 6455 7.1.5: a Close frame without a code. */
  public static final int NO_CODE = 1005;

  /** RFC 6455 7.1.5: a WebSocket connection that ended without a Close frame. */
  public static final int ABNORMAL_CLOSURE = 1006;

  /** Who ended it: the first to send a Close frame, else the first to close or break. */
  public enum Closer {
    CLIENT("client"),
    UPSTREAM("upstream"),
    GATEWAY("gateway");

    private final String label;

    Closer(String label) {
      this.label = label;
    }

    /** Its name in metrics, tags and logs. */
    public String label() {
      return label;
    }
  }

  private final String protocol;
  private final boolean webSocket;
  private final long opened;
  private long ended;
  private long bytesUp;
  private long bytesDown;
  private long framesUp;
  private long framesDown;
  private int closeCode;
  private @Nullable Closer closer;
  private @Nullable String error;

  /**
   * A tunnel that begins.
   *
   * @param protocol as the upstream named it
   * @param opened nanoseconds of the loop's clock
   */
  public TunnelFacts(String protocol, long opened) {
    this.protocol = protocol;
    this.webSocket = protocol.equalsIgnoreCase(WEBSOCKET);
    this.opened = opened;
  }

  /** As the upstream named it, such as {@code websocket}. */
  public String protocol() {
    return protocol;
  }

  public boolean webSocket() {
    return webSocket;
  }

  /** One of two names, for metrics. */
  public String kind() {
    return webSocket ? WEBSOCKET : OTHER;
  }

  /** Both sides had switched, nanoseconds of the loop's clock. */
  public long opened() {
    return opened;
  }

  /** Both connections were gone; 0 while one is there. */
  public long ended() {
    return ended;
  }

  public void ended(long now) {
    ended = now;
  }

  /** Bytes from the client. */
  public long bytesUp() {
    return bytesUp;
  }

  public void up(long bytes) {
    bytesUp += bytes;
  }

  /** Bytes from the upstream. */
  public long bytesDown() {
    return bytesDown;
  }

  public void down(long bytes) {
    bytesDown += bytes;
  }

  /** WebSocket frames from the client, control frames among them. */
  public long framesUp() {
    return framesUp;
  }

  /** WebSocket frames from the upstream. */
  public long framesDown() {
    return framesDown;
  }

  public void frames(long up, long down) {
    framesUp = up;
    framesDown = down;
  }

  /** Code of the first WebSocket Close frame, 1005 for one without; 0 where none is known. */
  public int closeCode() {
    return closeCode;
  }

  /** Who ended it; null while it lasts. */
  public @Nullable Closer closer() {
    return closer;
  }

  /** A short stable word when it did not end as it should, or null. */
  public @Nullable String error() {
    return error;
  }

  /** A Close frame passed; the first one counts. */
  public void closed(Closer by, int code) {
    if (closer == null) {
      closer = by;
      closeCode = code;
    }
  }

  /** Somebody closed or broke it; the first one counts, and the first thing that went wrong. */
  public void endedBy(Closer by, @Nullable String why) {
    if (closer == null) {
      closer = by;
      closeCode = webSocket ? ABNORMAL_CLOSURE : 0;
      error = why;
    } else if (error == null && closeCode == 0) {
      error = why;
    }
  }
}
