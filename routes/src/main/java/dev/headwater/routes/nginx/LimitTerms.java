package dev.headwater.routes.nginx;

import dev.headwater.routes.ClientLimits;
import dev.headwater.routes.RouteLimits;
import dev.headwater.sampling.network.NetworkSet;
import java.util.List;

/**
 * What one client may take of an Ingress.
 *
 * @param rates each must let a request pass
 * @param inFlight requests in progress; 0 for no limit
 * @param exempt clients without a limit
 * @param rateStatus of the answer beyond a rate
 * @param inFlightStatus of the answer beyond {@code inFlight}
 */
public record LimitTerms(
    List<ClientLimits.Rate> rates,
    int inFlight,
    NetworkSet exempt,
    int rateStatus,
    int inFlightStatus) {
  public LimitTerms {
    rates = List.copyOf(rates);
  }

  /**
   * The limits of its routes.
   *
   * @param key tells it apart from others
   */
  public RouteLimits policy(String key) {
    return rates.isEmpty() && inFlight == 0
        ? RouteLimits.NONE
        : new RouteLimits(
            0, new ClientLimits(key, rates, inFlight, exempt, rateStatus, inFlightStatus));
  }
}
