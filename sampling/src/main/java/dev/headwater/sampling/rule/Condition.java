package dev.headwater.sampling.rule;

import dev.headwater.sampling.network.NetworkSet;
import java.util.List;
import java.util.Set;

/**
 * One question to a request. Immutable; answering allocates nothing, but for a regular expression,
 * which needs a matcher. It prints itself as the value under its key.
 */
public sealed interface Condition {
  /** Whether the request is as asked. */
  boolean holds(SamplingFacts facts);

  /** The key under {@code match}. */
  String key();

  /** Cheap ones are asked first: the rank among them. */
  int rank();

  /** The request matched this route. */
  record OfRoute(String route) implements Condition {
    @Override
    public boolean holds(SamplingFacts facts) {
      return route.equals(facts.route());
    }

    @Override
    public String key() {
      return "route";
    }

    @Override
    public int rank() {
      return 0;
    }

    @Override
    public String toString() {
      return FlowYaml.text(route);
    }
  }

  /** The caller is trusted with trace context, or is not. */
  record Trusted(boolean trusted) implements Condition {
    @Override
    public boolean holds(SamplingFacts facts) {
      return facts.trusted() == trusted;
    }

    @Override
    public String key() {
      return "trusted";
    }

    @Override
    public int rank() {
      return 1;
    }

    @Override
    public String toString() {
      return Boolean.toString(trusted);
    }
  }

  /** The method is one of these, upper case. */
  record Methods(Set<String> methods) implements Condition {
    public Methods {
      methods = Set.copyOf(methods);
    }

    @Override
    public boolean holds(SamplingFacts facts) {
      return methods.contains(facts.method());
    }

    @Override
    public String key() {
      return "methods";
    }

    @Override
    public int rank() {
      return 2;
    }

    @Override
    public String toString() {
      return FlowYaml.sorted(methods);
    }
  }

  /** The path is as a pattern says. */
  record Path(PathPattern pattern) implements Condition {
    @Override
    public boolean holds(SamplingFacts facts) {
      return pattern.matches(facts.path());
    }

    @Override
    public String key() {
      return "path";
    }

    @Override
    public int rank() {
      return 3;
    }

    @Override
    public String toString() {
      return pattern.toString();
    }
  }

  /** The host is one of these, lower case, without port; {@code *.example.com} for all below. */
  final class Hosts implements Condition {
    private final Set<String> hosts;
    private final String[] suffixes;

    /** One of these hosts. */
    public Hosts(Set<String> hosts) {
      this.hosts = Set.copyOf(hosts);
      this.suffixes =
          hosts.stream()
              .filter(h -> h.startsWith("*."))
              .map(h -> h.substring(1))
              .toArray(String[]::new);
    }

    @Override
    public boolean holds(SamplingFacts facts) {
      String host = facts.host();
      for (String suffix : suffixes) {
        if (host.length() > suffix.length() && host.endsWith(suffix)) {
          return true;
        }
      }
      return hosts.contains(host);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Hosts that && that.hosts.equals(hosts);
    }

    @Override
    public int hashCode() {
      return hosts.hashCode();
    }

    @Override
    public String key() {
      return "hosts";
    }

    @Override
    public int rank() {
      return 4;
    }

    @Override
    public String toString() {
      return FlowYaml.sorted(hosts);
    }
  }

  /** The client's address is inside one of these networks. */
  record Networks(NetworkSet networks) implements Condition {
    @Override
    public boolean holds(SamplingFacts facts) {
      return networks.contains(facts.client());
    }

    @Override
    public String key() {
      return "networks";
    }

    @Override
    public int rank() {
      return 5;
    }

    @Override
    public String toString() {
      return networks.texts().stream().map(FlowYaml::text).collect(FlowYaml.listed());
    }
  }

  /** All these header fields are as asked. */
  record Headers(List<HeaderPattern> headers) implements Condition {
    public Headers {
      headers = List.copyOf(headers);
    }

    @Override
    public boolean holds(SamplingFacts facts) {
      for (int i = 0; i < headers.size(); i++) {
        HeaderPattern header = headers.get(i);
        if (!header.value().accepts(facts.header(header.name()))) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String key() {
      return "headers";
    }

    @Override
    public int rank() {
      return 6;
    }

    @Override
    public String toString() {
      return headers.toString();
    }
  }
}
