package dev.headwater.routes;

import java.time.Duration;

/**
 * Connections to one endpoint, counted over all event loops.
 *
 * @param connections most at once
 * @param waiting most requests that wait for one; beyond it 503
 * @param idle how long an unused one is kept
 * @param connectTimeout for one TCP connect
 */
public record PoolPolicy(int connections, int waiting, Duration idle, Duration connectTimeout) {
  /** 320 connections, 1,000 waiting, 60 s idle, 1 s to connect. */
  public static final PoolPolicy DEFAULT =
      new PoolPolicy(320, 1000, Duration.ofSeconds(60), Duration.ofSeconds(1));
}
