package dev.headwater.routes.compile;

import dev.headwater.routes.Endpoint;
import dev.headwater.routes.PoolPolicy;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.Upstream.Balance;
import dev.headwater.routes.UpstreamTls;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import java.time.Duration;
import java.util.List;

/** {@code upstreams[]}: named groups of endpoints. */
final class UpstreamKeys {
  static final String NOUN = "upstream";
  private static final String PRESERVE = "preserve";

  private static final Key<Integer> CONNECTIONS =
      Key.defaulted(
          "connections",
          Scalars.integer(1, 1_000_000),
          "320",
          "Most connections to one endpoint, counted over all event loops");
  private static final Key<Integer> WAITING =
      Key.defaulted(
          "waiting",
          Scalars.integer(0, 1_000_000),
          "1000",
          "Most requests that wait for a connection; beyond it 503");
  private static final Key<Duration> IDLE =
      Key.defaulted(
          "idle", Scalars.duration("1s", "24h"), "60s", "How long an unused connection is kept");
  private static final Key<Duration> CONNECT_TIMEOUT =
      Key.defaulted(
          "connectTimeout",
          Scalars.duration("1ms", "1h"),
          "1s",
          "For one connect, the handshakes of TLS and HTTP/2 included; as long for a name look-up");
  private static final ObjectShape<PoolPolicy> POOL_SHAPE =
      ObjectShape.of(
          section ->
              new PoolPolicy(
                  section.get(CONNECTIONS),
                  section.get(WAITING),
                  section.get(IDLE),
                  section.get(CONNECT_TIMEOUT)),
          CONNECTIONS,
          WAITING,
          IDLE,
          CONNECT_TIMEOUT);

  private static final Key<String> NAME =
      Key.required("name", Scalars.name(NOUN), "Name, unique among upstreams");
  private static final Key<List<Endpoint>> ENDPOINTS =
      Key.required(
          "endpoints",
          ListShape.of(Addresses.endpoint()).notEmpty(),
          "URLs without a path. http is HTTP/1.1 and h2c HTTP/2 by prior knowledge, in clear on"
              + " port 80; https is HTTP/2 or HTTP/1.1 as the server picks, h2 is HTTP/2, under TLS"
              + " on port 443; none falls back to another. A name is resolved and re-resolved");
  private static final Key<Balance> BALANCE =
      Key.defaulted(
          "balance",
          Scalars.choice(
              List.of(Balance.values()), Balance::label, "p2c-ewma", "consistent-hash", "cookie"),
          Balance.ROUND_ROBIN.label(),
          "How an endpoint is chosen: in turn, or the one with the fewest requests in flight");
  private static final Key<String> HOST =
      Key.defaulted(
          "host", Addresses.host(), PRESERVE, "The Host to send; preserve sends the client's");
  private static final Key<PoolPolicy> POOL =
      Key.defaulted("pool", POOL_SHAPE, "{}", "Connections to each endpoint");
  private static final Key<UpstreamTls> TLS =
      Key.optional("tls", ClientTlsKeys.READ, "For https and h2 endpoints; files are watched");
  static final ObjectShape<Upstream> UPSTREAM =
      ObjectShape.of(
          UpstreamKeys::upstream,
          NAME,
          ENDPOINTS,
          BALANCE,
          HOST,
          POOL,
          PropagationKeys.UPSTREAM_INJECT,
          PropagationKeys.UPSTREAM_PARENT_ID,
          TLS,
          Key.later("health", "Probes of its endpoints"));

  private UpstreamKeys() {}

  private static Upstream upstream(Section section) {
    List<Endpoint> endpoints = section.get(ENDPOINTS);
    if (endpoints.stream().distinct().count() < endpoints.size()) {
      section.refuse(ENDPOINTS, "an endpoint twice", "expected each once");
    }
    UpstreamTls tls = section.find(TLS);
    if (tls != null && endpoints.stream().noneMatch(endpoint -> endpoint.protocol().secure())) {
      section.refuse(TLS, "TLS for endpoints in clear", "expected an https or h2 endpoint");
    }
    String host = section.get(HOST);
    return new Upstream(
        section.get(NAME),
        endpoints,
        section.get(BALANCE),
        host.equals(PRESERVE) ? null : host,
        section.get(POOL),
        tls == null ? UpstreamTls.DEFAULT : tls,
        PropagationKeys.distinct(section.find(PropagationKeys.UPSTREAM_INJECT)),
        section.find(PropagationKeys.UPSTREAM_PARENT_ID),
        null);
  }
}
