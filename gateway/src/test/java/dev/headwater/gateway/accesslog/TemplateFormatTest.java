package dev.headwater.gateway.accesslog;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.pipeline.HttpVersion;
import dev.headwater.routes.AccessLogPolicy;
import dev.headwater.routes.LogTemplate;
import dev.headwater.routes.nginx.NginxConfigMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as ingress-nginx's users shape them. */
class TemplateFormatTest {
  private static final String TRACE = "463ac35c9f6413ad48485a3953bb6124";

  @ParameterizedTest
  @CsvSource({
    "$opentracing_context_x_b3_traceid, 463ac35c9f6413ad48485a3953bb6124",
    "$opentracing_context_x_b3_spanid, 48485a3953bb6124",
    "$opentracing_context_x_b3_sampled, 1",
    "$opentracing_context_x_b3_parentspanid, -",
    "$opentelemetry_trace_id, 463ac35c9f6413ad48485a3953bb6124",
    "$opentelemetry_context_traceparent,"
        + " 00-463ac35c9f6413ad48485a3953bb6124-48485a3953bb6124-01",
    "$remote_addr, 192.0.2.1",
    "$request, GET /cart HTTP/1.1",
    "$request_time, 0.012",
    "$msec, 1795268053.361",
    "$time_local, 21/Nov/2026:13:34:13 +0000",
    "$time_iso8601, 2026-11-21T13:34:13.361Z",
    "$status ${body_bytes_sent}b, 200 2b",
    "[$namespace/$ingress_name], [shop/web]",
    "$proxy_upstream_name $upstream_addr, shop/web:80 10.0.0.1:8080",
    "$http_referer $http_user_agent, - curl/8",
    "$no_such_variable costs 5$, - costs 5$",
  })
  void variableIsWrittenAsThere(String format, String line) {
    assertThat(line(Map.of("log-format-upstream", format), "/cart")).isEqualTo(line + "\n");
  }

  @Test
  void lineHasTheFieldsOfNginx_whenNobodyShapedIt() {
    assertThat(line(Map.of(), "/cart"))
        .startsWith("192.0.2.1 - - [21/Nov/2026:13:34:13 +0000] \"GET /cart HTTP/1.1\" 200 2 \"-\"")
        .endsWith("[shop/web:80] [-] 10.0.0.1:8080 - - - req-1\n");
  }

  @Test
  void absentFieldsAreEmpty_underJsonEscaping() {
    Map<String, String> data = new HashMap<>();
    data.put("log-format-escape-json", "true");
    data.put(
        "log-format-upstream",
        "{\"t\":\"$opentracing_context_x_b3_traceid\",\"r\":\"$http_referer\"}");

    assertThat(line(data, "/cart")).isEqualTo("{\"t\":\"" + TRACE + "\",\"r\":\"\"}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\nforged", "\"", "\u0000", "\u0085"})
  void aLineStaysOneLine_whateverAClientSends(String hostile) {
    String line = line(Map.of("log-format-upstream", "\"$request_uri\""), hostile);

    assertThat(line.lines()).hasSize(1);
    assertThat(line).endsWith("\"\n").doesNotContain("\u0000", "\u0085");
  }

  private static String line(Map<String, String> data, String path) {
    AccessLogPolicy policy = requireNonNull(NginxConfigMap.read(data).process().accessLog());
    LogTemplate template = requireNonNull(policy.template());
    StringBuilder out = new StringBuilder();
    new TemplateFormat(template).write(out, entry(path, null));
    return out.toString();
  }

  private static AccessEntry entry(String path, @Nullable String referer) {
    return new AccessEntry(
        1_795_268_053_361_234L,
        12_345,
        "192.0.2.1",
        "GET",
        path,
        HttpVersion.HTTP_1_1,
        "shop.example",
        200,
        1,
        2,
        "shop/web/0/0",
        "shop/web:80",
        "10.0.0.1:8080",
        1,
        null,
        null,
        "req-1",
        TRACE,
        "48485a3953bb6124",
        true,
        "default",
        "default",
        1.0,
        referer,
        "curl/8",
        null,
        0,
        null);
  }
}
