package dev.headwater.routes.kubernetes;

import static dev.headwater.routes.kubernetes.Cluster.created;
import static dev.headwater.routes.kubernetes.Cluster.findings;
import static dev.headwater.routes.kubernetes.Cluster.ingress;
import static dev.headwater.routes.kubernetes.Cluster.report;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.ListenerTls;
import dev.headwater.routes.ServerCertificate;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The certificate {@code two} is for a.test and b.test, {@code wild} for *.wild.test. */
class CertificatesTest {
  private final Cluster cluster = new Cluster().service("s", "web").service("t", "web");

  private static String file(String name) {
    try (InputStream in = CertificatesTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void secret(String namespace, String name, String file) {
    secret(namespace, name, base64(file(file + ".crt")), base64(file(file + ".key")));
  }

  private void secret(String namespace, String name, String chain, String key) {
    cluster.secrets.add(
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .endMetadata()
            .withType("kubernetes.io/tls")
            .addToData("tls.crt", chain)
            .addToData("tls.key", key)
            .build());
  }

  private static IngressBuilder secured(
      String namespace, @Nullable String host, String secret, String... listed) {
    return ingress(namespace, "web", host)
        .editSpec()
        .addNewTl()
        .withHosts(listed)
        .withSecretName(secret)
        .endTl()
        .endSpec();
  }

  private static List<ServerCertificate> certificates(Compilation compilation) {
    ListenerTls tls = compilation.configuration().listeners().get(1).tls();
    return Objects.requireNonNull(tls).certificates();
  }

  private static List<String> shown(Compilation compilation) {
    return certificates(compilation).stream().map(ServerCertificate::toString).toList();
  }

  private static final String FALLBACK = "certificate fallback for []";

  @ParameterizedTest
  @CsvSource({"a.test, two", "x.wild.test, wild", "*.wild.test, wild"})
  void secret_servesTheHostOfTheRuleAlone(String host, String file) {
    secret("s", "tls", file);
    cluster.with(secured("s", host, "tls", host));
    Compilation compilation = cluster.compiled();
    assertThat(shown(compilation))
        .containsExactly(FALLBACK, "certificate Secret s/tls for [" + host + "]");
    assertThat(findings(compilation, "s/web")).isEmpty();
  }

  @Test
  void secret_withoutListedHosts_servesThoseItIsGoodFor() {
    secret("s", "tls", "two");
    cluster.with(secured("s", "b.test", "tls"));
    assertThat(shown(cluster.compiled())).contains("certificate Secret s/tls for [b.test]");
  }

  /** The other name of {@code wild.test} is under its wildcard. */
  @ParameterizedTest
  @CsvSource({
    "a.test, two, server-alias, b.test, '[a.test, b.test]'",
    "a.test, two, server-alias, c.test, '[a.test]'",
    "c.test, wild, server-alias, x.wild.test, '[x.wild.test]'",
    "wild.test, wild, from-to-www-redirect, true, www.wild.test",
  })
  void secret_servesOtherNamesOfTheHost(
      String host, String file, String annotation, String value, String names) {
    secret("s", "tls", file);
    cluster.with(
        Cluster.annotated(
            secured("s", host, "tls"), "nginx.ingress.kubernetes.io/" + annotation, value));
    assertThat(shown(cluster.compiled()))
        .last()
        .asString()
        .startsWith("certificate Secret s/tls for [")
        .contains(names);
  }

  @Test
  void secret_ofAnIngressForAnyHost_servesThoseItLists() {
    secret("s", "tls", "two");
    cluster.with(secured("s", null, "tls", "a.test", "b.test"));
    cluster.with(ingress("t", "web", "b.test"));
    assertThat(shown(cluster.compiled())).contains("certificate Secret s/tls for [a.test]");
  }

  @Test
  void secretMissing_isToldAndLeftToTheDefault() {
    cluster.with(secured("s", "a.test", "tls", "a.test"));
    Compilation compilation = cluster.compiled();
    assertThat(shown(compilation)).containsExactly(FALLBACK);
    assertThat(report(compilation, "Ingress s/web").accepted()).isTrue();
    assertThat(findings(compilation, "s/web"))
        .singleElement()
        .asString()
        .contains("spec.tls[0].secretName: tls", "a Secret of the namespace s", "default");
  }

  @Test
  void secret_ofAnotherNamespace_isNotRead() {
    secret("t", "tls", "two");
    cluster.with(secured("s", "a.test", "tls", "a.test"));
    assertThat(shown(cluster.compiled())).containsExactly(FALLBACK);
  }

  @Test
  void secret_forAnotherName_isToldAndLeftToTheDefault() {
    secret("s", "tls", "wild");
    cluster.with(secured("s", "a.test", "tls", "a.test"));
    Compilation compilation = cluster.compiled();
    assertThat(shown(compilation)).containsExactly(FALLBACK);
    assertThat(findings(compilation, "s/web"))
        .singleElement()
        .asString()
        .contains("a certificate for a.test", "[*.wild.test]");
  }

  @Test
  void secret_thatCannotBeUsed_isToldWithoutItsKey() {
    String key = file("two.key");
    secret("s", "other", base64(file("wild.crt")), base64(key));
    secret("s", "text", "no base64!", base64(key));
    secret("s", "empty", "", base64(key));
    for (String name : List.of("other", "text", "empty")) {
      cluster.ingresses.clear();
      cluster.with(secured("s", "a.test", name, "a.test"));
      Compilation compilation = cluster.compiled();
      assertThat(shown(compilation)).containsExactly(FALLBACK);
      assertThat(findings(compilation, "s/web"))
          .singleElement()
          .asString()
          .contains("expected")
          .doesNotContain(base64(key).substring(60, 80));
    }
  }

  @Test
  void hostOfTwo_theOlderOneDecides() {
    secret("s", "tls", "two");
    secret("t", "tls", "two");
    cluster.with(created(secured("s", "a.test", "tls", "a.test"), "2026-01-02T00:00:00Z"));
    cluster.with(created(secured("t", "a.test", "tls", "a.test"), "2026-01-01T00:00:00Z"));
    assertThat(shown(cluster.compiled()))
        .containsExactly(FALLBACK, "certificate Secret t/tls for [a.test]");
  }

  @Test
  void certificate_forHostsOfNoRuleOfItsIngress_servesNone() {
    secret("t", "tls", "two");
    cluster.with(ingress("s", "web", "a.test"));
    cluster.with(secured("t", "other.test", "tls", "a.test"));
    assertThat(shown(cluster.compiled())).containsExactly(FALLBACK);
  }

  @Test
  void defaultCertificate_comesFirst_orTheFallbackWithAReport() {
    ControllerPolicy usual = Cluster.POLICY;
    cluster.policy =
        new ControllerPolicy(
            usual.className(),
            false,
            null,
            usual.configMap(),
            new ObjectName("Secret", "ops", "tls"),
            null,
            usual.addresses(),
            usual.fallback(),
            usual.log(),
            usual.environment());
    Compilation without = cluster.compiled();
    assertThat(shown(without)).containsExactly(FALLBACK);
    assertThat(report(without, "Secret ops/tls").findings()).hasSize(1);
    secret("ops", "tls", "two");
    secret("s", "tls", "two");
    cluster.with(secured("s", "a.test", "tls", "a.test"));
    assertThat(shown(cluster.compiled()))
        .containsExactly(
            "certificate Secret ops/tls for [b.test]", "certificate Secret s/tls for [a.test]");
  }

  @Test
  void hostUnderTls_sendsRequestsInClearToHttps() {
    cluster.with(secured("s", "a.test", "missing", "a.test"));
    cluster.with(ingress("t", "web", "b.test"));
    Compilation compilation = cluster.compiled();
    assertThat(redirect(compilation, "a.test")).isEqualTo(308);
    assertThat(redirect(compilation, "b.test")).isZero();
  }

  private static int redirect(Compilation compilation, String host) {
    return Objects.requireNonNull(Cluster.route(compilation, host, "/")).https().redirect();
  }

  @Test
  void certificate_thatStays_isReadOnce() {
    secret("s", "tls", "two");
    cluster.with(secured("s", "a.test", "tls", "a.test"));
    ServerCertificate first = certificates(cluster.compiled()).get(1);
    ServerCertificate second = certificates(cluster.compiled()).get(1);
    assertThat(second.chain().get(0)).isSameAs(first.chain().get(0));
  }
}
