package dev.headwater.routes.schema;

import dev.headwater.routes.document.ConfigPath;
import dev.headwater.routes.document.Origin;
import dev.headwater.routes.document.Problem;
import dev.headwater.routes.document.Suggestion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What gathers while one configuration is read: problems, names defined, names referred to. Names
 * are noted where they are written, whatever becomes of the object around them, so that one fault
 * does not make others up. Used by one thread.
 */
public final class Reading {
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, Map<String, Place>> definitions = new LinkedHashMap<>();
  private final List<Reference> references = new ArrayList<>();
  private final Set<String> files = new LinkedHashSet<>();
  private final Set<String> elsewhere = new HashSet<>();
  private final @Nullable NamedTexts texts;

  /** A reading that opens no file. */
  public Reading() {
    this.texts = null;
  }

  /** A reading that opens the files that are named. */
  public Reading(NamedTexts texts) {
    this.texts = texts;
  }

  /** Notes a problem. */
  public void note(Problem problem) {
    problems.add(problem);
  }

  /** A reading whose findings nobody looks at, for values that stand in. */
  Reading aside() {
    return new Reading();
  }

  /** Notes that a name is given to one thing; a second one is a problem. */
  public void define(String noun, String name, ConfigPath path, Origin origin) {
    Place here = new Place(path.toString(), origin);
    Place before =
        definitions.computeIfAbsent(noun, n -> new LinkedHashMap<>()).putIfAbsent(name, here);
    if (before != null) {
      String expected =
          "expected a unique " + noun + "; " + before.path + " has it " + before.origin.place();
      problems.add(Problem.ofValue(here.path, name, expected, origin));
    }
  }

  /** Notes that things of a kind are defined in other places: references to them are not judged. */
  public void elsewhere(String noun) {
    elsewhere.add(noun);
  }

  void refer(String noun, String name, ConfigPath path, Origin origin) {
    references.add(new Reference(noun, name, new Place(path.toString(), origin)));
  }

  /** The text of a file, or null: after a problem was noted, or where none is opened. */
  @Nullable String text(String file, ConfigPath path, Origin origin) {
    if (texts == null) {
      return null;
    }
    files.add(file);
    try {
      return texts.read(file);
    } catch (IOException e) {
      String expected = "expected a readable file: " + e.getMessage();
      problems.add(Problem.ofValue(path.toString(), file, expected, origin));
      return null;
    }
  }

  /** Files that were or should have been opened, as they were written. */
  public List<String> files() {
    return List.copyOf(files);
  }

  /** All problems in reading order, references to names that nobody defined included. */
  public List<Problem> problems() {
    List<Problem> all = new ArrayList<>(problems);
    for (Reference reference : references) {
      Map<String, Place> known = definitions.getOrDefault(reference.noun, Map.of());
      if (!known.containsKey(reference.name) && !elsewhere.contains(reference.noun)) {
        String question = Suggestion.of(reference.name, known.keySet());
        String expected =
            "expected the name of "
                + one(reference.noun)
                + (question.isEmpty() ? "" : "; " + question);
        Place place = reference.place;
        all.add(Problem.ofValue(place.path, reference.name, expected, place.origin));
      }
    }
    all.sort(Problem.READING_ORDER);
    return List.copyOf(all);
  }

  /** A noun with its article. */
  static String one(String noun) {
    return ("aeiou".indexOf(noun.charAt(0)) < 0 ? "a " : "an ") + noun;
  }

  private record Place(String path, Origin origin) {}

  private record Reference(String noun, String name, Place place) {}
}
