package dev.headwater.routes.document;

import org.jspecify.annotations.Nullable;

/** The way from the top of a configuration to one value: {@code routes[0].match.path}. */
public final class ConfigPath {
  /** The whole configuration. */
  public static final ConfigPath ROOT = new ConfigPath(null, "");

  private final @Nullable ConfigPath parent;
  private final String step;

  private ConfigPath(@Nullable ConfigPath parent, String step) {
    this.parent = parent;
    this.step = step;
  }

  /** The value of a key below this one. */
  public ConfigPath key(String name) {
    String shown = Problem.shown(name);
    return new ConfigPath(this, parent == null ? shown : "." + shown);
  }

  /** An element of the list that this one is, from 0. */
  public ConfigPath element(int index) {
    return new ConfigPath(this, "[" + index + "]");
  }

  /** The written form; {@code document} for the whole. */
  @Override
  public String toString() {
    return parent == null ? "document" : text(new StringBuilder()).toString();
  }

  private StringBuilder text(StringBuilder to) {
    return (parent == null ? to : parent.text(to)).append(step);
  }
}
