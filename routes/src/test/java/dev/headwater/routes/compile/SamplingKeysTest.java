package dev.headwater.routes.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.document.Problem;
import dev.headwater.sampling.SamplingPolicy;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.rate.BudgetPolicy;
import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.LimitPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rate.TargetPolicy;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.ShippedRules;
import dev.headwater.sampling.rule.SlowLimit;
import dev.headwater.sampling.rule.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingKeysTest {
  private static final String ROUTES = "routes: [{name: votes, filters: [{respond: {}}]}]\n";

  private static Loaded load(String sampling) {
    String yaml = "tracing: {sampling: {" + sampling + "}}\n" + ROUTES;
    return ConfigurationLoader.load(ConfigurationInput.of(yaml, "f.yaml"));
  }

  private static SamplingPolicy policy(String sampling) {
    Loaded loaded = load(sampling);
    assertThat(loaded.problems()).isEmpty();
    return loaded.configuration().orElseThrow().tracing().sampling();
  }

  private static SamplingRule rule(String rule) {
    return policy("shippedRules: false, rules: [" + rule + "]").rules().get(0);
  }

  private static List<String> problems(String sampling) {
    return load(sampling).problems().stream().map(Problem::toString).toList();
  }

  @Test
  void everyKeyOfThePolicy_isInIt() {
    SamplingPolicy policy =
        policy(
            "rate: 0.25, perSecond: 100, burst: 150, floor: 2, overrideInherited: true,"
                + " keep: {errors: false, slowerThan: 2s, retried: false, perSecond: 3},"
                + " budget: {perSecond: 500, replicas: 3}");
    assertThat(policy.verdict()).isEqualTo(new Verdict.Share(ProbabilisticRate.of(0.25)));
    assertThat(policy.limit())
        .isEqualTo(new LimitPolicy(new CapPolicy(100, 150), new BudgetPolicy(500, 3), 2.0));
    assertThat(policy.keep())
        .isEqualTo(
            new KeepPolicy(false, new SlowLimit.Absolute(Duration.ofSeconds(2)), false, 3.0));
    assertThat(policy.overrideInherited()).isTrue();
  }

  @Test
  void target_standsInsteadOfTheRate() {
    assertThat(policy("targetPerSecond: 10").verdict())
        .isEqualTo(adaptive(10, ProbabilisticRate.NEVER, ProbabilisticRate.ALWAYS));
    assertThat(policy("targetPerSecond: 0.5, minRate: 0.001, maxRate: 0.5").verdict())
        .isEqualTo(adaptive(0.5, ProbabilisticRate.of(0.001), ProbabilisticRate.of(0.5)));
  }

  private static Verdict adaptive(double target, ProbabilisticRate min, ProbabilisticRate max) {
    return new Verdict.Adaptive(new TargetPolicy(target, min, max));
  }

  @Test
  void nothingWritten_hasTheShippedRulesAndNoLimit() {
    SamplingPolicy policy = policy("");
    assertThat(policy.rules()).isEqualTo(ShippedRules.of(NetworkSet.NONE));
    assertThat(policy.limit()).isEqualTo(LimitPolicy.NONE);
    assertThat(policy.keep()).isNull();
    assertThat(policy.overrideInherited()).isFalse();
  }

  @Test
  void shippedRules_areTurnedOffByOneKeyAndComeAfterTheWriters() {
    assertThat(policy("shippedRules: false").rules()).isEmpty();
    assertThat(policy("rules: [{name: a, rate: 1}], probeNetworks: [10.0.0.0/8]").rules())
        .extracting(SamplingRule::name)
        .containsExactly("a", "health-checks", "acme-challenges", "probe-agents", "probe-networks");
  }

  @Test
  void shippedRules_loadBackAsTheyPrint() {
    List<SamplingRule> shipped = ShippedRules.of(NetworkSet.of(List.of("10.0.0.0/8", "fe80::/10")));
    for (SamplingRule rule : shipped) {
      assertThat(rule(rule.toString())).isEqualTo(rule);
    }
    assertThat(policy("shippedRules: false, rules: " + shipped).rules()).isEqualTo(shipped);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{name: probes, match: {path: {exact: /healthz}}, never: true}",
        "{name: checkout, match: {route: votes, methods: [POST]}, rate: 1, perSecond: 20}",
        "{name: all, rate: 0.0001}",
        "{name: all, always: true}",
        "{name: b, match: {methods: [GET, HEAD], path: {template: \"/users/{id}/x\"},"
            + " hosts: [\"*.example.com\", a.example.com]}, rate: 0.5, perSecond: 0.5, burst: 7}",
        "{name: c, match: {trusted: true, path: {prefix: /api}, networks: [192.0.2.0/24,"
            + " \"2001:db8::/32\"]}, rate: 0.1, keep: {errors: true, slowerThan: 3xp99,"
            + " retried: false, perSecond: 2.5}}",
        "{name: d, match: {headers: [{name: x-a, exact: \"a b: \\\"c\\\"\"}, {name: x-b,"
            + " present: true}, {name: x-c, regex: \"^[a-z]+\\\\\\\\d{2}$\"}]}, rate: 1}",
        "{name: e, match: {path: {oneOf: [/a, /b]}}, rate: 0.000000000001}",
        "{name: f, rate: 1, keep: {slowerThan: 250ms}}",
        "{name: g, rate: 1, keep: {}}",
      })
  void rule_printsItselfAsItWouldBeWritten(String written) {
    SamplingRule rule = rule(written);
    assertThat(rule(rule.toString())).as(rule.toString()).isEqualTo(rule);
    assertThat(rule(rule.toString())).hasToString(rule.toString());
  }

  @Test
  void rule_printsReadably() {
    String text =
        "{name: checkout, match: {route: votes, methods: [GET, POST]}, rate: 0.5, perSecond: 20}";
    assertThat(rule(text)).hasToString(text);
  }

  @Test
  void routesOwnRule_printsWhatTheRouteSays() {
    String written = "{rate: 0.25, perSecond: 20, keep: {slowerThan: 2s}}";
    SamplingRule own = own(written);
    assertThat(own.name()).isEqualTo("route:r");
    assertThat(own).hasToString(written);
    assertThat(own(own.toString())).isEqualTo(own);
  }

  private static SamplingRule own(String written) {
    String yaml = "routes: [{name: r, filters: [{respond: {}}], sampling: " + written + "}]";
    Loaded loaded = ConfigurationLoader.load(ConfigurationInput.of(yaml, "f"));
    return loaded.configuration().orElseThrow().routes().get(0).sampling();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rate: 1, targetPerSecond: 5 | tracing.sampling.targetPerSecond: targetPerSecond and rate (expected one of both)",
        "minRate: 0.1 | tracing.sampling.minRate: minRate without targetPerSecond (expected both or neither)",
        "targetPerSecond: 5, minRate: 0.5, maxRate: 0.1 | tracing.sampling.maxRate: 0.1 (expected above 0 and at least minRate, 0.5)",
        "targetPerSecond: 5, maxRate: 0 | tracing.sampling.maxRate: 0.0 (expected above 0 and at least minRate, 0.0)",
        "burst: 5 | tracing.sampling.burst: burst without perSecond (expected both or perSecond alone)",
        "perSecond: 1000001 | tracing.sampling.perSecond: 1000001 (expected 0.001 to 1000000)",
        "floor: -1 | tracing.sampling.floor: -1 (expected 0 to 1000)",
        "budget: {} | tracing.sampling.budget.perSecond: missing (expected 0.001 to 1000000)",
        "budget: {perSecond: 5, replicas: 0} | tracing.sampling.budget.replicas: 0 (expected 1 to 10000)",
        "keep: {slowerThan: 3p99} | tracing.sampling.keep.slowerThan: 3p99 (expected 1ms to 24h, or such as 3xp99, from 0.001xp99 to 1000xp99)",
        "shippedRules: false, probeNetworks: [10.0.0.0/8] | tracing.sampling.probeNetworks: probeNetworks without shippedRules (expected only with shippedRules: true)",
        "rules: [{name: probe-agents, rate: 1}] | tracing.sampling.rules: a shipped rule's name, probe-agents (expected other names, or shippedRules: false)",
        "rules: [{name: default, rate: 1}] | tracing.sampling.rules[0].name: default (expected a name that no decision without a rule has)",
        "rules: [{name: none, rate: 1}] | tracing.sampling.rules[0].name: none (expected a name that no decision without a rule has)",
        "rules: [{name: l5d-sample, rate: 1}] | tracing.sampling.rules[0].name: l5d-sample (expected a name that no decision without a rule has)",
        "rules: [{name: \"route:votes\", rate: 1}] | tracing.sampling.rules[0].name: route:votes (expected a name that no decision without a rule has)",
        "rules: [{name: a, rate: 1}, {name: a, rate: 0}] | tracing.sampling.rules[1].name: a (expected a unique sampling rule; tracing.sampling.rules[0].name has it at f.yaml:1:37)",
        "rules: [{name: a, match: {route: vote}, rate: 1}] | tracing.sampling.rules[0].match.route: vote (expected the name of a route; did you mean \"votes\"?)",
        "rules: [{name: a}] | tracing.sampling.rules[0]: none of rate, never, always",
        "rules: [{name: a, rate: 1, never: true}] | tracing.sampling.rules[0]: rate and never (expected exactly one of rate, never, always)",
        "rules: [{name: a, never: false}] | tracing.sampling.rules[0].never: false (expected true)",
        "rules: [{name: a, always: true, perSecond: 5}] | tracing.sampling.rules[0].perSecond: perSecond beside always (expected only beside rate)",
        "rules: [{name: a, never: true, keep: {}}] | tracing.sampling.rules[0].keep: keep beside never (expected only beside rate)",
        "rules: [{name: a, rate: 1, match: {path: {template: \"/a{b}\"}}}] | tracing.sampling.rules[0].match.path.template: /a{b} (expected a path with whole elements in braces, such as /users/{id})",
        "rules: [{name: a, rate: 1, match: {path: {exact: /a/../b}}}] | tracing.sampling.rules[0].match.path.exact: /a/../b (expected its normal form /b)",
        "rules: [{name: a, rate: 1, match: {headers: [{name: x, regex: \"(\"}]}}] | tracing.sampling.rules[0].match.headers[0].regex: ( (expected a regular expression (RE2)",
        "rules: [{name: a, rate: 1, match: {hosts: []}}] | tracing.sampling.rules[0].match.hosts: 0 elements (expected at least one)",
        "rules: [{name: a, rate: 1, match: {networks: [x]}}] | tracing.sampling.rules[0].match.networks[0]: x (expected an address or CIDR block such as 192.0.2.0/24)",
        "rules: [{name: a, rate: 1, matches: {}}] | tracing.sampling.rules[0].matches: unknown key (did you mean \"match\"?)",
      })
  void faultOfTheSection_isOneProblemWithItsPlace(String sampling, String expected) {
    assertThat(problems(sampling)).hasSize(1);
    assertThat(problems(sampling).get(0)).startsWith(expected).contains(" at f.yaml:1:");
  }

  @Test
  void replicasFrom_isReadAndWatchedLikeAnyFile() {
    Loaded loaded = withReplicas("3\n");
    assertThat(loaded.problems()).isEmpty();
    assertThat(loaded.configuration().orElseThrow().tracing().sampling().limit().budget())
        .isEqualTo(new BudgetPolicy(60, 3));
    assertThat(loaded.files()).containsExactly("/conf/replicas");
    assertThat(loaded.effective().yaml(false)).contains("replicas: 3  # replicas:1:1");
  }

  @Test
  void replicasFrom_faults_nameTheFile() {
    assertThat(withReplicas("many").problems())
        .map(Problem::toString)
        .containsExactly(
            "tracing.sampling.budget.replicas: many (expected 1 to 10000) at replicas:1:1");
    assertThat(problems("budget: {perSecond: 5, replicasFrom: none}"))
        .containsExactly(
            "tracing.sampling.budget.replicasFrom: none (expected a readable file: this"
                + " configuration was not read from a file) at f.yaml:1:59");
    assertThat(problems("budget: {perSecond: 5, replicas: 2, replicasFrom: none}"))
        .containsExactly(
            "tracing.sampling.budget.replicasFrom: none (expected one of both; replicas is written"
                + " at f.yaml:1:55) at f.yaml:1:72");
  }

  private static Loaded withReplicas(String content) {
    ConfigurationFiles files =
        new ConfigurationFiles() {
          @Override
          public String resolve(String written) {
            return "/conf/" + written;
          }

          @Override
          public String read(String written) throws IOException {
            return content;
          }
        };
    String yaml = "tracing: {sampling: {budget: {perSecond: 60, replicasFrom: replicas}}}";
    return ConfigurationLoader.load(
        new ConfigurationInput(yaml, "f.yaml", Map.of(), List.of(), files));
  }
}
