package dev.headwater.routes.compile;

import dev.headwater.routes.SinkPolicy;
import dev.headwater.routes.SpoolPolicy;
import dev.headwater.routes.SpoolPolicy.Sync;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** {@code tracing.report[].spool}: disk for spans whose collector is away. */
final class SpoolKeys {
  private static final Key<String> DIRECTORY =
      Key.required(
          "directory",
          Scalars.text(1, 4096),
          "Of this sink alone, relative to this file; created with mode 0700");
  private static final Key<Long> MAX_BYTES =
      Key.defaulted(
          "maxBytes",
          Scalars.size("1MiB", "1024GiB"),
          "64MiB",
          "Most bytes of all files; beyond it the oldest spans go and are counted");
  private static final Key<Sync> SYNC =
      Key.defaulted(
          "sync",
          Scalars.choice(List.of(Sync.values()), Sync::label),
          Sync.NEVER.label(),
          "When what was written is forced to the device: never (the page cache survives kill -9,"
              + " not a loss of power), interval (once a second), always (each write)");
  private static final Key<Integer> REPLAY_PER_SECOND =
      Key.defaulted(
          "replayPerSecond",
          Scalars.integer(100, 10_000_000),
          "10000",
          "Spans per second by which a backlog shrinks, beyond those that arrive meanwhile");
  private static final ObjectShape<SpoolPolicy> SHAPE =
      ObjectShape.of(SpoolKeys::spool, DIRECTORY, MAX_BYTES, SYNC, REPLAY_PER_SECOND);

  static final Key<SpoolPolicy> KEY =
      Key.optional(
          "spool",
          SHAPE,
          "Disk that holds spans while the collector is away; absent: they are held in memory, and"
              + " dropped after a minute");

  private SpoolKeys() {}

  private static SpoolPolicy spool(Section section) {
    return new SpoolPolicy(
        section.get(DIRECTORY),
        section.get(MAX_BYTES),
        section.get(SYNC),
        section.get(REPLAY_PER_SECOND));
  }

  /** The sink with its spool at its place. */
  static SinkPolicy placed(SinkPolicy sink, UnaryOperator<String> place) {
    SpoolPolicy spool = sink.spool();
    return spool == null ? sink : sink.with(spool.in(place.apply(spool.directory())));
  }

  /** Notes directories that two sinks would have; {@code report} is where they are written. */
  static void refuseShared(List<SinkPolicy> sinks, Section tracing, Key<?> report) {
    Set<String> directories = new HashSet<>();
    for (SinkPolicy sink : sinks) {
      SpoolPolicy spool = sink.spool();
      if (spool != null && !directories.add(spool.directory())) {
        tracing.refuse(
            report,
            "two spools in " + spool.directory(),
            "expected a directory for each sink: a spool belongs to one alone");
      }
    }
  }
}
