package dev.headwater.gateway.accesslog;

import dev.headwater.routes.LogTemplate;
import dev.headwater.routes.LogTemplate.Field;
import dev.headwater.routes.LogTemplate.Part;
import dev.headwater.routes.LogTemplate.Text;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes entries by a template. What a client sent is escaped, so that a line is one line. */
final class TemplateFormat implements EntryWriter {
  private final LogTemplate template;

  TemplateFormat(LogTemplate template) {
    this.template = template;
  }

  @Override
  public void write(StringBuilder out, AccessEntry entry) {
    for (Part part : template.parts()) {
      if (part instanceof Text text) {
        out.append(text.text());
      } else if (part instanceof Field field) {
        append(out, field, entry);
      }
    }
    out.append('\n');
  }

  private void append(StringBuilder out, Field field, AccessEntry entry) {
    String value = value(field, entry);
    if (value != null && !value.isEmpty()) {
      LineFormat.escape(out, value);
    } else if (!template.json()) {
      out.append('-');
    }
  }

  private static @Nullable String value(Field field, AccessEntry entry) {
    return switch (field) {
      case CLIENT -> entry.client();
      case TIME_LOCAL -> LineFormat.COMBINED_TIME.format(LineFormat.instant(entry));
      case TIME_ISO -> LineFormat.instant(entry).toString();
      case TIME_SECONDS -> seconds(entry.time());
      case REQUEST_LINE -> requestLine(entry);
      case METHOD -> entry.method();
      case PATH -> entry.target();
      case VERSION -> entry.version().label();
      case HOST -> entry.host();
      case STATUS -> Integer.toString(entry.status());
      case RESPONSE_BYTES -> Long.toString(entry.responseBytes());
      case REQUEST_BYTES -> Long.toString(entry.requestBytes());
      case SECONDS -> seconds(entry.durationMicros());
      case NAMESPACE -> element(entry.route(), 0);
      case INGRESS -> element(entry.route(), 1);
      case UPSTREAM -> entry.upstream();
      case ENDPOINT -> entry.endpoint();
      case REQUEST_ID -> entry.requestId();
      case TRACE_ID -> entry.traceId();
      case SPAN_ID -> entry.spanId();
      case SAMPLED -> entry.traceId() == null ? null : entry.sampled() ? "1" : "0";
      case TRACEPARENT -> traceparent(entry);
      case REFERER -> entry.referer();
      case USER_AGENT -> entry.userAgent();
      case NOTHING -> null;
    };
  }

  private static String requestLine(AccessEntry entry) {
    return entry.method() + " " + entry.target() + " " + entry.version().label();
  }

  private static @Nullable String traceparent(AccessEntry entry) {
    return entry.traceId() == null
        ? null
        : "00-" + entry.traceId() + "-" + entry.spanId() + (entry.sampled() ? "-01" : "-00");
  }

  private static String seconds(long micros) {
    return String.format(Locale.ROOT, "%d.%03d", micros / 1_000_000, micros / 1000 % 1000);
  }

  /** One of the first two parts of a route's name, where it has as many. */
  private static @Nullable String element(@Nullable String route, int index) {
    if (route == null) {
      return null;
    }
    String[] parts = route.split("/", 3);
    return parts.length > 1 ? parts[index] : null;
  }
}
