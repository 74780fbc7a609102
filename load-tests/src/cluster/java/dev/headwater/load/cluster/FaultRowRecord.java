package dev.headwater.load.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes the outcome of every test that carries a {@link FaultRow}, one line each (row, outcome,
 * test), to {@code target/fault-rows/CLASS.txt}, which each run begins anew.
 */
final class FaultRowRecord implements TestWatcher {
  private static final Set<Path> BEGUN = new HashSet<>();

  @Override
  public void testSuccessful(ExtensionContext context) {
    record(context, "passed");
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    record(context, "failed");
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    record(context, "aborted");
  }

  @Override
  public void testDisabled(ExtensionContext context, Optional<String> reason) {
    record(context, "disabled");
  }

  private static void record(ExtensionContext context, String outcome) {
    String name =
        context.getRequiredTestClass().getSimpleName()
            + "."
            + context.getRequiredTestMethod().getName();
    StringBuilder lines = new StringBuilder();
    for (String row : context.getRequiredTestMethod().getAnnotation(FaultRow.class).value()) {
      lines.append(row).append(' ').append(outcome).append(' ').append(name).append('\n');
    }
    Path file =
        Path.of(
            System.getProperty("basedir", ""),
            "target/fault-rows",
            context.getRequiredTestClass().getName() + ".txt");
    synchronized (BEGUN) {
      try {
        if (BEGUN.add(file)) {
          Files.createDirectories(file.getParent());
          Files.deleteIfExists(file);
        }
        Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
