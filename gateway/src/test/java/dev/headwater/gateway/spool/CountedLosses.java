package dev.headwater.gateway.spool;

/** Adds up what a spool lost. */
final class CountedLosses implements Losses {
  long full;
  long unreadable;

  @Override
  public void full(long spans) {
    full += spans;
  }

  @Override
  public void unreadable(long spans) {
    unreadable += spans;
  }

  long total() {
    return full + unreadable;
  }
}
