package dev.headwater.gateway.snapshot;

import java.time.Instant;

/**
 * Since when sampling is what it is. Changes of anything else leave it alone, so that what is
 * counted since then belongs to one policy.
 *
 * @param version of the snapshot that brought it
 * @param since when that came into force
 * @param origin where it was written
 */
public record SamplingState(long version, Instant since, SamplingOrigin origin) {}
