package dev.headwater.routes.nginx;

import static java.util.Map.entry;

import dev.headwater.routes.LogTemplate;
import dev.headwater.routes.LogTemplate.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The variables that nginx's users write into their log format. */
final class LogVariables {
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:([a-z0-9_]+)|\\{([a-z0-9_]+)\\})");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]+");

  private static final Map<String, Field> FIELDS =
      Map.ofEntries(
          entry("remote_addr", Field.CLIENT),
          entry("the_real_ip", Field.CLIENT),
          entry("remote_user", Field.NOTHING),
          entry("time_local", Field.TIME_LOCAL),
          entry("time_iso8601", Field.TIME_ISO),
          entry("msec", Field.TIME_SECONDS),
          entry("request", Field.REQUEST_LINE),
          entry("request_method", Field.METHOD),
          entry("request_uri", Field.PATH),
          entry("uri", Field.PATH),
          entry("server_protocol", Field.VERSION),
          entry("host", Field.HOST),
          entry("http_host", Field.HOST),
          entry("server_name", Field.HOST),
          entry("status", Field.STATUS),
          entry("body_bytes_sent", Field.RESPONSE_BYTES),
          entry("bytes_sent", Field.RESPONSE_BYTES),
          entry("request_length", Field.REQUEST_BYTES),
          entry("request_time", Field.SECONDS),
          entry("namespace", Field.NAMESPACE),
          entry("ingress_name", Field.INGRESS),
          entry("proxy_upstream_name", Field.UPSTREAM),
          entry("proxy_alternative_upstream_name", Field.NOTHING),
          entry("upstream_addr", Field.ENDPOINT),
          entry("req_id", Field.REQUEST_ID),
          entry("request_id", Field.REQUEST_ID),
          entry("http_x_request_id", Field.REQUEST_ID),
          entry("http_referer", Field.REFERER),
          entry("http_user_agent", Field.USER_AGENT),
          entry("opentracing_context_x_b3_traceid", Field.TRACE_ID),
          entry("opentracing_context_x_b3_spanid", Field.SPAN_ID),
          entry("opentracing_context_x_b3_parentspanid", Field.NOTHING),
          entry("opentracing_context_x_b3_sampled", Field.SAMPLED),
          entry("opentelemetry_trace_id", Field.TRACE_ID),
          entry("opentelemetry_span_id", Field.SPAN_ID),
          entry("opentelemetry_context_traceparent", Field.TRACEPARENT));

  private LogVariables() {}

  /**
   * A format that was read.
   *
   * @param unknown names that mean nothing here; their fields are empty
   */
  record Read(LogTemplate template, Set<String> unknown) {}

  /** The template of a format; line breaks in it become spaces. */
  static Read read(String format, boolean json) {
    String line = CONTROL.matcher(format).replaceAll(" ").strip();
    List<LogTemplate.Part> parts = new ArrayList<>();
    Set<String> unknown = new TreeSet<>();
    Matcher found = VARIABLE.matcher(line);
    int end = 0;
    while (found.find()) {
      if (found.start() > end) {
        parts.add(new LogTemplate.Text(line.substring(end, found.start())));
      }
      String name = found.group(1) == null ? found.group(2) : found.group(1);
      Field field = FIELDS.get(name);
      if (field == null) {
        unknown.add("$" + name);
      }
      parts.add(field == null ? Field.NOTHING : field);
      end = found.end();
    }
    if (end < line.length()) {
      parts.add(new LogTemplate.Text(line.substring(end)));
    }
    return new Read(new LogTemplate(parts, json), unknown);
  }
}
