package dev.headwater.routes.schema;

import java.io.IOException;

/** Texts that a configuration names, such as files. */
public interface NamedTexts {
  /**
   * The text of a file by its name as written.
   *
   * @throws IOException with a reason that can be shown
   */
  String read(String written) throws IOException;
}
