package dev.headwater.gateway.overload;

/**
 * How hard the process is pressed for memory. Written by one {@link HeapWatch}, read by every loop
 * for every request.
 */
public final class Pressure {
  /** What is done about it; each level does what those before it do. */
  public enum Level {
    NONE,
    /** Responses ask their clients to close. */
    CLOSE,
    /** New requests are refused. */
    REFUSE
  }

  private volatile Level level = Level.NONE;

  void level(Level next) {
    level = next;
  }

  /** What is done at the moment. */
  public Level level() {
    return level;
  }

  /** Whether responses ask their clients to close. */
  public boolean closes() {
    return level != Level.NONE;
  }

  /** Whether new requests are refused. */
  public boolean refuses() {
    return level == Level.REFUSE;
  }
}
