package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Http2Client;
import dev.headwater.gateway.fault.Http2Frame;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys of ingress-nginx about TLS, HTTP/2 and requests in clear, through real requests. */
class ITNginxTls {
  private static final int MAX_CONCURRENT_STREAMS = 3;

  private static String get(String host, String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }

  /** Two hosts, of which one has a certificate. */
  private static IngressEdge edge(RawUpstream upstream, Map<String, String> keys) {
    return new IngressEdge()
        .service("web", upstream)
        .configMap("headwater", keys)
        .ingress(
            "web",
            Map.of(),
            IngressEdge.rule("shop.example", "/", "web", "/healthz/", "web")
                + "tls: [{hosts: [shop.example]}]\n")
        .ingress("bare", Map.of(), IngressEdge.rule("bare.example", "/", "web"));
  }

  /** Keys and values in turn. */
  private static Map<String, String> keys(String written) {
    Map<String, String> keys = new HashMap<>();
    String[] words = written.isEmpty() ? new String[0] : written.split(" ");
    for (int i = 0; i < words.length; i += 2) {
      keys.put(words[i], words[i + 1].replace('_', ' '));
    }
    return keys;
  }

  /** A client that takes any certificate: whose they are is not asked here. */
  private static SSLContext anyCertificate(String protocol) throws Exception {
    SSLContext context = SSLContext.getInstance(protocol);
    context.init(null, new TrustManager[] {new Anybody()}, null);
    return context;
  }

  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @ShowsKeys(configMap = {"hsts", "hsts-max-age", "hsts-include-subdomains", "hsts-preload"})
  @ParameterizedTest
  @CsvSource({
    "'', max-age=31536000; includeSubDomains",
    "hsts true hsts-max-age 60 hsts-include-subdomains false, max-age=60",
    "hsts-preload true, max-age=31536000; includeSubDomains; preload",
    "hsts false hsts-preload true, none",
  })
  void answersUnderTlsAskForTls(String written, String expected) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = edge(upstream, keys(written)).secured().start();
        RawClient client =
            new RawClient(Dial.tls(gateway.port(), anyCertificate("TLS"), "shop.example"))) {
      String answer = client.send(get("shop.example", "/")).response();

      assertThat(answer).startsWith("HTTP/1.1 200 ");
      assertThat(
              answer
                  .lines()
                  .filter(line -> line.regionMatches(true, 0, "strict-transport-security: ", 0, 27))
                  .map(line -> line.substring(27))
                  .findFirst()
                  .orElse("none"))
          .isEqualTo(expected);
    }
  }

  @ShowsKeys(configMap = {"ssl-redirect", "force-ssl-redirect", "http-redirect-code"})
  @ParameterizedTest
  @CsvSource({
    "'', shop.example, 308",
    "'', bare.example, 200",
    "ssl-redirect false, shop.example, 200",
    "force-ssl-redirect true, bare.example, 308",
    "http-redirect-code 301, shop.example, 301",
    "http-redirect-code 307 force-ssl-redirect true, bare.example, 307",
  })
  void requestInClearIsSentToHttps_asTheConfigMapSays(String written, String host, int status)
      throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = edge(upstream, keys(written)).start();
        RawClient client = gateway.connect()) {
      String answer = client.send(get(host, "/a?b=c")).response();

      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
      assertThat(answer.contains("ocation: https://" + host + "/a?b=c\r\n"))
          .isEqualTo(status != 200);
    }
  }

  @ShowsKeys(configMap = {"no-tls-redirect-locations"})
  @ParameterizedTest
  @CsvSource({"/healthz/x, 200", "/cart, 308"})
  void someRulesAreServedInClear(String path, int status) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            edge(upstream, Map.of("no-tls-redirect-locations", "/other,/healthz")).start();
        RawClient client = gateway.connect()) {
      assertThat(client.send(get("shop.example", path)).response())
          .startsWith("HTTP/1.1 " + status + " ");
    }
  }

  @ShowsKeys(configMap = {"ssl-protocols"})
  @ParameterizedTest
  @CsvSource({
    "TLSv1.2_TLSv1.3, TLSv1.2, true",
    "TLSv1.2_TLSv1.3, TLSv1.3, true",
    "TLSv1.3, TLSv1.2, false",
    "TLSv1.3, TLSv1.3, true",
  })
  void oldVersionsOfTlsAreTurnedAway(String protocols, String client, boolean isServed)
      throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            edge(upstream, keys("ssl-protocols " + protocols)).secured().start()) {
      SSLContext context = anyCertificate("TLS");
      try (SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", gateway.port())) {
        socket.setSoTimeout(10_000);
        socket.setEnabledProtocols(new String[] {client});
        if (isServed) {
          socket.startHandshake();
          assertThat(socket.getSession().getProtocol()).isEqualTo(client);
        } else {
          assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
      }
    }
  }

  @ShowsKeys(configMap = {"use-http2"})
  @ParameterizedTest
  @CsvSource({"true, h2", "false, http/1.1"})
  void http2IsAgreedOn_whereTheKeySaysSo(boolean key, String agreed) throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway = edge(upstream, keys("use-http2 " + key)).secured().start();
        SSLSocket socket =
            Dial.tls(gateway.port(), anyCertificate("TLS"), "shop.example", "h2", "http/1.1")) {
      assertThat(socket.getApplicationProtocol()).isEqualTo(agreed);
    }
  }

  @ShowsKeys(configMap = {"http2-max-concurrent-streams"})
  @Test
  void clientsAreToldHowManyStreamsThereMayBe() throws Exception {
    try (RawUpstream upstream = RawUpstream.answering(RawUpstream.OK);
        RunningGateway gateway =
            RunningGateway.of(
                NginxEdge.to(upstream.port()).key("http2-max-concurrent-streams", 7).build(),
                Clock.systemUTC());
        Http2Client client = Http2Client.over(Dial.tcp(gateway.port())).begin()) {
      Http2Frame settings =
          client.await(
              "SETTINGS",
              frame -> frame.type() == Http2Frame.SETTINGS && !frame.has(Http2Frame.ACK));
      Map<Integer, Integer> values = new HashMap<>();
      ByteBuffer pairs =
          ByteBuffer.wrap(Arrays.copyOf(settings.payload(), settings.payload().length));
      while (pairs.hasRemaining()) {
        values.put((int) pairs.getShort(), pairs.getInt());
      }

      assertThat(values).containsEntry(MAX_CONCURRENT_STREAMS, 7);
    }
  }
}
