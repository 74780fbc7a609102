package dev.headwater.gateway.pipeline;

/**
 * A piece of a body on its way. Reference counted: whoever is handed one releases it or hands it
 * on; {@link #retained} makes a second holder of the same memory.
 */
public interface Bytes {
  /** Number of bytes. */
  int length();

  /** A second view of the same bytes, to be released on its own. */
  Bytes retained();

  /** Gives the memory back. */
  void release();
}
