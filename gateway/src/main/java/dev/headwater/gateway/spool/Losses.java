package dev.headwater.gateway.spool;

/** Hears of spans that a spool can no longer give back. Called while the spool is locked. */
public interface Losses {
  /** The oldest segment made room for newer spans. */
  void full(long spans);

  /** What was written cannot be read as it was. */
  void unreadable(long spans);
}
