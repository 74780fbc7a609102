package dev.headwater.routes.document;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Builds the tree from the parser's events with a stack of its own: nesting costs heap, not stack,
 * and every bound is checked before the next event is asked for.
 */
final class YamlReader {
  private static final String DOCUMENT = "document";
  private static final String TEXT_TAG = "tag:yaml.org,2002:str";

  private final Places places;
  private final Bounds bounds;
  private final List<YamlDocument> before = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Map<Anchor, Built> anchors = new HashMap<>();
  private final Deque<Level> open = new ArrayDeque<>();
  private @Nullable Node root;
  private long nodes;
  private int documents;

  YamlReader(Places places, Bounds bounds) {
    this.places = places;
    this.bounds = bounds;
  }

  /** The only document of a text. */
  YamlDocument read(String text) {
    boolean whole = run(text);
    return new YamlDocument(whole ? root : null, problems);
  }

  /** All documents of a text; reading ends with the first that is not YAML. */
  List<YamlDocument> readAll(String text) {
    YamlDocument last = read(text);
    before.add(last);
    return List.copyOf(before);
  }

  /** Whether it could be read to its end. */
  private boolean run(String text) {
    if (text.length() > bounds.characters()) {
      String found = text.length() + " characters";
      return refuse(found, "expected at most " + bounds.characters(), places.at(1, 1));
    }
    String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
    try {
      LoadSettings settings = LoadSettings.builder().setCodePointLimit(bounds.characters()).build();
      for (Event event : new Parse(settings).parseString(content)) {
        if (!accept(event)) {
          return false;
        }
      }
      return true;
    } catch (MarkedYamlEngineException e) {
      String problem = e.getProblem() == null ? String.valueOf(e.getContext()) : e.getProblem();
      Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
      return unreadable(problem, mark == null ? places.at(1, 1) : at(mark));
    } catch (ReaderException e) {
      return unreadable(
          String.format("character U+%04X is not allowed", e.getCodePoint()),
          at(content, e.getPosition()));
    } catch (YamlEngineException e) {
      return unreadable(String.valueOf(e.getMessage()), places.at(1, 1));
    }
  }

  private boolean unreadable(String problem, Origin origin) {
    return refuse("not YAML: " + Problem.shown(problem), "", origin);
  }

  /** Takes one event; false when reading has to stop. */
  private boolean accept(Event event) {
    return switch (event.getEventId()) {
      case DocumentStart -> documents++ == 0 || another(event);
      case Scalar -> close(scalar((ScalarEvent) event), event);
      case Alias -> alias((AliasEvent) event);
      case SequenceStart, MappingStart -> enter((CollectionStartEvent) event);
      case SequenceEnd, MappingEnd -> leave();
      default -> true;
    };
  }

  private boolean another(Event event) {
    if (!bounds.many()) {
      return refuse("a second document", "expected one per file", at(event));
    }
    before.add(new YamlDocument(root, problems));
    root = null;
    problems.clear();
    anchors.clear();
    return true;
  }

  private boolean leave() {
    Level level = open.pop();
    return close(new Built(level.node(), level.size), level.start);
  }

  private Built scalar(ScalarEvent event) {
    boolean text = event.getTag().filter(TEXT_TAG::equals).isPresent();
    if (!text) {
      refuseTag(event.getTag().orElse(null), event);
    }
    boolean plain = event.isPlain() && !text;
    return new Built(new Node.Scalar(event.getValue(), plain, at(event)), 1);
  }

  private boolean alias(AliasEvent event) {
    Built target = anchors.get(event.getAlias());
    if (target == null) {
      String expected = "expected the name of an anchor that is complete above";
      return refuse("*" + event.getAlias().getValue(), expected, at(event));
    }
    return close(target, event);
  }

  private boolean enter(CollectionStartEvent event) {
    refuseTag(event.getTag().orElse(null), event);
    if (open.size() >= YamlDocument.MAX_DEPTH) {
      String expected = "expected at most " + YamlDocument.MAX_DEPTH + " levels";
      return refuse("nested too deep", expected, at(event));
    }
    open.push(new Level(event, at(event)));
    return true;
  }

  private void refuseTag(@Nullable String tag, Event event) {
    if (tag != null && !tag.startsWith("tag:yaml.org,2002:")) {
      refuse("tag " + Problem.shown(tag), "tags have no meaning here", at(event));
    }
  }

  /** Hands a complete value to the level it belongs to. */
  private boolean close(Built built, Event event) {
    nodes += built.size;
    if (nodes > bounds.nodes()) {
      String expected = "expected at most " + bounds.nodes() + " with aliases followed";
      return refuse("too many values", expected, at(event));
    }
    if (!(event instanceof AliasEvent) && event instanceof NodeEvent node) {
      node.getAnchor().ifPresent(anchor -> anchors.put(anchor, built));
    }
    Level level = open.peek();
    if (level == null) {
      root = built.node;
    } else {
      level.size += built.size;
      level.add(built.node, at(event));
    }
    return true;
  }

  private boolean refuse(String finding, String expectation, Origin origin) {
    problems.add(new Problem(DOCUMENT, finding, expectation, origin));
    return false;
  }

  private Origin at(Event event) {
    Mark mark = event.getStartMark().orElse(null);
    return mark == null ? places.at(1, 1) : at(mark);
  }

  private Origin at(Mark mark) {
    return places.at(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private Origin at(String text, int position) {
    int end = Math.min(Math.max(0, position), text.length());
    int line = 1;
    int start = 0;
    for (int i = 0; i < end; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        start = i + 1;
      }
    }
    return places.at(line, end - start + 1);
  }

  /**
   * What one text may cost.
   *
   * @param characters longest text
   * @param nodes most values, aliases followed
   * @param many whether it may hold more than one document
   */
  record Bounds(int characters, long nodes, boolean many) {
    static final Bounds OF_ONE =
        new Bounds(YamlDocument.MAX_CHARACTERS, YamlDocument.MAX_NODES, false);

    /** A dump of a large cluster: eight times and ten times that. */
    static final Bounds OF_MANY =
        new Bounds(8 * YamlDocument.MAX_CHARACTERS, 10L * YamlDocument.MAX_NODES, true);
  }

  /** How a place in the text is named. */
  interface Places {
    Origin at(int line, int column);
  }

  private record Built(Node node, long size) {}

  /** A list or mapping that is still open. */
  private final class Level {
    private final CollectionStartEvent start;
    private final Origin origin;
    private final List<Node> elements = new ArrayList<>();
    private final Map<String, Node.Entry> entries = new LinkedHashMap<>();
    private @Nullable Origin keyOrigin;
    private String key = "";
    private long size = 1;

    Level(CollectionStartEvent start, Origin origin) {
      this.start = start;
      this.origin = origin;
    }

    private boolean isMapping() {
      return start.getEventId() == Event.ID.MappingStart;
    }

    void add(Node node, Origin at) {
      if (!isMapping()) {
        elements.add(node);
      } else if (keyOrigin == null) {
        key = keyOf(node);
        keyOrigin = at;
      } else {
        put(keyOrigin, node);
        keyOrigin = null;
      }
    }

    private String keyOf(Node node) {
      if (node instanceof Node.Scalar scalar) {
        return scalar.text();
      }
      refuse(node.kind() + " as a key", "expected text", node.origin());
      return "";
    }

    private void put(Origin at, Node node) {
      Node.Entry before = entries.putIfAbsent(key, new Node.Entry(at, node));
      if (before != null) {
        String expected = "expected once; first written " + before.key().place();
        problems.add(new Problem(Problem.shown(key), "duplicate key", expected, at));
      }
    }

    Node node() {
      return isMapping() ? new Node.Mapping(entries, origin) : new Node.Sequence(elements, origin);
    }
  }
}
