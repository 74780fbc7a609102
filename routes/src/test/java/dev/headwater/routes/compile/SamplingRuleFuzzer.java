package dev.headwater.routes.compile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.headwater.sampling.network.NetworkSet;
import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rate.ProbabilisticRate;
import dev.headwater.sampling.rule.Condition;
import dev.headwater.sampling.rule.HeaderPattern;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.PathPattern;
import dev.headwater.sampling.rule.RuleMatch;
import dev.headwater.sampling.rule.SamplingRule;
import dev.headwater.sampling.rule.SlowLimit;
import dev.headwater.sampling.rule.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Whatever a rule holds, it loads back from what it prints. */
class SamplingRuleFuzzer {
  private static final String[] TEXTS = {
    "",
    " ",
    "a",
    "true",
    "null",
    "~",
    "1",
    "-0.5",
    "yes",
    "a: b",
    "a #b",
    "'",
    "\"",
    "\\",
    "{",
    "]",
    ",",
    "\n",
    "\t",
    "\u0000",
    "\u007f",
    "\u0085",
    "\u2028",
    "\u00e4",
    "\ud83d\ude00",
    "*a",
    "&b",
    "!c",
    "%d",
    "@e",
    "`f",
    "- g",
    "? h",
    "|",
    ">",
    "a\\nb",
    "NaN",
    "0x1f",
    "a/b",
    "a.b-c_d",
  };
  private static final String[] PATHS = {"/", "/a", "/a/b", "/a%20b", "/-/x", "/*", "/a:b", "/~x"};
  private static final String[] REGEXES = {"a", "^x+$", "[\"']\\d{2}", "a|b", "\\\\", "\\{x\\}"};
  private static final String[] HOSTS = {"a", "*.b.example", "127.0.0.1", "[::1]", "x-y.z_"};
  private static final String[] NETWORKS = {"10.0.0.0/8", "192.0.2.1", "2001:db8::/32", "::/0"};

  @RepeatedTest(20)
  void rule_loadsBackFromItsPrint(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    for (int i = 0; i < 100; i++) {
      SamplingRule rule = rule(random, "rule-" + i);
      String yaml =
          "tracing: {sampling: {shippedRules: false, rules: ["
              + rule
              + "]}}\nroutes: [{name: votes, filters: [{respond: {}}]}]";
      Loaded loaded = ConfigurationLoader.load(ConfigurationInput.of(yaml, "f"));
      assertThat(loaded.problems()).as(yaml).isEmpty();
      assertThat(loaded.configuration().orElseThrow().tracing().sampling().rules())
          .containsExactly(rule);
    }
  }

  private static SamplingRule rule(Random random, String name) {
    List<Condition> conditions = new ArrayList<>();
    List<Condition> all =
        List.of(
            new Condition.OfRoute("votes"),
            new Condition.Trusted(random.nextBoolean()),
            new Condition.Methods(Set.of("GET", "M-SEARCH")),
            new Condition.Hosts(Set.of("z", any(random, HOSTS))),
            new Condition.Networks(NetworkSet.of(List.of(any(random, NETWORKS)))),
            new Condition.Path(path(random)),
            new Condition.Headers(List.of(header(random), header(random))));
    for (Condition condition : all) {
      if (random.nextInt(3) == 0) {
        conditions.add(condition);
      }
    }
    Verdict verdict = verdict(random);
    KeepPolicy keep =
        verdict instanceof Verdict.Share && random.nextBoolean() ? keep(random) : null;
    return new SamplingRule(name, new RuleMatch(conditions), verdict, keep);
  }

  private static PathPattern path(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new PathPattern.Exact(any(random, PATHS));
      case 1 -> new PathPattern.Prefix(any(random, PATHS));
      case 2 -> new PathPattern.OneOf(Set.of(any(random, PATHS) + "x", any(random, PATHS) + "y"));
      default -> new PathPattern.Template("/users/{id}" + any(random, PATHS));
    };
  }

  private static HeaderPattern header(Random random) {
    HeaderPattern.Value value =
        switch (random.nextInt(3)) {
          case 0 -> new HeaderPattern.Exact(any(random, TEXTS) + any(random, TEXTS));
          case 1 -> new HeaderPattern.Present();
          default -> new HeaderPattern.Regex(Pattern.compile(any(random, REGEXES)));
        };
    return new HeaderPattern(random.nextBoolean() ? "x-a" : "true", value);
  }

  private static Verdict verdict(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new Verdict.Never();
      case 1 -> new Verdict.Always();
      case 2 -> new Verdict.Share(rate(random));
      default ->
          new Verdict.Share(
              rate(random),
              new CapPolicy(0.001 + random.nextDouble() * 1000, 1 + 9 * random.nextDouble()));
    };
  }

  private static ProbabilisticRate rate(Random random) {
    return ProbabilisticRate.of(Math.pow(random.nextDouble(), random.nextInt(200)));
  }

  private static KeepPolicy keep(Random random) {
    SlowLimit slow =
        random.nextBoolean()
            ? new SlowLimit.Absolute(Duration.ofMillis(1 + random.nextInt(5000)))
            : new SlowLimit.TimesP99((1 + random.nextInt(9999)) / 1000.0);
    return new KeepPolicy(
        random.nextBoolean() ? random.nextBoolean() : null,
        random.nextBoolean() ? slow : null,
        random.nextBoolean() ? random.nextBoolean() : null,
        random.nextBoolean() ? 0.001 + random.nextDouble() * 100 : null);
  }

  private static String any(Random random, String[] values) {
    return values[random.nextInt(values.length)];
  }
}
