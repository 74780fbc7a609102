package dev.headwater.gateway.admin;

import dev.headwater.sampling.SamplerView;
import dev.headwater.sampling.SamplerView.RuleView;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds what each rule's rate selected against what is configured, window by window. A rule is
 * marked when it was outside its 99.99 % interval in two windows running: by chance that happens
 * once in a hundred million pairs of windows. A window without decisions says nothing and counts
 * for nothing.
 *
 * <p>Whoever has a clock calls {@link #roll}. Safe for use from any thread.
 */
final class SamplingLedger {
  private static final int WINDOWS_TO_MARK = 2;

  /** A window has two, and decisions may be on their way at either. */
  private static final int ENDS = 2;

  private final int inFlight;
  private volatile Map<String, Entry> entries = Map.of();

  /**
   * A ledger without windows.
   *
   * @param inFlight most decisions that may be counted by half while a window ends: one for each
   *     thread that decides
   */
  SamplingLedger(int inFlight) {
    this.inFlight = inFlight;
  }

  /**
   * What is known of a rule.
   *
   * @param last its last window with decisions, or null while there was none
   * @param outside how many windows running were outside
   */
  record Judgement(@Nullable ObservedRate last, int outside) {
    static final Judgement NONE = new Judgement(null, 0);

    /** Whether the rule does not do what is configured. */
    boolean isMarked() {
      return outside >= WINDOWS_TO_MARK;
    }
  }

  /** Ends a window and begins the next. */
  synchronized void roll(SamplerView view) {
    Map<String, Entry> next = new HashMap<>();
    for (RuleView rule : view.rules()) {
      next.put(rule.name(), entry(entries.get(rule.name()), rule));
    }
    entries = next;
  }

  /** What the last windows came to. */
  Judgement judgement(RuleView rule) {
    Entry entry = entries.get(rule.name());
    return entry == null || !entry.isOf(rule) ? Judgement.NONE : entry.judgement;
  }

  private Entry entry(@Nullable Entry before, RuleView rule) {
    if (before == null || !before.isOf(rule)) {
      // Its first window began when it came into force: what it has counted is that window.
      return new Entry(rule, judged(Judgement.NONE, window(rule, null), rule));
    }
    return new Entry(rule, judged(before.judgement, window(rule, before.seen), rule));
  }

  private ObservedRate window(RuleView rule, @Nullable RuleView before) {
    ObservedRate now = observed(rule);
    ObservedRate then = before == null ? ObservedRate.NONE : observed(before);
    long total = now.total() - then.total();
    return new ObservedRate(
        Math.max(0, Math.min(total, now.selected() - then.selected())),
        Math.max(0, now.unclear() - then.unclear()) + (long) ENDS * inFlight,
        total);
  }

  private static Judgement judged(Judgement before, ObservedRate window, RuleView rule) {
    if (window.total() <= 0) {
      return before;
    }
    boolean agrees = rule.never() || window.agreesWith(rule.configuredRate());
    return new Judgement(window, agrees ? 0 : before.outside() + 1);
  }

  /**
   * What a rule's rate selected since it is in force: a cap takes only what the configured rate had
   * selected. Whom a floor kept it may have selected or not.
   */
  static ObservedRate observed(RuleView rule) {
    long selected = rule.kept() - rule.floor() + rule.capped();
    return new ObservedRate(Math.min(rule.asked(), selected), rule.floor(), rule.asked());
  }

  private record Entry(RuleView seen, Judgement judgement) {
    /** Whether this is the same rule, gone on from there. */
    boolean isOf(RuleView rule) {
      return rule.text().equals(seen.text()) && rule.asked() >= seen.asked();
    }
  }
}
