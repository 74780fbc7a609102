package dev.headwater.routes.nginx;

import dev.headwater.routes.AccessLogPolicy;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The access log's keys: whether there is one, and the shape of its lines. */
final class AccessLogReading {
  /** The shape where nobody wrote one, which readers of logs rely on. */
  static final String USUAL =
      "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent"
          + " \"$http_referer\" \"$http_user_agent\" $request_length $request_time"
          + " [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr"
          + " $upstream_response_length $upstream_response_time $upstream_status $req_id";

  private static final String FORMAT = "log-format-upstream";
  private static final int LONGEST_FORMAT = 8192;
  private static final int MOST_TOLD = 10;

  private AccessLogReading() {}

  /** The log, or null for none. */
  static @Nullable AccessLogPolicy log(KeyReader keys) {
    boolean json = keys.bool("log-format-escape-json");
    String format =
        keys.read(
            FORMAT,
            "1 to " + LONGEST_FORMAT + " characters",
            text -> text.isBlank() || text.length() > LONGEST_FORMAT ? null : text,
            USUAL);
    LogVariables.Read read = LogVariables.read(format, json);
    if (keys.isGiven(FORMAT) && !keys.isRefused(FORMAT)) {
      tell(keys, read.unknown());
    }
    return keys.bool("disable-access-log")
        ? null
        : new AccessLogPolicy("stdout", AccessLogPolicy.Format.COMBINED, read.template());
  }

  private static void tell(KeyReader keys, Set<String> unknown) {
    if (!unknown.isEmpty()) {
      String some = unknown.stream().limit(MOST_TOLD).collect(Collectors.joining(", "));
      String more = unknown.size() > MOST_TOLD ? " and more" : "";
      keys.tell(FORMAT, Verdict.DIFFERENT, "empty on every line: " + some + more);
    }
  }
}
