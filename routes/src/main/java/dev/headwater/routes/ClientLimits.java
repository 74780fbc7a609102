package dev.headwater.routes;

import dev.headwater.sampling.network.NetworkSet;
import java.util.List;

/**
 * What one client, known by its address, may take of the routes that share a limit. Counted over
 * all event loops of the process.
 *
 * @param key of the limit: routes with the same one share it
 * @param rates each of them must let a request pass
 * @param inFlight requests in progress; 0 for no limit
 * @param exempt clients without a limit
 * @param rateStatus of the answer beyond a rate, 400 to 599
 * @param inFlightStatus of the answer beyond {@code inFlight}, 400 to 599
 */
public record ClientLimits(
    String key,
    List<Rate> rates,
    int inFlight,
    NetworkSet exempt,
    int rateStatus,
    int inFlightStatus) {
  public ClientLimits {
    rates = List.copyOf(rates);
  }

  /**
   * Requests in the course of time.
   *
   * @param nanos from one to the next, on the average
   * @param burst how many more may come at once
   */
  public record Rate(long nanos, int burst) {}
}
