package dev.headwater.sampling;

import java.util.Locale;

/**
 * Why a decision came out as it did. The label is what metrics, span tags and {@code explain} show.
 */
public enum Reason {
  /** An authorised caller asked for this trace. */
  FORCED,
  /** A trusted caller sent a debug trace. */
  DEBUG,
  /** A trusted caller had decided already. */
  INHERITED,
  /** A rule that excludes, such as one for probes. */
  NEVER,
  /** The route's own rate, or a rule of the list. */
  RULE,
  /** The default rate. */
  DEFAULT,
  /** A traces-per-second cap was exhausted. */
  CAPPED,
  /** Kept because a quiet rule had no trace yet. */
  FLOOR,
  /** Kept at the end, at the edge only. */
  LATE;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The lower-case form used on every surface. */
  public String label() {
    return label;
  }
}
