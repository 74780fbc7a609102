package dev.headwater.routes.compile;

import dev.headwater.routes.AccessLogPolicy;
import dev.headwater.routes.AdminPolicy;
import dev.headwater.routes.BindAddress;
import dev.headwater.routes.DrainPolicy;
import dev.headwater.routes.LogPolicy;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.Leaf;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Parsed;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** {@code accessLog}, {@code log}, {@code drain} and {@code admin}: the program itself. */
final class ProgramKeys {
  private static final Key<String> TO =
      Key.defaulted("to", logTarget(), "stdout", "stdout, stderr, or a file that is appended to");
  private static final Key<AccessLogPolicy.Format> ACCESS_FORMAT =
      Key.defaulted(
          "format",
          Scalars.choice(List.of(AccessLogPolicy.Format.values()), ProgramKeys::word),
          "json",
          "How a line is written");
  private static final ObjectShape<AccessLogPolicy> ACCESS_LOG_SHAPE =
      ObjectShape.of(
          section -> new AccessLogPolicy(section.get(TO), section.get(ACCESS_FORMAT)),
          TO,
          ACCESS_FORMAT);
  static final Key<AccessLogPolicy> ACCESS_LOG =
      Key.optional("accessLog", ACCESS_LOG_SHAPE, "One line per request; absent for none");

  private static final Key<LogPolicy.Level> LEVEL =
      Key.defaulted(
          "level",
          Scalars.choice(List.of(LogPolicy.Level.values()), ProgramKeys::word),
          "info",
          "Least severity written");
  private static final Key<LogPolicy.Format> LOG_FORMAT =
      Key.defaulted(
          "format",
          Scalars.choice(List.of(LogPolicy.Format.values()), ProgramKeys::word),
          "text",
          "For a terminal, or one JSON object per line");
  private static final ObjectShape<LogPolicy> LOG_SHAPE =
      ObjectShape.of(
          section -> new LogPolicy(section.get(LEVEL), section.get(LOG_FORMAT)), LEVEL, LOG_FORMAT);
  static final Key<LogPolicy> LOG =
      Key.defaulted("log", LOG_SHAPE, "{}", "The program's own log, to standard error");

  private static final Key<Duration> DELAY =
      Key.defaulted(
          "delay",
          Scalars.duration("0s", "1h"),
          "0s",
          "How long to go on serving after readiness turned false");
  private static final Key<Duration> TIMEOUT =
      Key.defaulted(
          "timeout",
          Scalars.duration("0s", "24h"),
          "30s",
          "How long requests in flight may take after that");
  private static final ObjectShape<DrainPolicy> DRAIN_SHAPE =
      ObjectShape.of(
          section -> new DrainPolicy(section.get(DELAY), section.get(TIMEOUT)), DELAY, TIMEOUT);
  static final Key<DrainPolicy> DRAIN = Key.defaulted("drain", DRAIN_SHAPE, "{}", "How to stop");

  private static final Key<BindAddress> ADDRESS =
      Key.defaulted(
          "address",
          Addresses.bind(),
          "127.0.0.1:9900",
          "Everything for the operator; change needs a restart");
  private static final Key<BindAddress> PROBE_ADDRESS =
      Key.optional(
          "probeAddress",
          Addresses.bind(),
          "Only health, readiness and metrics; absent for none; change needs a restart");
  private static final Key<String> TOKEN_FILE =
      Key.optional(
          "tokenFile",
          Scalars.text(1, 4096),
          "File with the token that writes need, relative to this file; absent refuses writes");
  private static final ObjectShape<AdminPolicy> ADMIN_SHAPE =
      ObjectShape.of(ProgramKeys::admin, ADDRESS, PROBE_ADDRESS, TOKEN_FILE);
  static final Key<AdminPolicy> ADMIN =
      Key.defaulted("admin", ADMIN_SHAPE, "{}", "The operator's addresses");

  private ProgramKeys() {}

  private static AdminPolicy admin(Section section) {
    return new AdminPolicy(
        section.get(ADDRESS), section.find(PROBE_ADDRESS), section.find(TOKEN_FILE));
  }

  private static Leaf<String> logTarget() {
    return Leaf.text(
        "text",
        "stdout, stderr or a file",
        "^.{1,4096}$",
        text ->
            text.startsWith("unix:") || text.startsWith("syslog:")
                ? Parsed.later("stdout, stderr or a file")
                : text.isEmpty() || text.length() > 4096 || text.indexOf(0) >= 0
                    ? Parsed.refused()
                    : Parsed.of(text));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
