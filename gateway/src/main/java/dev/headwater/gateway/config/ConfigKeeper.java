package dev.headwater.gateway.config;

import dev.headwater.gateway.config.ReloadResult.Outcome;
import dev.headwater.gateway.snapshot.SamplingOrigin;
import dev.headwater.gateway.snapshot.Snapshot;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.routes.Configuration;
import dev.headwater.routes.compile.ConfigurationInput.SamplingText;
import dev.headwater.routes.compile.Loaded;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.schema.EffectiveView;
import dev.headwater.routes.schema.Masked;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows what was read, and puts it in force.
 *
 * <p>What reads the same as before is skipped. A good change becomes a snapshot; a bad one is
 * logged with all its problems, and the last good snapshot stays. What cannot change without a
 * restart keeps its running value and is named. Sampling that was set by hand stands on the files
 * last in force, and ends with the next good change of them.
 *
 * <p>Blocks on the disk; any thread may ask, one at a time is answered.
 */
public final class ConfigKeeper implements ConfigControl {
  /** How problems and origins call a document that was set by hand. */
  public static final String BY_HAND = "PUT /sampling";

  private static final Logger LOG = LoggerFactory.getLogger(ConfigKeeper.class);

  private final ConfigReader reader;
  private final SnapshotRef snapshots;
  private final Clock clock;

  private ConfigReading last;
  private ConfigReading good;
  private @Nullable ByHand byHand;
  private volatile ReloadStatus status;
  private volatile EffectiveView effective;

  /**
   * A keeper that starts from a reading that is in force already.
   *
   * @param first the reading that the snapshot in {@code snapshots} was made from
   */
  public ConfigKeeper(
      ConfigReader reader, ConfigReading first, SnapshotRef snapshots, Clock clock) {
    this.reader = reader;
    this.last = first;
    this.good = first;
    this.snapshots = snapshots;
    this.clock = clock;
    this.effective = first.loaded().effective();
    Snapshot snapshot = snapshots.get();
    this.status =
        ReloadStatus.started(snapshot.version(), snapshot.since(), first.loaded().masked());
    tellMasked(first.loaded().masked());
  }

  /** Reads now, whatever metadata say, and ends what was set by hand: the answer to a SIGHUP. */
  public synchronized ReloadResult reloadNow() {
    ReloadResult result = reload();
    if (result.outcome() == Outcome.UNCHANGED && byHand != null) {
      return backToFiles("by a reload");
    }
    if (result.outcome() == Outcome.UNCHANGED) {
      LOG.info("Configuration unchanged, version {} stays in force", result.version());
    }
    return result;
  }

  /** Reads now; what reads the same is left alone. */
  synchronized ReloadResult reload() {
    return take(reader.read());
  }

  /**
   * The same, unless a file is being written while it is read: what was read may be half of it, and
   * half a configuration may well be a valid one.
   *
   * @return whether the files were at rest
   */
  synchronized boolean reloadAtRest() {
    ConfigReading next = reader.read();
    if (!ConfigReader.stamps(next.stamps().keySet()).equals(next.stamps())) {
      return false;
    }
    ReloadResult unused = take(next);
    return true;
  }

  private ReloadResult take(ConfigReading next) {
    boolean same = next.content().equals(last.content()) && readsTheSame(byHand);
    last = next;
    if (same) {
      return result(Outcome.UNCHANGED, status.problems());
    }
    Configuration wanted = next.loaded().configuration().orElse(null);
    if (wanted == null) {
      return refuse(next);
    }
    if (byHand == null && next.content().equals(good.content())) {
      status = status.afterReturn(next.at());
      LOG.info("Configuration is as before again, version {} stays in force", status.version());
      return result(Outcome.UNCHANGED, List.of());
    }
    tellEnd("by a change of the files");
    return apply(next, wanted, true);
  }

  /** Files that only the document set by hand names change as well. */
  private boolean readsTheSame(@Nullable ByHand set) {
    return set == null || reader.with(good, set.document).content().equals(set.reading.content());
  }

  @Override
  public synchronized SamplingChange setSampling(String document, String by) {
    SamplingText text = new SamplingText(document, BY_HAND);
    ConfigReading reading = reader.with(good, text);
    Loaded loaded = reading.loaded();
    Configuration wanted = loaded.configuration().orElse(null);
    if (wanted == null) {
      LOG.warn(
          "Sampling sent by {} refused, {}; version {} stays in force",
          by,
          counted(loaded.problems().size()),
          status.version());
      return change(loaded.problems());
    }
    byHand = new ByHand(text, reading);
    Configuration inForce = RestartSplit.of(snapshots.get().configuration(), wanted).inForce();
    SamplingOrigin origin = SamplingOrigin.temporary(BY_HAND + " by " + by);
    Snapshot next = snapshots.get().next(inForce, clock.instant(), reader.source().name(), origin);
    effective = loaded.effective();
    status = status.afterSampling(next.version(), loaded.masked());
    snapshots.swap(next);
    LOG.info(
        "Configuration version {} in force, its sampling set by {}; it ends with the next change of"
            + " the configuration files, a reload or a restart",
        next.version(),
        by);
    tellMasked(loaded.masked());
    return change(List.of());
  }

  @Override
  public synchronized SamplingChange unsetSampling(String by) {
    if (byHand != null) {
      ReloadResult unused = backToFiles("by " + by);
    }
    return change(List.of());
  }

  private SamplingChange change(List<Problem> problems) {
    Snapshot now = snapshots.get();
    return new SamplingChange(
        problems.isEmpty(), now.version(), now.since(), problems, status.maskedSampling());
  }

  private ReloadResult backToFiles(String why) {
    tellEnd(why);
    return apply(good, good.loaded().configuration().orElseThrow(), false);
  }

  private void tellEnd(String why) {
    if (byHand != null) {
      LOG.info("Sampling that was set by hand is ended {}; it is what the files say again", why);
    }
  }

  private ReloadResult refuse(ConfigReading reading) {
    List<String> problems = reading.loaded().problems().stream().map(Object::toString).toList();
    status = status.afterRefusal(reading.at(), problems);
    LOG.error(
        "Configuration change refused, {}; version {} stays in force",
        counted(problems.size()),
        status.version());
    problems.forEach(LOG::error);
    return result(Outcome.REFUSED, problems);
  }

  private ReloadResult apply(ConfigReading reading, Configuration wanted, boolean isNew) {
    Snapshot running = snapshots.get();
    RestartSplit split = RestartSplit.of(running.configuration(), wanted);
    Snapshot next = running.next(split.inForce(), clock.instant(), reader.source().name());
    good = reading;
    byHand = null;
    effective = reading.loaded().effective();
    List<Masked> masked = reading.loaded().masked();
    status =
        isNew
            ? status.afterSuccess(next.version(), next.since(), split.waiting(), masked)
            : status.afterSampling(next.version(), masked);
    snapshots.swap(next);
    LOG.info("Configuration version {} in force, from {}", next.version(), next.origin());
    tellMasked(masked);
    if (!split.waiting().isEmpty()) {
      LOG.warn("Waiting for a restart: {}", String.join(", ", split.waiting()));
    }
    return result(Outcome.APPLIED, List.of());
  }

  private static String counted(int problems) {
    return problems == 1 ? "1 problem" : problems + " problems";
  }

  private static void tellMasked(List<Masked> masked) {
    masked.forEach(each -> LOG.info("{}", each));
  }

  private ReloadResult result(Outcome outcome, List<String> problems) {
    return new ReloadResult(outcome, status.version(), problems, status.waiting());
  }

  /** The files that count, as they were when they were read. */
  synchronized Map<Path, FileStamp> stamps() {
    Map<Path, FileStamp> stamps = new HashMap<>();
    if (byHand != null) {
      stamps.putAll(byHand.reading.stamps());
    }
    stamps.putAll(last.stamps());
    return stamps;
  }

  /** Whether a file may have changed since it was read without its metadata showing it. */
  synchronized boolean mayHideChange() {
    return last.mayHideChange();
  }

  /** What is in force. */
  public Configuration inForce() {
    return snapshots.get().configuration();
  }

  @Override
  public ReloadStatus status() {
    return status;
  }

  /** The values in force as they were written, each with its origin. */
  public EffectiveView effective() {
    return effective;
  }

  @Override
  public String effectiveYaml() {
    return effective.yaml(true);
  }

  private record ByHand(SamplingText document, ConfigReading reading) {}
}
