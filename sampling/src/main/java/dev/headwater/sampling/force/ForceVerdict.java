package dev.headwater.sampling.force;

/** What became of a wish to force a trace. */
public enum ForceVerdict {
  /** Nobody asked, or nothing is configured that could be asked for. */
  NOT_ASKED("not asked"),
  /** Granted to a listed network. */
  GRANTED_TO_NETWORK("granted: the caller is in a listed network"),
  /** Granted to the bearer of a token. */
  GRANTED_TO_TOKEN("granted: the token is good"),
  /** The header says no: {@code 0} or {@code false}. */
  DECLINED("not asked: the value says no"),
  /** A bare wish of somebody in no listed network. */
  NOT_LISTED("not granted: the caller is in no listed network and sent no token"),
  /** Neither a wish nor a token. */
  MALFORMED("not granted: neither 1 nor a token"),
  /** A token, but no key is configured. */
  NO_KEY("not granted: tokens are not honoured, no keyFile is set"),
  /** The token's time is over. */
  EXPIRED("not granted: the token has expired"),
  /** Signed by somebody else, or changed. */
  WRONG_SIGNATURE("not granted: the token is not signed by this key"),
  /** The token is good elsewhere. */
  OTHER_PATH("not granted: the token is for another path"),
  /** The token's count is used up on this replica, or no more counts can be kept. */
  USED_UP("not granted: the token's count is used up here"),
  /** Too many in this second. */
  CAPPED("not granted: the cap per second is reached");

  private final String text;

  ForceVerdict(String text) {
    this.text = text;
  }

  /** Whether the trace is forced. */
  public boolean granted() {
    return this == GRANTED_TO_NETWORK || this == GRANTED_TO_TOKEN;
  }

  /** One line for {@code explain}; holds nothing of the header's value. */
  public String text() {
    return text;
  }
}
