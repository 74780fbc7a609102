package dev.headwater.routes.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harrel.jsonschema.Dialects;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.harrel.jsonschema.providers.JacksonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class ConfigurationSchemaTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static boolean isValid(String yaml) throws Exception {
    Validator validator =
        new ValidatorFactory()
            .withJsonNodeFactory(new JacksonNode.Factory())
            .withDialect(new Dialects.Draft2020Dialect())
            .createValidator();
    java.net.URI schema = validator.registerSchema(ConfigurationSchema.json());
    Object plain = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    String document = JSON.writeValueAsString(plain == null ? Map.of() : plain);
    return validator.validate(schema, document).isValid();
  }

  @Test
  void json_isAValidSchemaOfItsDraft() throws Exception {
    assertThat(JSON.readTree(ConfigurationSchema.json()).get("$schema").asText())
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
  }

  @Test
  void json_acceptsWhatTheReaderAccepts() throws Exception {
    assertThat(isValid("")).isTrue();
    assertThat(isValid(Fixtures.text("full.yaml"))).isTrue();
    assertThat(isValid(Fixtures.text("odd.yaml"))).isTrue();
    assertThat(isValid(ConfigurationSchema.defaultYaml())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tracng: {}",
        "listeners: []",
        "listeners: [{name: a}]",
        "listeners: [{name: a, address: \":1\", tls: {}}]",
        "tracing: {sampling: {rate: 1.7}}",
        "tracing: {sampling: {rate: \"0.5\"}}",
        "tracing: {sampling: {rules: [{name: a}]}}",
        "tracing: {sampling: {rules: [{name: a, rate: 1, never: true}]}}",
        "tracing: {sampling: {perSecond: 0}}",
        "tracing: {sampling: {budget: {replicas: 3}}}",
        "tracing: {sampling: {keep: {slowerThan: 3p99}}}",
        "tracing: {service: 5}",
        "tracing: {enabled: \"true\"}",
        "drain: {timeout: 30}",
        "drain: {timeout: 30x}",
        "log: {level: loud}",
        "upstreams: [{name: u, endpoints: [\"ftp://x\"]}]",
        "upstreams: [{name: \"-\", endpoints: [\"http://x\"]}]",
        "routes: [{name: r, match: {path: {exact: /, prefix: /}}}]",
        "routes: [{name: r, match: {headers: [{name: a}]}}]",
        "routes: [{name: r, retry: {on: [200]}}]",
        "routes: [{name: r, filters: [{mirror: {}}]}]",
        "tracing: {report: [{zipkin: \"http://a?b\"}]}",
        "accessLog:",
      })
  void json_refusesWhatTheReaderRefuses(String yaml) throws Exception {
    assertThat(isValid(yaml)).isFalse();
    assertThat(ConfigurationLoader.load(ConfigurationInput.of(yaml, "f")).problems()).isNotEmpty();
  }

  /**
   * To write it anew: {@code mvn -pl routes -am test -Dtest=ConfigurationSchemaTest
   * -Dheadwater.update}.
   */
  @Test
  void markdown_isWhatTheRepositoryHolds() throws Exception {
    Path page = Path.of("CONFIGURATION.md");
    if (System.getProperty("headwater.update") != null) {
      Files.writeString(page, ConfigurationSchema.markdown());
    }
    assertThat(page)
        .as("stale: write it anew with -Dheadwater.update")
        .hasContent(ConfigurationSchema.markdown());
  }

  @Test
  void markdown_namesEveryKeyOfTheFullDocument() {
    assertThat(ConfigurationSchema.markdown())
        .contains(
            "| `tracing.sampling.rate` | rate | `1.0` | 0.0 to 1.0 |",
            "| `upstreams[].health` |  |  |  | **not in this version** Probes of its endpoints |",
            "| `routes[].timeouts.attempt` | duration | absent | 1ms to 24h |");
  }
}
