package dev.headwater.gateway.pipeline;

/** Where a body comes from. Called on the exchange's event loop. */
public interface BodySource {
  /** Stop delivering; at most one piece that was already under way may still come. */
  void pause();

  /** Go on delivering. */
  void resume();
}
