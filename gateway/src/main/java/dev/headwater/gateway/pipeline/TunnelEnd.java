package dev.headwater.gateway.pipeline;

import java.time.Duration;

/**
 * One of the two connections of a tunnel, whose bytes mean nothing to us any more. Called on its
 * event loop; calls after it has gone do nothing.
 */
public interface TunnelEnd extends BodySource {
  /** What happens at an end. */
  interface Events {
    /** Bytes came; the receiver releases them. */
    void data(Bytes piece);

    /** No more came for now. */
    void flush();

    /** The end takes more again. */
    void writable();

    /** The peer sends no more, and may still read; with TLS it is gone at once. */
    void finished();

    /**
     * The connection is gone. Told once, last.
     *
     * @param reset whether the peer reset it; without that, and without {@link #finished} before,
     *     it was cut off
     */
    void gone(boolean reset);

    /** The gateway is on its way out: what is open is cut after {@code within}. */
    void drain(Duration within);
  }

  /** From now on {@code events} are told; bytes that were read before come at once. */
  void open(Events events);

  /** Writes a piece, and gives it back. */
  void data(Bytes piece);

  /** Lets what was written leave. */
  void flush();

  /** Whether it takes more. */
  boolean writable();

  /**
   * Whether the peer reset a connection that it sends no more on. Nothing tells of that unless
   * something is written, so it is asked for.
   */
  boolean broken();

  /** Sends no more behind what was written, and still reads. */
  void finish();

  /** Closes behind what was written. */
  void close();

  /** Closes behind what was written, so that the peer of a TLS connection knows of more. */
  void cut();

  /** Closes at once, so that the peer cannot take what it got for complete. */
  void reset();
}
