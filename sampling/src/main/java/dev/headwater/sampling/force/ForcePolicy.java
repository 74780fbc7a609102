package dev.headwater.sampling.force;

import dev.headwater.sampling.network.NetworkSet;
import org.jspecify.annotations.Nullable;

/**
 * Who may force a trace, as it was written and checked. A value: {@link ForceGate} is what runs.
 *
 * @param header name of the header that asks, in lower case
 * @param networks callers whose bare {@code 1} or {@code true} is enough
 * @param key what tokens are signed with, or null when none is honoured; shown by no text form
 * @param perSecond most traces forced in a second on one replica, 1 or more; debug or not
 * @param as what a forced trace is
 */
public record ForcePolicy(
    String header, NetworkSet networks, @Nullable ForceKey key, int perSecond, As as) {
  /** The header's name unless configured. */
  public static final String HEADER = "headwater-force";

  public ForcePolicy {
    if (perSecond < 1) {
      throw new IllegalArgumentException("perSecond: " + perSecond + " (expected 1 or more)");
    }
  }

  /** The same policy with a key. */
  public ForcePolicy with(@Nullable ForceKey other) {
    return new ForcePolicy(header, networks, other, perSecond, as);
  }

  /** What a forced trace is. */
  public enum As {
    /** Sampled like any other: a later sampler may still drop it. */
    SAMPLED("sampled"),
    /** Debug: no later sampler drops it. */
    DEBUG("debug");

    private final String label;

    As(String label) {
      this.label = label;
    }

    /** The word in configuration. */
    public String label() {
      return label;
    }
  }
}
