package dev.headwater.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.TestCertificates;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.ListenerTls;
import dev.headwater.routes.document.Problem;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates and keys as files: what is read, and what is wrong with them, each at its place. */
class TlsFilesTest {
  @TempDir Path folder;

  private TestCertificates authority;

  @BeforeEach
  void issue() throws Exception {
    authority = TestCertificates.in(folder);
    authority.names("a", "a.example.com", "*.a.example.com");
    authority.names("b", "b.example.com");
    authority.names("same", "x.example.com", "b.example.com");
    authority.client("none");
    Files.writeString(folder.resolve("text.crt"), "no certificate");
    Files.writeString(
        folder.resolve("cut.crt"), Files.readString(folder.resolve("a.crt")).substring(0, 300));
    Files.writeString(
        folder.resolve("broken.crt"),
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    Files.writeString(
        folder.resolve("locked.key"),
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n");
    Files.writeString(
        folder.resolve("broken.key"),
        "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n");
  }

  private ConfigReading read(String tls) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("edge.yaml"),
            "upstreams: [{name: db, endpoints: [\"http://db\"]}]\n"
                + "listeners: [{name: web, address: \":8443\", tls: {"
                + tls
                + "}}]\n");
    return new ConfigReader(ConfigSource.file(file), Map.of(), List.of(), Clock.systemUTC()).read();
  }

  private ListenerTls tls(String tls) throws Exception {
    ConfigReading reading = read(tls);
    assertThat(reading.loaded().problems()).isEmpty();
    Configuration configuration = reading.loaded().configuration().orElseThrow();
    return configuration.listeners().get(0).tls();
  }

  @Test
  void files_areReadRelativeToTheConfiguration_watched_andNotShown() throws Exception {
    String written =
        "certificates: [{certificate: a.crt, key: a.key}], clients: [{ca: ca.crt}],"
            + " passthrough: [{hosts: [db.example.com], upstream: db}]";
    ListenerTls tls = tls(written);
    assertThat(tls.certificates().get(0).names())
        .containsExactly("a.example.com", "*.a.example.com");
    assertThat(tls.clients().get(0).required()).isTrue();
    assertThat(tls.passthrough().get(0).upstream()).isEqualTo("db");
    ConfigReading reading = read(written);
    for (String file : List.of("a.crt", "a.key", "ca.crt")) {
      assertThat(reading.stamps()).containsKey(folder.resolve(file).toAbsolutePath());
      assertThat(reading.loaded().files()).contains(folder.resolve(file).toString());
    }
    assertThat(reading + reading.loaded().effective().yaml(true) + tls)
        .contains("a.key")
        .doesNotContain("PRIVATE")
        .doesNotContain("modulus");
  }

  @ParameterizedTest
  @CsvSource({
    "gone.crt, a.key, certificate: gone.crt (expected a readable file: no such file)",
    "text.crt, a.key, certificate: text.crt (expected PEM with 1 to 1000 blocks BEGIN CERTIFICATE)",
    "cut.crt, a.key, certificate: cut.crt (expected PEM: a block is not closed)",
    "broken.crt, a.key, 'certificate: broken.crt (expected X.509 certificates: one of them cannot"
        + " be read)'",
    "a.crt, gone.key, key: gone.key (expected a readable file: no such file)",
    "a.crt, a.crt, key: a.crt (expected PEM with one block BEGIN PRIVATE KEY)",
    "a.crt, locked.key, key: locked.key (expected an RSA or EC key without a passphrase)",
    "a.crt, broken.key, key: broken.key (expected an RSA or EC key that can be read)",
    "a.crt, b.key, key: b.key (expected the key of the certificate in a.crt)",
  })
  void faultOfAFile_isOneProblemAtItsPlace(String certificate, String key, String expected)
      throws Exception {
    List<Problem> problems =
        read("certificates: [{certificate: " + certificate + ", key: " + key + "}]")
            .loaded()
            .problems();
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).toString())
        .startsWith("listeners[0].tls.certificates[0]." + expected + " at ")
        .contains("edge.yaml:2:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "certificates: [] | certificates: 0 elements (expected at least one)",
        "certificates: [{certificate: b.crt, key: b.key}, {certificate: same.crt, key: same.key}] |"
            + " certificates[1]: b.example.com (expected each name once; the certificate in b.crt"
            + " has it)",
        "certificates: [{certificate: a.crt, key: a.key}, {certificate: none.crt, key: none.key}] |"
            + " certificates[1]: none.crt (expected a DNS name in it: no client could ask for it)",
        "certificates: [{certificate: a.crt, key: a.key}], passthrough: [{hosts: [a.example.com],"
            + " upstream: db}] | passthrough[0]: a.example.com (expected each name once; the"
            + " certificate in a.crt has it)",
        "certificates: [{certificate: a.crt, key: a.key}], passthrough: [{hosts: [\"*\"], upstream:"
            + " db}] | passthrough[0]: * (expected a name, or *. and a name)",
        "certificates: [{certificate: a.crt, key: a.key}], passthrough: [{hosts: [c], upstream:"
            + " bd}] | passthrough[0].upstream: bd (expected the name of an upstream; did you mean"
            + " \"db\"?)",
        "certificates: [{certificate: a.crt, key: a.key}], clients: [{ca: ca.crt}, {hosts: [\"*\"],"
            + " ca: ca.crt}] | clients[1]: all hosts (expected each host once)",
        "certificates: [{certificate: a.crt, key: a.key}], clients: [{ca: gone.crt}] |"
            + " clients[0].ca: gone.crt (expected a readable file: no such file)",
        "certificates: [{certificate: a.crt, key: a.key}], minimum: \"1.1\" | minimum: 1.1"
            + " (expected 1.2 or 1.3",
        "certificates: [{certificate: a.crt, key: a.key}], identityHeader: x-forwarded-for |"
            + " identityHeader: x-forwarded-for (expected a header that nothing else needs: it is"
            + " taken out of every request)",
      })
  void faultOfTheSection_isOneProblem(String written, String expected) throws Exception {
    List<Problem> problems = read(written).loaded().problems();
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).toString()).startsWith("listeners[0].tls." + expected);
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  private static int content(byte[] der, int at) {
    int length = der[at + 1] & 0xff;
    return at + 2 + (length < 0x80 ? 0 : length - 0x80);
  }

  /** The inner octets of PKCS#8: version, algorithm, key. */
  private static byte[] inner(byte[] pkcs8) {
    int at = content(pkcs8, 0) + 3;
    at = content(pkcs8, at) + (pkcs8[at + 1] & 0xff);
    return Arrays.copyOfRange(pkcs8, content(pkcs8, at), pkcs8.length);
  }

  @Test
  void rsaKeys_areReadAsPkcs8AndPkcs1() throws Exception {
    X509Bundle rsa =
        new CertificateBuilder()
            .rsa2048()
            .subject("CN=rsa")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Files.writeString(folder.resolve("rsa.crt"), rsa.getCertificatePEM());
    byte[] pkcs8 = rsa.getKeyPair().getPrivate().getEncoded();
    Files.writeString(folder.resolve("rsa.key"), pem("PRIVATE KEY", pkcs8));
    Files.writeString(folder.resolve("old.key"), pem("RSA PRIVATE KEY", inner(pkcs8)));
    for (String key : List.of("rsa.key", "old.key")) {
      assertThat(
              tls("certificates: [{certificate: rsa.crt, key: " + key + "}]")
                  .certificates()
                  .get(0)
                  .key()
                  .getEncoded())
          .isEqualTo(pkcs8);
    }
  }
}
