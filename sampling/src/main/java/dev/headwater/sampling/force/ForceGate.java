package dev.headwater.sampling.force;

import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.TokenBucket;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a caller may have a trace for the asking.
 *
 * <p>From a listed network {@code 1} or {@code true} is enough; anybody may send a {@link
 * ForceToken}. Whatever else is sent changes nothing: the request is decided as if it had not
 * asked. Checks go from cheap to dear, so that a stranger's bad token costs a comparison of
 * characters and at worst one signature, never an exception or a log line. The cap is taken last
 * but for the token's count.
 *
 * <p>A change of the policy makes a new gate from the old one with {@link #next}: counts go on as
 * long as the key stays, the cap as long as its rate stays. Safe to ask from any thread.
 */
public final class ForceGate {
  private final @Nullable ForcePolicy policy;
  private final LongSupplier epochSeconds;
  private final LongSupplier nanos;
  private final TokenCounts counts;
  private final TokenBucket bucket;

  private ForceGate(
      @Nullable ForcePolicy policy,
      LongSupplier epochSeconds,
      LongSupplier nanos,
      TokenCounts counts,
      TokenBucket bucket) {
    this.policy = policy;
    this.epochSeconds = epochSeconds;
    this.nanos = nanos;
    this.counts = counts;
    this.bucket = bucket;
  }

  /**
   * A gate.
   *
   * @param policy who may, or null for nobody
   * @param epochSeconds wall clock in seconds since 1970, for expiry
   * @param nanos a monotonic clock, in nanoseconds, for the cap
   */
  public static ForceGate of(
      @Nullable ForcePolicy policy, LongSupplier epochSeconds, LongSupplier nanos) {
    return new ForceGate(
        policy, epochSeconds, nanos, new TokenCounts(), TokenBucket.full(nanos.getAsLong()));
  }

  /** The gate that follows this one. */
  public ForceGate next(@Nullable ForcePolicy changed) {
    if (Objects.equals(policy, changed)) {
      return this;
    }
    boolean sameKey =
        policy != null && changed != null && Objects.equals(policy.key(), changed.key());
    boolean sameCap =
        policy != null && changed != null && policy.perSecond() == changed.perSecond();
    return new ForceGate(
        changed,
        epochSeconds,
        nanos,
        sameKey ? counts : new TokenCounts(),
        sameCap ? bucket : TokenBucket.full(nanos.getAsLong()));
  }

  /** What it works by, or null when nobody may force anything. */
  public @Nullable ForcePolicy policy() {
    return policy;
  }

  /**
   * Decides on one request, and takes from the cap and the token's count what it grants.
   *
   * @param value of the header, or null without one
   * @param listed whether everybody who counts as the caller is in {@link ForcePolicy#networks}
   * @param path normal form, without query
   */
  public ForceVerdict ask(@Nullable String value, boolean listed, String path) {
    return check(value, listed, path, true);
  }

  /** The same answer, which takes nothing: what {@code explain} asks. */
  public ForceVerdict preview(@Nullable String value, boolean listed, String path) {
    return check(value, listed, path, false);
  }

  private ForceVerdict check(@Nullable String value, boolean listed, String path, boolean take) {
    if (value == null || policy == null) {
      return ForceVerdict.NOT_ASKED;
    }
    if (value.equals("1") || value.equalsIgnoreCase("true")) {
      return !listed
          ? ForceVerdict.NOT_LISTED
          : withinCap(policy, take) ? ForceVerdict.GRANTED_TO_NETWORK : ForceVerdict.CAPPED;
    }
    if (value.equals("0") || value.equalsIgnoreCase("false")) {
      return ForceVerdict.DECLINED;
    }
    return byToken(policy, value, path, take);
  }

  private ForceVerdict byToken(ForcePolicy asked, String value, String path, boolean take) {
    ForceToken token = ForceToken.parse(value);
    if (token == null) {
      return ForceVerdict.MALFORMED;
    }
    if (asked.key() == null) {
      return ForceVerdict.NO_KEY;
    }
    long now = epochSeconds.getAsLong();
    if (token.expires() <= now) {
      return ForceVerdict.EXPIRED;
    }
    if (!ForceToken.isSignedBy(asked.key(), value)) {
      return ForceVerdict.WRONG_SIGNATURE;
    }
    if (!token.covers(path)) {
      return ForceVerdict.OTHER_PATH;
    }
    boolean counted = token.count() > 0;
    if (counted && !counts.has(token, now)) {
      return ForceVerdict.USED_UP;
    }
    if (!withinCap(asked, take)) {
      return ForceVerdict.CAPPED;
    }
    return counted && take && !counts.take(token, now)
        ? ForceVerdict.USED_UP
        : ForceVerdict.GRANTED_TO_TOKEN;
  }

  private boolean withinCap(ForcePolicy asked, boolean take) {
    CapPolicy cap = cap(asked);
    long now = nanos.getAsLong();
    return take ? bucket.take(cap, now) : bucket.hasToken(cap, now);
  }

  /** A bucket of one second's worth. */
  private static CapPolicy cap(ForcePolicy policy) {
    return new CapPolicy(policy.perSecond(), policy.perSecond());
  }
}
