package dev.headwater.routes.document;

/** Where a value comes from. It prints itself the way messages end. */
public sealed interface Origin {
  /** Short form, for a comment beside the value: {@code headwater.yaml:12:11}. */
  String label();

  /** How a message names the place: {@code at headwater.yaml:12:11}. */
  default String place() {
    return "from " + label();
  }

  /**
   * A place in a file.
   *
   * @param file as the user named it
   * @param line from 1
   * @param column from 1, in code points
   */
  record InFile(String file, int line, int column) implements Origin {
    @Override
    public String label() {
      return file + ":" + line + ":" + column;
    }

    @Override
    public String place() {
      return "at " + label();
    }
  }

  /** An environment variable. */
  record Variable(String name) implements Origin {
    @Override
    public String label() {
      return "environment variable " + name;
    }
  }

  /**
   * A command-line option.
   *
   * @param name with its dashes
   */
  record Flag(String name) implements Origin {
    @Override
    public String label() {
      return "flag " + name;
    }
  }

  /**
   * Nobody wrote it.
   *
   * @param reason what the default depends on; empty for a plain one
   */
  record Default(String reason) implements Origin {
    /** A default that depends on nothing. */
    public static final Default PLAIN = new Default("");

    @Override
    public String label() {
      return reason.isEmpty() ? "default" : "default, " + reason;
    }
  }
}
