package dev.headwater.gateway.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.gateway.pipeline.HttpVersion;
import dev.headwater.routes.AccessLogPolicy.Format;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineFormatTest {
  private static AccessEntry entry(String hostile) {
    return new AccessEntry(
        1_795_268_053_361_234L,
        1234,
        "192.0.2.1",
        hostile,
        hostile,
        HttpVersion.HTTP_1_1,
        hostile,
        200,
        1,
        2,
        "route",
        "up",
        "10.0.0.1:80",
        1,
        null,
        null,
        hostile,
        "463ac35c9f6413ad48485a3953bb6124",
        "48485a3953bb6124",
        true,
        "default",
        "late",
        0.0001,
        hostile,
        hostile,
        null,
        0,
        null);
  }

  private static String line(Format format, AccessEntry entry) {
    StringBuilder out = new StringBuilder();
    new LineFormat(format).write(out, entry);
    return out.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/plain",
        "\r\n{\"forged\":true}",
        "\n127.0.0.1 - - [x] \"GET / HTTP/1.1\" 200 0",
        "\"",
        "\\",
        "\\\"",
        "\",\"status\":500,\"x\":\"",
        "\u001b[31mred",
        "\0\u0001\u007f\u0085\u009b",
        "\u00e4\u00ff"
      })
  void hostileText_staysInsideItsField(String hostile) throws Exception {
    String json = line(Format.JSON, entry(hostile));
    assertThat(json).endsWith("}\n");
    assertThat(json.substring(0, json.length() - 1).chars()).allMatch(c -> c >= 0x20);
    JsonNode read = new ObjectMapper().readTree(json);
    assertThat(read.get("path").asText()).isEqualTo(hostile);
    assertThat(read.get("user_agent").asText()).isEqualTo(hostile);
    assertThat(read.get("status").asInt()).isEqualTo(200);
    assertThat(read.has("forged")).isFalse();

    String combined = line(Format.COMBINED, entry(hostile));
    assertThat(combined).endsWith("\n");
    assertThat(combined.substring(0, combined.length() - 1).chars())
        .allMatch(c -> c >= 0x20 && (c < 0x7f || c >= 0xa0));
    // Quotes that are not escaped: method and target, referer, user agent, trace id.
    assertThat(combined.replaceAll("\\\\.", "").chars().filter(c -> c == '"').count()).isEqualTo(8);
  }

  @Test
  void json_saysWhatTheContractNames() throws Exception {
    JsonNode read = new ObjectMapper().readTree(line(Format.JSON, entry("GET")));
    assertThat(read.get("time").asText()).startsWith("2026-11-21T").endsWith("Z");
    assertThat(read.fieldNames())
        .toIterable()
        .contains(
            "time",
            "method",
            "host",
            "path",
            "status",
            "bytes",
            "duration_us",
            "upstream",
            "endpoint",
            "attempts",
            "trace_id",
            "span_id",
            "sampled",
            "rule",
            "client")
        .doesNotContain("phase", "tunnel", "close_code", "closed_by");
    assertThat(read.get("decision").asText()).isEqualTo("late");
    assertThat(read.get("rate").isNumber()).isTrue();
    assertThat(read.get("rate").asDouble()).isEqualTo(0.0001);
  }
}
