package dev.headwater.gateway.cli;

/** What a process of ours answers to its caller. These numbers are a promise to scripts. */
final class ExitCode {
  /** Done. */
  static final int OK = 0;

  /** The configuration is invalid, or something it needs (a port, a file) is not to be had. */
  static final int CANNOT_START = 1;

  /** The command line itself is wrong. */
  static final int USAGE = 2;

  /** Stopped with requests cut off, or forced. */
  static final int UNCLEAN_STOP = 3;

  private ExitCode() {}
}
