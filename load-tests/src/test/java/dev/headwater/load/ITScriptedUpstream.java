package dev.headwater.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ITScriptedUpstream {
  private final HttpClient client = HttpClient.newHttpClient();
  private final ScriptedUpstream upstream = ScriptedUpstream.listen(0);

  @AfterEach
  void close() {
    upstream.close();
  }

  @Test
  void answersAsAsked() throws Exception {
    HttpResponse<byte[]> answer = get("/votes?status=503&bytes=70000&delay=1");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).hasSize(70_000);
  }

  @Test
  void showsTheTraceHeadersItSaw() throws Exception {
    HttpRequest traced = request("/").header("X-B3-TraceId", "abc").build();
    HttpResponse<byte[]> answer = client.send(traced, BodyHandlers.ofByteArray());

    assertThat(answer.headers().firstValue("seen-x-b3-traceid")).hasValue("abc");
    assertThat(answer.headers().firstValue("seen-x-b3-sampled")).isEmpty();
  }

  @Test
  void refusesAndSaysWhy_scriptInvalid() throws Exception {
    HttpResponse<byte[]> answer = get("/?status=17");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).asString().contains("status: 17 (expected 200 to 599)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"head", "body"})
  void closesTheConnection_cut(String where) {
    assertThatIOException().isThrownBy(() -> get("/?cut=" + where));
  }

  @Test
  void takesSpans() throws Exception {
    HttpRequest post = request("/api/v2/spans").POST(BodyPublishers.ofString("[]")).build();

    assertThat(client.send(post, BodyHandlers.discarding()).statusCode()).isEqualTo(202);
  }

  @Test
  void namesThePort_portTaken() {
    assertThatIllegalStateException()
        .isThrownBy(() -> ScriptedUpstream.listen(upstream.port()))
        .withMessageContaining("127.0.0.1:" + upstream.port());
  }

  private HttpResponse<byte[]> get(String target) throws IOException, InterruptedException {
    return client.send(request(target).build(), BodyHandlers.ofByteArray());
  }

  private HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + upstream.port() + target))
        .timeout(Duration.ofSeconds(10));
  }
}
