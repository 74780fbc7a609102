package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.ProxyUnderTest.Situation;
import dev.headwater.gateway.fault.Ending;
import dev.headwater.gateway.fault.StrictAnswer;
import dev.headwater.gateway.fault.StrictRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What the contracts about bytes on HTTP/1 connections share: an upstream, and a refusal. */
abstract class WireContract extends FaultContract {
  private RawUpstream upstream;

  /** A proxy in front of an upstream that takes RFC 9112 by the letter and answers 200. */
  ProxyUnderTest startStrict(Situation situation) throws Exception {
    return start(situation, RawUpstream.strict(RawUpstream.OK));
  }

  ProxyUnderTest start(Situation situation, RawUpstream behind) throws Exception {
    stop();
    upstream = behind;
    return start(situation, behind.port());
  }

  RawUpstream upstream() {
    return upstream;
  }

  @AfterEach
  void stop() {
    if (upstream != null) {
      upstream.close();
    }
  }

  static String get(String path, String fields) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
  }

  static String post(String path, String fields, String body) {
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
  }

  static String chunked(String body) {
    return post("/votes/1", "Transfer-Encoding: chunked\r\n", body);
  }

  /**
   * Refused in the full sense: answered with one of these, closed, nothing of it at the upstream,
   * and counted.
   */
  void refuses(ProxyUnderTest proxy, String bytes, Integer... statuses) throws Exception {
    upstream.forget();
    long before = proxy.refused();
    try (RawClient client = RawClient.to(proxy.port())) {
      client.send(bytes);
      StrictAnswer answer = answer(client);
      assertThat(answer.status()).as("status").isIn((Object[]) statuses);
      assertThat(answer.last()).as("says that it closes").isTrue();
      assertThat(client.ending()).as("ending").isEqualTo(Ending.CLOSED);
    }
    assertThat(upstream.received()).as("connections that brought bytes").isEmpty();
    assertThat(proxy.refused()).as("counted").isEqualTo(before + 1);
  }

  /** The next response; where there is none, what reached the upstream instead is told. */
  StrictAnswer answer(RawClient client) {
    try {
      return client.answer();
    } catch (AssertionError silent) {
      List<String> came = upstream.received().stream().map(seen -> quoted(seen.text())).toList();
      throw new AssertionError(silent.getMessage() + "; the upstream got " + came, silent);
    }
  }

  /** Does something to each variant; a failure names it. */
  static void each(List<String> variants, Check check) throws Exception {
    for (String variant : variants) {
      try {
        check.of(variant);
      } catch (AssertionError e) {
        throw new AssertionError("variant " + quoted(variant) + ": " + e.getMessage(), e);
      }
    }
  }

  /** What is asked of a variant. */
  interface Check {
    void of(String variant) throws Exception;
  }

  /** Exactly that many requests came, and nothing that is none. */
  List<StrictRequest> came(int requests) {
    List<StrictRequest> all =
        upstream.received().stream()
            .map(RawUpstream.Seen::judge)
            .peek(verdict -> assertThat(verdict.violation()).as("violation").isNull())
            .flatMap(verdict -> verdict.requests().stream())
            .toList();
    assertThat(all).as("requests at the upstream").hasSize(requests);
    return all;
  }

  /** An ordinary request of another client is served. */
  static void assertServes(ProxyUnderTest proxy) throws Exception {
    try (RawClient client = RawClient.to(proxy.port())) {
      client.send(get("/votes/ordinary", ""));
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  /** Bytes for people: what is not plain as an escape, the middle of long ones left out. */
  static String quoted(String text) {
    StringBuilder out = new StringBuilder();
    text.chars()
        .forEach(
            c ->
                out.append(
                    c == '\r'
                        ? "\\r"
                        : c == '\n'
                            ? "\\n"
                            : c < 0x20 || c > 0x7e
                                ? String.format("\\x%02x", c)
                                : String.valueOf((char) c)));
    return out.length() < 400
        ? out.toString()
        : out.substring(0, 200) + " ... " + out.substring(out.length() - 150);
  }
}
