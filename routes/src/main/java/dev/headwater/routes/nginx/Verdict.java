package dev.headwater.routes.nginx;

/** What became of a key that somebody wrote: each ends as exactly one of these, none is silent. */
public enum Verdict {
  /** It does here what it did there. */
  APPLIED("applied"),
  /** It works, in a way that the message names. */
  DIFFERENT("applied with a difference"),
  /** It has no effect here and needs none; the message says why. */
  INERT("inert"),
  /** Its value or its meaning is not taken; the message says what is expected. */
  REFUSED("refused"),
  /** It will have an effect one day, and has none yet. */
  NOT_YET("not in this version");

  private final String label;

  Verdict(String label) {
    this.label = label;
  }

  /** As reports have it. */
  public String label() {
    return label;
  }
}
