package dev.headwater.routes.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.AccessPolicy;
import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.HttpProtocol;
import dev.headwater.routes.Limits;
import dev.headwater.routes.ListenerTls.Version;
import dev.headwater.routes.RetryPolicy.Condition;
import dev.headwater.routes.Upstream.Balance;
import dev.headwater.sampling.network.NetworkSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The general keys of the ConfigMap with the defaults that users of ingress-nginx rely on. */
class NginxConfigMapTest {
  private static NginxSettings read(String... pairs) {
    Map<String, String> data = new java.util.HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      data.put(pairs[i], pairs[i + 1]);
    }
    return NginxConfigMap.read(data);
  }

  private static KeyFinding only(NginxSettings settings, String key) {
    return settings.findings().stream()
        .filter(finding -> finding.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void defaultsAreThoseOfThere() {
    NginxSettings settings = read();
    Limits limits = settings.listener().limits();

    assertThat(settings.findings()).isEmpty();
    assertThat(settings.listener().forwarded()).isEqualTo(NetworkSet.NONE);
    assertThat(settings.listener().proxies()).isEqualTo(NetworkSet.NONE);
    assertThat(limits.bodyBytes()).isEqualTo(1 << 20);
    assertThat(limits.headBytes()).isEqualTo(32 << 10);
    assertThat(limits.targetBytes()).isEqualTo(8 << 10);
    assertThat(limits.headTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(limits.idle()).isEqualTo(Duration.ofSeconds(75));
    assertThat(settings.listener().http2().streams()).isEqualTo(128);
    assertThat(settings.listener().tls()).isEqualTo(Version.TLS_1_2);
    assertThat(settings.route().timeouts().attempt()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.route().timeouts().idle()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.route().retry().attempts()).isEqualTo(2);
    assertThat(settings.route().retry().conditions()).containsExactlyInAnyOrder(Condition.values());
    assertThat(settings.route().respond()).isNull();
    assertThat(settings.backend().pool().connectTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.backend().pool().idle()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.backend().balance()).isEqualTo(Balance.ROUND_ROBIN);
    assertThat(settings.backend().clusterAddress()).isFalse();
    assertThat(settings.process().accessLog()).isNotNull();
    assertThat(settings.process().drain().timeout()).isEqualTo(Duration.ofSeconds(240));
  }

  @ParameterizedTest
  @CsvSource({
    "use-forwarded-headers, '', 0.0.0.0/0",
    "enable-real-ip, '', 0.0.0.0/0",
    "use-forwarded-headers, '10.0.0.0/8, 192.0.2.1', '10.0.0.0/8,192.0.2.1'",
    "enable-real-ip, 10.0.0.0/8, 10.0.0.0/8",
  })
  void proxiesInTheNetworksAreBelieved(String key, String cidr, String networks) {
    NginxSettings settings =
        cidr.isEmpty() ? read(key, "true") : read(key, "true", "proxy-real-ip-cidr", cidr);

    assertThat(settings.listener().forwarded())
        .isEqualTo(NetworkSet.of(List.of(networks.split(","))));
  }

  @Test
  void everyPeerBeginsWithAProxyHeader_unlessNetworksAreNamed() {
    assertThat(read("use-proxy-protocol", "true").listener().proxies())
        .isEqualTo(NetworkSet.of(List.of("0.0.0.0/0", "::/0")));
    NginxSettings named = read("use-proxy-protocol", "true", "proxy-real-ip-cidr", "192.0.2.0/24");
    assertThat(named.listener().proxies()).isEqualTo(NetworkSet.of(List.of("192.0.2.0/24")));
    assertThat(only(named, "use-proxy-protocol").verdict()).isEqualTo(Verdict.DIFFERENT);
  }

  @Test
  void networksAloneHaveNoEffect_andThatIsTold() {
    NginxSettings settings = read("proxy-real-ip-cidr", "192.0.2.0/24");

    assertThat(settings.listener().forwarded()).isEqualTo(NetworkSet.NONE);
    assertThat(only(settings, "proxy-real-ip-cidr").verdict()).isEqualTo(Verdict.INERT);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1099511627776",
    "1m, 1048576",
    "8M, 8388608",
    "64k, 65536",
    "1g, 1073741824",
    "100, 100",
  })
  void bodiesAreBounded_asNginxWritesSizes(String size, long bytes) {
    assertThat(read("proxy-body-size", size).route().bodyBytes()).isEqualTo(bytes);
    assertThat(read("proxy-body-size", size).listener().limits().bodyBytes()).isEqualTo(bytes);
  }

  @Test
  void triesAndTimesGoTogether() {
    NginxSettings settings =
        read(
            "proxy-read-timeout", "2m",
            "proxy-next-upstream", "error http_502 http_503 non_idempotent",
            "proxy-next-upstream-tries", "2");

    assertThat(settings.route().retry().attempts()).isEqualTo(1);
    assertThat(settings.route().retry().conditions())
        .containsExactlyInAnyOrder(Condition.CONNECT, Condition.RESET);
    assertThat(settings.route().retry().statuses()).containsExactlyInAnyOrder(502, 503);
    assertThat(settings.route().timeouts().attempt()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.route().timeouts().response()).isEqualTo(Duration.ofMinutes(4));
    assertThat(only(settings, "proxy-next-upstream").message()).contains("non_idempotent");
  }

  @Test
  void nothingIsTriedAgain_whenOff() {
    NginxSettings settings = read("proxy-next-upstream", "off");

    assertThat(settings.route().retry().conditions()).isEmpty();
    assertThat(settings.route().retry().statuses()).isEmpty();
    assertThat(settings.route().timeouts().response()).isEqualTo(Duration.ofSeconds(60));
  }

  @ParameterizedTest
  @CsvSource({
    "TLSv1.2 TLSv1.3, TLS_1_2, APPLIED",
    "TLSv1.3, TLS_1_3, APPLIED",
    "TLSv1.2, TLS_1_2, DIFFERENT",
    "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3, TLS_1_2, DIFFERENT",
    "TLSv1, TLS_1_2, REFUSED",
    "SSL, TLS_1_2, REFUSED",
  })
  void theOldestVersionIsRead(String protocols, Version oldest, Verdict verdict) {
    NginxSettings settings = read("ssl-protocols", protocols);

    assertThat(settings.listener().tls()).isEqualTo(oldest);
    assertThat(only(settings, "ssl-protocols").verdict()).isEqualTo(verdict);
  }

  @Test
  void http2IsNotSpoken_whenItIsOff() {
    assertThat(read("use-http2", "false").listener().protocols())
        .containsExactly(HttpProtocol.HTTP_1);
  }

  @Test
  void headersAreHiddenFromClients() {
    assertThat(read("hide-headers", "X-Internal, X-Runtime").route().filters())
        .containsExactly(
            new HeaderFilter(
                HeaderFilter.Direction.RESPONSE,
                Map.of(),
                Map.of(),
                List.of("x-internal", "x-runtime")));
  }

  @ParameterizedTest
  @CsvSource({
    "proxy-body-size, 1x, bytes",
    "proxy-connect-timeout, 0, 1s to 75s",
    "proxy-connect-timeout, soon, 1s to 75s",
    "proxy-read-timeout, -1, 1s to",
    "keep-alive, 0, 1s to",
    "worker-shutdown-timeout, 2h, 1s to 3600s",
    "proxy-next-upstream, http_418, http_500",
    "proxy-next-upstream-tries, 12, 0 to 11",
    "use-http2, on, true or false",
    "http-redirect-code, 303, 301",
    "hsts-max-age, forever, 0 to",
    "http2-max-concurrent-streams, 0, 1 to 10000",
    "large-client-header-buffers, 8k, 4 8k",
    "large-client-header-buffers, 4 8m, 1m in all",
    "load-balance, ip_hash, ewma",
    "forwarded-for-header, CF-Connecting-IP, X-Forwarded-For",
    "proxy-real-ip-cidr, everywhere, CIDR",
    "hide-headers, 'a b', names",
    "log-format-upstream, ' ', 1 to 8192",
    "retry-non-idempotent, true, false",
    "allow-snippet-annotations, true, false",
    "server-snippet, 'return 200;', none",
  })
  void aValueThatIsNotTakenTellsWhatIs(String key, String value, String expected) {
    KeyFinding finding = only(read(key, value), key);

    assertThat(finding.verdict()).isEqualTo(Verdict.REFUSED);
    assertThat(finding.message()).startsWith("expected ").contains(expected);
  }

  @Test
  void variablesOfTheLogThatMeanNothingAreNamed() {
    KeyFinding finding =
        only(
            read("log-format-upstream", "$status $upstream_cache_status $geoip_city"),
            "log-format-upstream");

    assertThat(finding.verdict()).isEqualTo(Verdict.DIFFERENT);
    assertThat(finding.message()).contains("$upstream_cache_status").contains("$geoip_city");
  }

  @Test
  void clientsAreLetInByAddress() {
    AccessPolicy access =
        read(
                "whitelist-source-range", "10.0.0.0/8, 192.0.2.1",
                "denylist-source-range", "10.1.0.0/16",
                "block-cidrs", "10.2.0.0/16")
            .route()
            .access()
            .policy();

    assertThat(access)
        .isEqualTo(
            new AccessPolicy(
                NetworkSet.of(List.of("10.0.0.0/8", "192.0.2.1")),
                NetworkSet.of(List.of("10.1.0.0/16", "10.2.0.0/16"))));
    assertThat(access.admits(new byte[] {10, 0, 0, 1})).isTrue();
    assertThat(access.admits(new byte[] {10, 1, 0, 1})).isFalse();
    assertThat(access.admits(new byte[] {10, 2, 0, 1})).isFalse();
    assertThat(access.admits(new byte[] {11, 0, 0, 1})).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "global-auth-url, https://auth.example/, true",
    "global-auth-url, '', false",
    "whitelist-source-range, 10.0.0.0/33, true",
    "whitelist-source-range, 10.0.0.0/8, false",
    "whitelist-source-range, '', false",
  })
  void nobodyIsLetIn_whereAGuardIsMissingOrUnreadable(String key, String value, boolean closed) {
    assertThat(read(key, value).route().respond() != null).isEqualTo(closed);
  }
}
