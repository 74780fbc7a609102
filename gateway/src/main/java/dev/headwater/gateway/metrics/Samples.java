package dev.headwater.gateway.metrics;

/**
 * Receives a source's samples. Samples of one name must come with the same help text and label
 * names; labels are given as name, value, name, value.
 */
public interface Samples {
  /** A count since the start; the name carries no {@code _total}, the formats add it. */
  void counter(String name, String help, double value, String... labels);

  /** A value that goes up and down. */
  void gauge(String name, String help, double value, String... labels);

  /** A constant one whose labels are the information; the name carries no {@code _info}. */
  void info(String name, String help, String... labels);
}
