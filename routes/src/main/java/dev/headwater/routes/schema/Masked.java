package dev.headwater.routes.schema;

import dev.headwater.routes.document.Origin;

/**
 * A value in a file that has no effect because something stronger is given.
 *
 * @param path the key
 * @param by what is in force
 * @param hidden where the value without effect stands
 */
public record Masked(String path, Origin by, Origin hidden) {
  @Override
  public String toString() {
    return path + ": the value " + hidden.place() + " is masked by " + by.label();
  }
}
