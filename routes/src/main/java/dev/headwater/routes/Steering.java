package dev.headwater.routes;

import java.util.List;

/**
 * Which requests go to which upstream of their route, before its weights are asked.
 *
 * @param rules in order; the first that holds decides
 * @param sticks whether the cookie of a route with a {@link StickyPolicy} goes before all rules, so
 *     that a client stays with the upstream that it was at; otherwise cookies are given and asked
 *     for at the route's first upstream alone
 */
public record Steering(List<Rule> rules, boolean sticks) {
  /** The weights decide, for clients without a cookie. */
  public static final Steering NONE = new Steering(List.of(), true);

  public Steering {
    rules = List.copyOf(rules);
  }

  /**
   * A condition on one value of the request, as it would go on to an upstream: what the gateway
   * itself says, such as {@code X-Forwarded-For}, is in place of what the client said.
   *
   * @param source where the value stands
   * @param field its name, and what it must be; with several of that name the first counts
   * @param upstream one of the route's
   */
  public record Rule(Source source, FieldMatch field, String upstream) {}

  /** Where a value of a request stands. */
  public enum Source {
    /** In a header field; its name is given in lower case. */
    HEADER("header"),
    /** In a cookie (RFC 6265); its name is exact. */
    COOKIE("cookie");

    private final String label;

    Source(String label) {
      this.label = label;
    }

    /** As reports have it. */
    public String label() {
      return label;
    }
  }
}
