package dev.headwater.routes.compile;

import dev.headwater.routes.schema.NamedTexts;
import java.io.IOException;

/** Files that a configuration names, relative to its own place. The gateway knows the disk. */
public interface ConfigurationFiles extends NamedTexts {
  /** Knows no file: for configurations that were not read from a disk. */
  ConfigurationFiles NONE =
      new ConfigurationFiles() {
        @Override
        public String resolve(String written) {
          return written;
        }

        @Override
        public String read(String written) throws IOException {
          throw new IOException("this configuration was not read from a file");
        }
      };

  /** A name as written, made absolute. */
  String resolve(String written);
}
