package dev.headwater.gateway.pipeline;

/** One step of a single try: acts, then hands the attempt on, or fails it to its sink. */
public interface AttemptStage {
  /** Takes the attempt over. Called once, on the exchange's event loop; never blocks. */
  void handle(Attempt attempt);
}
