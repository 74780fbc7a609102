package dev.headwater.routes.compile;

import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.Leaf;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Parsed;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.sampling.rate.CapPolicy;
import dev.headwater.sampling.rule.KeepPolicy;
import dev.headwater.sampling.rule.SlowLimit;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code keep}: unsampled requests that are kept at their end. */
final class KeepKeys {
  private static final String OTHERWISE = ", unless tracing.sampling.keep says otherwise";
  private static final String MULTIPLE = "^([0-9]{1,4}(?:\\.[0-9]{1,3})?)xp99$";
  private static final Pattern P99 = Pattern.compile(MULTIPLE);
  private static final double MOST_TIMES = 1000;

  private static final Key<Boolean> ERRORS =
      Key.optional(
          "errors",
          Scalars.bool(),
          "Whether requests that end in 5xx, a timeout or a reset are kept; absent for true"
              + OTHERWISE);
  private static final Key<SlowLimit> SLOWER_THAN =
      Key.optional(
          "slowerThan",
          slowLimit(),
          "Requests that take longer are kept: a duration, or a multiple of the route's running"
              + " 99th percentile; absent for none"
              + OTHERWISE);
  private static final Key<Boolean> RETRIED =
      Key.optional(
          "retried",
          Scalars.bool(),
          "Whether requests that took several attempts are kept; absent for true" + OTHERWISE);
  private static final Key<Double> PER_SECOND =
      Key.optional(
          "perSecond",
          Scalars.number(CapPolicy.LEAST, CapPolicy.MOST),
          "Most traces kept late per second, after a lull two seconds' worth at once (four of small"
              + " caps); absent for 10, in a rule for a part of the policy's");

  static final ObjectShape<KeepPolicy> KEEP =
      ObjectShape.of(
          section ->
              new KeepPolicy(
                  section.find(ERRORS),
                  section.find(SLOWER_THAN),
                  section.find(RETRIED),
                  section.find(PER_SECOND)),
          ERRORS,
          SLOWER_THAN,
          RETRIED,
          PER_SECOND);

  private KeepKeys() {}

  private static Leaf<SlowLimit> slowLimit() {
    Leaf<Duration> duration = Scalars.duration("1ms", "24h");
    return Leaf.text(
        "duration or multiple",
        "1ms to 24h, or such as 3xp99, from 0.001xp99 to 1000xp99",
        "^[0-9]+(ms|s|m|h)$|" + MULTIPLE,
        text -> {
          Matcher multiple = P99.matcher(text);
          if (!multiple.matches()) {
            Duration limit = duration.parse(text);
            return limit == null ? Parsed.refused() : Parsed.of(new SlowLimit.Absolute(limit));
          }
          double factor = Double.parseDouble(multiple.group(1));
          return factor > 0 && factor <= MOST_TIMES
              ? Parsed.of(new SlowLimit.TimesP99(factor))
              : Parsed.refused();
        });
  }
}
