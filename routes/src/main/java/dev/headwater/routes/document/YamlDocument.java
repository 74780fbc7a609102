package dev.headwater.routes.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A YAML 1.2 document read into a tree.
 *
 * <p>What one text may cost is bounded: {@value #MAX_CHARACTERS} characters, {@value #MAX_DEPTH}
 * levels, {@value #MAX_NODES} values after aliases are followed. Duplicate keys, tags, keys that
 * are not text and a second document are problems; nothing is merged or guessed.
 *
 * @param root the value, or null when the text holds none or is not YAML
 * @param problems what is wrong with the writing
 */
public record YamlDocument(@Nullable Node root, List<Problem> problems) {
  /** Longest text. */
  public static final int MAX_CHARACTERS = 8 << 20;

  /** Deepest nesting. */
  public static final int MAX_DEPTH = 40;

  /** Most values, aliases followed. */
  public static final int MAX_NODES = 1_000_000;

  public YamlDocument {
    problems = List.copyOf(problems);
  }

  /**
   * Reads a text. Never throws for anything written in it.
   *
   * @param text the document
   * @param name how messages call it, such as a file name
   */
  public static YamlDocument parse(String text, String name) {
    return new YamlReader(
            (line, column) -> new Origin.InFile(name, line, column), YamlReader.Bounds.OF_ONE)
        .read(text);
  }

  /**
   * Reads a text that may hold several documents, such as manifests or a dump of a cluster: up to
   * eight times the characters and ten times the values of a single one.
   */
  public static List<YamlDocument> parseAll(String text, String name) {
    return new YamlReader(
            (line, column) -> new Origin.InFile(name, line, column), YamlReader.Bounds.OF_MANY)
        .readAll(text);
  }

  /** Reads a short text whose values all come from one place, such as an environment variable. */
  public static YamlDocument parse(String text, Origin origin) {
    return new YamlReader((line, column) -> origin, YamlReader.Bounds.OF_ONE).read(text);
  }
}
