package dev.headwater.routes.compile;

import dev.headwater.routes.AccessLogPolicy;
import dev.headwater.routes.AdminPolicy;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.SinkPolicy;
import dev.headwater.routes.TracingPolicy;
import dev.headwater.routes.document.ConfigPath;
import dev.headwater.routes.document.Node;
import dev.headwater.routes.document.Origin;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.document.YamlDocument;
import dev.headwater.routes.schema.EffectiveView;
import dev.headwater.routes.schema.EnvironmentNames;
import dev.headwater.routes.schema.Overlay;
import dev.headwater.routes.schema.Reading;
import dev.headwater.routes.schema.Setting;
import dev.headwater.sampling.force.ForceKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads a configuration: reads the text and the files it names, lays variables and then flags over
 * it, and checks everything. Precedence: flag, environment, file, default. Pure apart from {@link
 * ConfigurationFiles}; never throws for anything that is written. Each call stands alone.
 */
public final class ConfigurationLoader {
  private static final Node NOTHING_WRITTEN = new Node.Mapping(Map.of(), Origin.Default.PLAIN);
  private static final String NO_SINK = "with neither report nor store";

  private final ConfigurationInput input;
  private final Reading reading;

  private ConfigurationLoader(ConfigurationInput input) {
    this.input = input;
    this.reading = new Reading(input.files());
  }

  /** Loads; the result says all that is wrong, or holds a configuration. */
  public static Loaded load(ConfigurationInput input) {
    return new ConfigurationLoader(input).load();
  }

  private Loaded load() {
    YamlDocument document = YamlDocument.parse(input.text(), input.name());
    document.problems().forEach(reading::note);
    Node root = document.root();
    if (root == null || (root instanceof Node.Scalar scalar && scalar.isNull())) {
      root = NOTHING_WRITTEN;
    }
    List<Setting> variables =
        EnvironmentNames.settings(input.environment(), ConfigurationSchema.ROOT, reading);
    SamplingFile samplingFile = new SamplingFile(input, reading);
    root = samplingFile.graft(root, variables);
    Overlay overlay = new Overlay(reading);
    for (Setting setting : variables) {
      root = overlay.lay(root, ConfigurationSchema.ROOT, setting);
    }
    for (Setting setting : input.flags()) {
      root = overlay.lay(root, ConfigurationSchema.ROOT, setting);
    }
    ReplicasFile replicasFile = new ReplicasFile(input, reading);
    root = replicasFile.graft(root);
    root = withRateOfNoSink(root);
    ForceKeyFile keyFile = new ForceKeyFile(input, reading);
    ForceKey forceKey = keyFile.read(root);
    Configuration read = ConfigurationSchema.ROOT.read(root, ConfigPath.ROOT, reading);
    List<Problem> problems = reading.problems();
    Optional<Configuration> configuration =
        read == null || !problems.isEmpty()
            ? Optional.empty()
            : Optional.of(resolved(read, forceKey));
    List<String> files = new ArrayList<>(samplingFile.files());
    files.addAll(replicasFile.files());
    files.addAll(keyFile.files());
    reading.files().forEach(file -> files.add(input.files().resolve(file)));
    Set<String> hidden = new HashSet<>();
    if (samplingFile.isUsed()) {
      hidden.add(SamplingFile.PATH);
    }
    if (replicasFile.isUsed()) {
      hidden.add(ReplicasFile.PATH);
    }
    return new Loaded(
        configuration,
        problems,
        EffectiveView.of(root, ConfigurationSchema.ROOT, hidden),
        overlay.masked(),
        files);
  }

  /**
   * Spans that have nowhere to go are not recorded by anybody: unless sampling is given, the
   * default rate is 0 then.
   */
  private static Node withRateOfNoSink(Node root) {
    Node tracing = Trees.find(root, TracingKeys.NAME);
    Node report = Trees.find(tracing, TracingKeys.REPORT_KEY);
    boolean reports =
        report != null && !(report instanceof Node.Sequence s && s.elements().isEmpty());
    if (reports
        || Trees.find(tracing, TracingKeys.STORE_KEY) != null
        || Trees.find(tracing, TracingKeys.SAMPLING_KEY) != null
        || (tracing != null && !(tracing instanceof Node.Mapping))) {
      return root;
    }
    Setting rate = new Setting("tracing.sampling.rate", "0.0", new Origin.Default(NO_SINK));
    return new Overlay(new Reading()).lay(root, ConfigurationSchema.ROOT, rate);
  }

  private Configuration resolved(Configuration read, @Nullable ForceKey forceKey) {
    AdminPolicy admin = read.admin();
    String token = admin.tokenFile();
    return new Configuration(
        read.listeners(),
        read.upstreams(),
        read.routes(),
        resolved(read.tracing().with(forceKey)),
        resolved(read.accessLog()),
        read.log(),
        read.drain(),
        read.limits(),
        new AdminPolicy(
            admin.address(),
            admin.probeAddress(),
            token == null ? null : input.files().resolve(token)));
  }

  private TracingPolicy resolved(TracingPolicy tracing) {
    List<SinkPolicy> sinks =
        tracing.report().stream()
            .map(sink -> SinkKeys.placed(sink, input.files()::resolve))
            .toList();
    return tracing.with(tracing.sampling(), sinks, tracing.store());
  }

  private @Nullable AccessLogPolicy resolved(@Nullable AccessLogPolicy log) {
    return log == null || log.to().equals("stdout") || log.to().equals("stderr")
        ? log
        : new AccessLogPolicy(input.files().resolve(log.to()), log.format());
  }
}
