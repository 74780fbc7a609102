package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.StrictAnswer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the contracts about paths, hosts and fields share: two upstreams behind a proxy, requests in
 * either HTTP version, and who got them. Inherited for the product, which passes, and run by hand
 * against a naive proxy, which fails each row.
 */
@Timeout(120)
abstract class RoutedContract {
  /** Hosts that no rule names go to the open upstream. */
  static final String HOST = "open.example";

  private RawUpstream open;
  private RawUpstream admin;
  private RoutedProxy proxy;

  /** Starts a proxy for a setting. */
  abstract RoutedProxy start(RoutedProxy.Setting setting) throws Exception;

  /** The status of one request on a connection of its own; 0 when it was answered by none. */
  int status(String method, String target, String host, String... fields) throws Exception {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    head.append("Host: ").append(host).append("\r\n");
    for (String field : fields) {
      head.append(field).append("\r\n");
    }
    return sent(head + "\r\n").status();
  }

  /** Whether requests travel as HTTP/2: then some faults of HTTP/1 cannot even be written. */
  boolean http2() {
    return false;
  }

  void begin(boolean trusting) throws Exception {
    begin(trusting, RawUpstream.OK);
  }

  void begin(boolean trusting, String response) throws Exception {
    stop();
    open = RawUpstream.answering(response);
    admin = RawUpstream.answering(response);
    proxy = start(new RoutedProxy.Setting(open.port(), admin.port(), trusting));
  }

  @AfterEach
  void stop() throws Exception {
    if (proxy != null) {
      proxy.close();
      proxy = null;
      open.close();
      admin.close();
    }
  }

  RoutedProxy proxy() {
    return proxy;
  }

  /** The answer to these bytes on a connection of their own. */
  StrictAnswer sent(String bytes) throws Exception {
    try (RawClient client = RawClient.to(proxy.port())) {
      client.send(bytes);
      return client.answer();
    }
  }

  /** What the open upstream got of a request with these fields. */
  SeenHead seen(String... fields) throws Exception {
    assertThat(status("GET", "/a", HOST, fields)).as("status").isEqualTo(200);
    return open.waiting() == 0 ? null : new SeenHead(open.request());
  }

  /** Whether a request came to the admin upstream and was not asked for yet. */
  boolean waitingAtAdmin() {
    return admin.waiting() > 0;
  }

  /** The request reached this upstream and no other. */
  SeenHead reached(boolean atAdmin) throws Exception {
    RawUpstream right = atAdmin ? admin : open;
    RawUpstream wrong = atAdmin ? open : admin;
    assertThat(wrong.waiting()).as("requests at the wrong upstream").isZero();
    assertThat(right.waiting()).as("requests at the right upstream").isEqualTo(1);
    return new SeenHead(right.request());
  }

  /** The request is answered with this status by the proxy itself; later ones are served. */
  void refused(int expected, int status) throws Exception {
    assertThat(status).as("status").isEqualTo(expected);
    assertThat(open.waiting() + admin.waiting()).as("requests at upstreams").isZero();
    // Were it on its way all the same, it would have come before the next one.
    assertThat(status("GET", "/ordinary", HOST)).isEqualTo(200);
    assertThat(reached(false).text()).startsWith("GET /ordinary HTTP/1.1\r\n");
    assertThat(admin.waiting()).isZero();
  }

  /** The target of a request as an upstream got it. */
  static String target(SeenHead head) {
    return head.text().split(" ")[1];
  }

  /** Does something to each variant; a failure names it. */
  static <T> void each(List<T> variants, Check<T> check) throws Exception {
    for (T variant : variants) {
      try {
        check.of(variant);
      } catch (AssertionError e) {
        throw new AssertionError("variant " + variant + ": " + e.getMessage(), e);
      }
    }
  }

  /** What is asked of a variant. */
  interface Check<T> {
    void of(T variant) throws Exception;
  }
}
