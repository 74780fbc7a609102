package dev.headwater.sampling;

import dev.headwater.sampling.rule.SamplingFacts;

/** Facts of a request whose route is all that matters. */
public record FixedFacts(String route) implements SamplingFacts {
  @Override
  public String method() {
    return "GET";
  }

  @Override
  public String host() {
    return "vote.example.com";
  }

  @Override
  public String path() {
    return "/api";
  }

  @Override
  public String header(String name) {
    return null;
  }

  @Override
  public byte[] client() {
    return new byte[] {127, 0, 0, 1};
  }

  @Override
  public boolean trusted() {
    return false;
  }
}
