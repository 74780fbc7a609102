package dev.headwater.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes the outcome of every test that carries a {@link FaultRow}, one line each (row, outcome,
 * test), to {@code target/fault-rows/CLASS.txt}. A class begins its file anew in every run, so that
 * the age of a file tells whether it belongs to the run that asks.
 */
final class FaultRowRecord implements BeforeEachCallback, TestWatcher {

  private static final java.util.regex.Pattern ROW =
      java.util.regex.Pattern.compile("[ABCDTRZLK][1-9][0-9]?");

  /** Files that this process has begun. */
  private static final Set<Path> BEGUN = new HashSet<>();

  /** A misspelt row would never be missed by anybody, so it fails the test that carries it. */
  @Override
  public void beforeEach(ExtensionContext context) {
    for (String row : rows(context)) {
      if (!ROW.matcher(row).matches()) {
        throw new IllegalArgumentException(
            "@FaultRow of " + name(context) + ": " + row + " (expected a row such as T1 or Z14)");
      }
    }
  }

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
    StringBuilder lines = new StringBuilder();
    for (String row : rows(context)) {
      lines.append(row + " " + outcome + " " + name(context) + "\n");
    }
    Path file =
        Path.of(
            System.getProperty("basedir", ""),
            "target",
            "fault-rows",
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

  private static String name(ExtensionContext context) {
    return context.getRequiredTestClass().getSimpleName()
        + "."
        + context.getTestMethod().map(method -> method.getName()).orElse("?");
  }

  /** Rows of the method and of its class, nested classes' enclosing ones included. */
  private static Set<String> rows(ExtensionContext context) {
    Set<String> rows = new TreeSet<>();
    for (Optional<ExtensionContext> at = Optional.of(context); at.isPresent(); ) {
      at.get()
          .getElement()
          .map(element -> element.getAnnotation(FaultRow.class))
          .ifPresent(annotation -> rows.addAll(List.of(annotation.value())));
      at = at.get().getParent();
    }
    return rows;
  }
}
