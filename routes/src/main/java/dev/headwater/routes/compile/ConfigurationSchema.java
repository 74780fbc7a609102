package dev.headwater.routes.compile;

import dev.headwater.routes.Configuration;
import dev.headwater.routes.ListenerPolicy;
import dev.headwater.routes.Route;
import dev.headwater.routes.Upstream;
import dev.headwater.routes.schema.JsonSchema;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.KeyTable;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Section;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** All keys of the configuration, and what can be printed from them. */
public final class ConfigurationSchema {
  private static final Key<List<ListenerPolicy>> LISTENERS =
      Key.defaulted(
          "listeners",
          ListShape.of(ListenerKeys.LISTENER).notEmpty(),
          "[{name: web, address: \"127.0.0.1:8080\"}]",
          "Addresses that serve clients");
  private static final Key<List<Upstream>> UPSTREAMS =
      Key.defaulted(
          "upstreams",
          ListShape.of(UpstreamKeys.UPSTREAM),
          "[]",
          "Named groups of endpoints that serve the same");
  private static final Key<List<Route>> ROUTES =
      Key.defaulted("routes", ListShape.of(RouteKeys.ROUTE), "[]", "Which requests go where");

  /** The whole configuration. */
  static final ObjectShape<Configuration> ROOT =
      ObjectShape.of(
          ConfigurationSchema::configuration,
          LISTENERS,
          UPSTREAMS,
          ROUTES,
          TracingKeys.KEY,
          ProgramKeys.ACCESS_LOG,
          ProgramKeys.LOG,
          ProgramKeys.DRAIN,
          LimitKeys.KEY,
          ProgramKeys.ADMIN);

  private ConfigurationSchema() {}

  private static Configuration configuration(Section section) {
    return new Configuration(
        section.get(LISTENERS),
        section.get(UPSTREAMS),
        section.get(ROUTES),
        section.get(TracingKeys.KEY),
        section.find(ProgramKeys.ACCESS_LOG),
        section.get(ProgramKeys.LOG),
        section.get(ProgramKeys.DRAIN),
        section.get(LimitKeys.KEY),
        section.get(ProgramKeys.ADMIN));
  }

  /** JSON Schema (2020-12) for editors. */
  public static String json() {
    return JsonSchema.text(ROOT, "Headwater configuration");
  }

  /** All keys as a Markdown page. */
  public static String markdown() {
    return """
        # Configuration keys

        Generated from the schema; `headwater config schema` prints the same as JSON Schema.

        - Durations are whole numbers with a unit: `250ms`, `5s`, `5m`, `1h`. Sizes are bytes, or whole numbers
          with a unit: `8KiB`, `1MiB`, `1GiB`. Rates are fractions from 0 to 1.
        - Unknown keys are errors. Keys marked **not in this version** are known and refused; nothing is ignored.
        - Precedence: flag, environment, file, default. The environment name of a key is `HEADWATER_` and its path
          in upper case, words of a key apart by `_`, list elements by index: `HEADWATER_LISTENERS_0_ADDRESS`,
          `HEADWATER_ACCESS_LOG_FORMAT`. Lists and objects are given as YAML, lists of scalars also with commas.
        - Names of files are relative to the configuration file.
        """
        + KeyTable.markdown(ROOT);
  }

  /**
   * The configuration that holds when nothing is written, as YAML that can be loaded, printed and
   * copied from.
   */
  public static String defaultYaml() {
    try (InputStream in = ConfigurationSchema.class.getResourceAsStream("default.yaml")) {
      if (in == null) {
        throw new IllegalStateException("default.yaml is missing beside its class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
