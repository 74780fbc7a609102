package dev.headwater.routes;

/**
 * What one HTTP/2 connection of a client may cost.
 *
 * @param streams requests at once; beyond it REFUSED_STREAM
 * @param streamWindow bytes of one request body sent ahead of who takes it
 * @param connectionWindow the same over all requests of the connection
 * @param resets streams that may be reset within 30 s, by either side; beyond it the connection
 *     ends
 * @param controlFrames frames that carry no message (PING, SETTINGS, PRIORITY, WINDOW_UPDATE, empty
 *     DATA) that may come at once; a twentieth of that is granted again each second, and some for
 *     each message; beyond it the connection ends
 */
public record Http2Policy(
    int streams, int streamWindow, int connectionWindow, int resets, int controlFrames) {
  /** 100 streams, windows of 256 KiB and 1 MiB, 200 resets, 1,000 control frames. */
  public static final Http2Policy DEFAULT = new Http2Policy(100, 256 << 10, 1 << 20, 200, 1000);
}
