package dev.headwater.load.cluster;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What the API server writes down about requests: who wanted what. */
final class AuditLog {
  private final Path file;

  AuditLog(Path file) {
    this.file = file;
  }

  /**
   * A request.
   *
   * @param resource with its subresource after a slash; empty for a path that is none
   * @param name of the one object it is about, through a field selector, too; empty for many
   * @param code of the answer
   */
  record Entry(
      String user,
      String agent,
      String verb,
      String group,
      String resource,
      String namespace,
      String name,
      String uri,
      String at) {
    static Entry of(String line) {
      JsonObject json = new JsonObject(line);
      JsonObject object = json.getJsonObject("objectRef", new JsonObject());
      String sub = object.getString("subresource", "");
      return new Entry(
          json.getJsonObject("user").getString("username"),
          json.getString("userAgent", ""),
          json.getString("verb"),
          object.getString("apiGroup", ""),
          object.getString("resource", "") + (sub.isEmpty() ? "" : "/" + sub),
          object.getString("namespace", ""),
          object.getString("name", ""),
          json.getString("requestURI"),
          json.getString("stageTimestamp", ""));
    }

    /** What was wanted, without when and how it went. */
    String wanted() {
      return verb
          + " "
          + (group.isEmpty() ? "" : group + "/")
          + (resource.isEmpty() ? uri : resource)
          + (namespace.isEmpty() ? "" : " in " + namespace)
          + (name.isEmpty() ? "" : " named " + name);
    }
  }

  /** Requests of a client, by the name that it gives itself. */
  List<Entry> ofAgent(String agent) throws IOException {
    return entries(agent, entry -> entry.agent.equals(agent));
  }

  /** Requests of a user. */
  List<Entry> ofUser(String user) throws IOException {
    return entries(user, entry -> entry.user.equals(user));
  }

  private List<Entry> entries(String part, Predicate<Entry> wanted) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      // The last line may be half written.
      return lines
          .filter(line -> line.contains(part) && line.endsWith("}"))
          .map(Entry::of)
          .filter(wanted)
          .toList();
    }
  }
}
