package dev.headwater.sampling;

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
}
