package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.StrictAnswer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fields that say who asks and how, and fields of one hop: rows D7 to D11 of the fault matrix. */
abstract class FieldAbuseContract extends RoutedContract {
  /** Proxies in a row that are looked at, and told on. */
  private static final int DEPTH = 32;

  private static final String FORGED = "203.0.113.66";

  private static final String[] CLAIMS = {
    "X-Forwarded-For: " + FORGED,
    "X-Forwarded-For: 127.0.0.1, " + FORGED,
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: forged.example",
    "X-Forwarded-Port: 443",
    "X-Forwarded-Prefix: /forged",
    "X-Forwarded-Client-Cert: Hash=forged;Subject=\"CN=forged\"",
    "X-Forwarded-Scheme: https",
    "X-Forwarded-Server: forged",
    "X-Forwarded-Anything: forged",
    "Forwarded: for=" + FORGED + ";host=forged.example;proto=https",
    "X-Real-IP: " + FORGED,
  };

  /** No row: whoever fails this fails the others for nothing. */
  @Test
  void ordinaryFields_goThrough() throws Exception {
    begin(false);
    SeenHead seen = seen("X-Field: kept", "Accept: a/b", "Cookie: a=b");
    assertThat(seen.only("X-Field")).isEqualTo("kept");
    assertThat(seen.only("Accept")).isEqualTo("a/b");
    assertThat(seen.only("Cookie")).isEqualTo("a=b");
    assertThat(seen.only("Host")).isEqualTo(HOST);
  }

  /** What is said of a client that names nobody: the peer, and how it came here. */
  private void assertOurs(SeenHead seen) {
    assertThat(seen.only("X-Forwarded-For")).isEqualTo("127.0.0.1");
    assertThat(seen.only("X-Forwarded-Proto")).isEqualTo("http");
    assertThat(seen.only("X-Forwarded-Host")).isEqualTo(HOST);
    assertThat(seen.only("X-Forwarded-Port")).isEqualTo(Integer.toString(proxy().port()));
    assertThat(seen.only("Forwarded")).isEqualTo("for=127.0.0.1;host=" + HOST + ";proto=http");
    assertThat(seen.only("X-Real-IP")).isEqualTo("127.0.0.1");
    assertThat(seen.text()).doesNotContain("forged").doesNotContain(FORGED);
  }

  @Test
  @FaultRow("D7")
  void strangersClaims_areReplacedByOurs() throws Exception {
    begin(false);
    each(List.of(CLAIMS), claim -> assertOurs(seen(claim)));
    each(List.of(CLAIMS), claim -> assertOurs(seen(claim, claim)));
    assertOurs(seen(CLAIMS));
  }

  @Test
  @FaultRow("D8")
  void trustedProxysClaims_areAppendedTo_toADepth() throws Exception {
    begin(true);
    SeenHead seen = seen(CLAIMS);
    assertThat(seen.only("X-Forwarded-For").replaceAll(", *", ", "))
        .isEqualTo(FORGED + ", 127.0.0.1, " + FORGED + ", 127.0.0.1");
    assertThat(seen.only("X-Forwarded-Proto")).isEqualTo("https");
    assertThat(seen.only("X-Forwarded-Host")).isEqualTo("forged.example");
    assertThat(seen.only("X-Forwarded-Port")).isEqualTo("443");
    assertThat(seen.only("X-Forwarded-Prefix")).isEqualTo("/forged");
    assertThat(seen.only("Forwarded"))
        .isEqualTo(
            "for="
                + FORGED
                + ";host=forged.example;proto=https, for=127.0.0.1;host="
                + HOST
                + ";proto=http");
    assertThat(seen.only("X-Real-IP")).isEqualTo(FORGED);
    each(
        List.of(0, 1, DEPTH - 1, DEPTH, DEPTH + 1, 10 * DEPTH),
        hops -> {
          assertDepth("X-Forwarded-For", "127.1.0.%d", hops, 1);
          assertDepth("X-Forwarded-For", "127.1.0.%d", hops, 3);
          assertDepth("Forwarded", "for=127.1.0.%d", hops, 1);
        });
  }

  /** A stranger behind so many proxies, all of them trusted, told in one field or in some. */
  private void assertDepth(String name, String element, int hops, int lines) throws Exception {
    List<String> chain = new ArrayList<>();
    for (int i = 0; i < hops; i++) {
      chain.add(i == 0 ? element.replace("127.1.0.%d", FORGED) : element.formatted(i % 250));
    }
    List<String> fields = new ArrayList<>();
    int from = 0;
    for (int line = 1; line <= lines && hops > 0; line++) {
      int to = hops * line / lines;
      if (to > from) {
        fields.add(name + ": " + String.join(", ", chain.subList(from, to)));
      }
      from = to;
    }
    SeenHead seen = seen(fields.toArray(String[]::new));
    String[] told = seen.only(name).split(", *");
    int kept = Math.min(hops, DEPTH);
    assertThat(told).as("%d hops in %s", hops, name).hasSize(kept + 1);
    assertThat(List.of(told).subList(0, kept)).isEqualTo(chain.subList(hops - kept, hops));
    assertThat(told[kept]).contains("127.0.0.1");
    // The client is the stranger as long as he stands within the depth.
    if (hops > 0) {
      assertThat(seen.only("X-Real-IP").equals(FORGED)).isEqualTo(hops <= DEPTH);
    }
  }

  @Test
  @FaultRow("D9")
  void aliases_areDroppedOrRefused() throws Exception {
    for (boolean trusting : new boolean[] {false, true}) {
      begin(trusting);
      for (String claim : CLAIMS) {
        int colon = claim.indexOf(':');
        String name = claim.substring(0, colon);
        List<String> aliases = new ArrayList<>(List.of(name.replace('-', '_')));
        aliases.add(name.replaceFirst("-", "_"));
        aliases.add(name.replace('-', '_').toUpperCase(java.util.Locale.ROOT));
        each(
            aliases.stream().filter(alias -> !alias.equalsIgnoreCase(name)).toList(),
            alias -> {
              assertOurs(seen(alias + claim.substring(colon)));
            });
      }
      each(
          List.of(
              "X_Request_ID: forged",
              "Content_Length: 7",
              "Transfer_Encoding: chunked",
              "X_B3_TraceId: 463ac35c9f6413ad48485a3953bb6124",
              "Proxy: forged"),
          alias -> {
            String text = seen(alias).text();
            assertThat(text.toLowerCase(java.util.Locale.ROOT))
                .doesNotContain(
                    alias.substring(0, alias.indexOf(':') + 1).toLowerCase(java.util.Locale.ROOT));
          });
      if (!http2()) {
        each(
            List.of(" ", "\t", "\u000b", "\u0000", "\u00a0", "\u0085"),
            strange -> {
              for (String claim : CLAIMS) {
                String field = claim.replaceFirst(":", strange + ":");
                refused(400, status("GET", "/a", HOST, field));
                refused(400, status("GET", "/a", HOST, strange + claim));
              }
            });
      }
      assertThat(seen("X_Field: kept").only("X_Field")).isEqualTo("kept");
    }
  }

  @Test
  @FaultRow("D10")
  void nominations_takeNothingAwayThatIsNotTheirs() throws Exception {
    if (http2()) {
      // There is no Connection field: a request with one is malformed.
      begin(false);
      assertThat(status("GET", "/a", HOST, "Connection: x-forwarded-for")).isNotEqualTo(200);
      return;
    }
    for (boolean trusting : new boolean[] {false, true}) {
      begin(trusting);
      each(
          List.of(
              "Connection: x-forwarded-for, authorization, b3",
              "Connection: X-Forwarded-For\r\nConnection: Authorization,B3,x-b3-traceid",
              "Connection: close, x-forwarded-for, x-forwarded-proto, x-forwarded-host,"
                  + " x-forwarded-port, forwarded, x-real-ip, x-request-id, host, authorization,"
                  + " cookie, content-length, content-type, x-b3-traceid, x-b3-spanid,"
                  + " x-b3-sampled",
              "Connection: keep-alive,,X-FORWARDED-FOR,\tAuthorization , X-Real-IP"),
          nomination -> {
            SeenHead seen =
                seen(
                    nomination,
                    "Authorization: Bearer kept",
                    "Cookie: kept=1",
                    "Content-Type: a/b",
                    "X-Own: dropped");
            assertOurs(seen);
            assertThat(seen.only("Authorization")).isEqualTo("Bearer kept");
            assertThat(seen.only("Cookie")).isEqualTo("kept=1");
            assertThat(seen.only("Content-Type")).isEqualTo("a/b");
            assertThat(seen.only("X-Request-ID")).isNotEmpty();
            assertThat(seen.traceId()).hasSize(32);
            assertThat(seen.all("Connection")).isEmpty();
          });
      assertThat(seen("Connection: X-Own", "X-Own: dropped", "x-OWN: too").all("X-Own")).isEmpty();
    }
  }

  @Test
  @FaultRow("D11")
  void fieldsOfOneHop_goNoFurther_eitherWay() throws Exception {
    String answer =
        "HTTP/1.1 200 OK\r\n"
            + "Connection: keep-alive, X-Own\r\n"
            + "X-Own: gone\r\n"
            + "Keep-Alive: timeout=5\r\n"
            + "Proxy-Authenticate: Basic\r\n"
            + "Proxy-Connection: gone\r\n"
            + "Proxy-Authentication-Info: x\r\n"
            + "Upgrade: h2c\r\n"
            + "TE: gone\r\n"
            + "Trailer: gone\r\n"
            + "X-Kept: 1\r\n"
            + "Content-Length: 2\r\n\r\n"
            + "ok";
    begin(false, answer);
    String[] names = {
      "Keep-Alive",
      "Proxy-Connection",
      "Proxy-Authorization",
      "Proxy-Authenticate",
      "Proxy-Authentication-Info",
      "Upgrade",
      "HTTP2-Settings",
      "Trailer",
      "X-Own",
      "Connection",
    };
    List<String> fields =
        new ArrayList<>(List.of("Proxy-Authorization: Basic c2VjcmV0", "X-Kept: 1"));
    if (!http2()) {
      fields.addAll(
          List.of(
              "Connection: keep-alive, X-Own",
              "X-Own: gone",
              "Keep-Alive: timeout=5",
              "Proxy-Connection: keep-alive",
              "Proxy-Authenticate: Basic",
              "Proxy-Authentication-Info: x",
              "Upgrade: h2c",
              "HTTP2-Settings: AAMAAABkAAQAAP__",
              "TE: gzip, deflate",
              "Trailer: X-Own"));
    }
    SeenHead seen = seen(fields.toArray(String[]::new));
    for (String name : names) {
      assertThat(seen.all(name)).as("%s of the request", name).isEmpty();
    }
    assertThat(seen.all("TE")).isEmpty();
    assertThat(seen.only("X-Kept")).isEqualTo("1");
    if (!http2()) {
      StrictAnswer got = sent("GET /a HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n");
      for (String name : names) {
        assertThat(got.all(name)).as("%s of the response", name).isEmpty();
      }
      assertThat(got.all("TE")).isEmpty();
      assertThat(got.all("X-Kept")).containsExactly("1");
      assertThat(got.text()).isEqualTo("ok");
    }
  }
}
