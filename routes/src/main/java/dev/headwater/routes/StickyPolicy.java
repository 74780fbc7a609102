package dev.headwater.routes;

/**
 * Sends the requests of one client to one endpoint, by a cookie (RFC 6265).
 *
 * @param name of the cookie
 * @param mode what its value stands for
 * @param changes whether a client goes on to another endpoint, with another cookie, when its own
 *     failed; otherwise it is tried again
 * @param path for which browsers send it
 * @param attributes behind the path, as they are written: empty, or each with a semicolon and blank
 *     before it
 * @param expires seconds for which it is to be kept, said as a date as well; 0 for no date
 * @param secure whether it is for TLS alone in any case; where a client comes under TLS it is
 */
public record StickyPolicy(
    String name,
    Mode mode,
    boolean changes,
    String path,
    String attributes,
    int expires,
    boolean secure) {
  /** What the value of a cookie stands for. */
  public enum Mode {
    /**
     * A place among all endpoints, whichever there are: some clients go on to one that is new, and
     * only those of one that leaves have to.
     */
    BALANCED,
    /** One endpoint, for as long as it is there. */
    PERSISTENT
  }

  /** The same for another path, where this one says nothing of paths. */
  public StickyPolicy at(String otherwise) {
    return path.isEmpty()
        ? new StickyPolicy(name, mode, changes, otherwise, attributes, expires, secure)
        : this;
  }
}
