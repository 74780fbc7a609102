package dev.headwater.gateway.report;

/**
 * How the way to a collector stands, beside its spans.
 *
 * @param breakerOpen whether it is being left alone after repeated failures
 * @param breakerOpenings how often that began, since the start
 * @param fileFaults how often a file with a secret or a certificate could not be used
 */
public record SinkHealth(boolean breakerOpen, long breakerOpenings, long fileFaults) {
  /** Nothing has happened. */
  public static final SinkHealth GOOD = new SinkHealth(false, 0, 0);
}
