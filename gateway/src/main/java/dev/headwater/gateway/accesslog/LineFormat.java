package dev.headwater.gateway.accesslog;

import dev.headwater.routes.AccessLogPolicy.Format;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries as lines. What a client sent is escaped in both formats: a line is always one
 * line. Confined to the writing thread.
 */
final class LineFormat implements EntryWriter {
  /** As NCSA servers write it, in UTC. */
  static final DateTimeFormatter COMBINED_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Format format;

  LineFormat(Format format) {
    this.format = format;
  }

  @Override
  public void write(StringBuilder out, AccessEntry entry) {
    if (format == Format.JSON) {
      json(out, entry);
    } else {
      combined(out, entry);
    }
  }

  /** The end of the request, to the millisecond. */
  static Instant instant(AccessEntry entry) {
    return Instant.ofEpochSecond(
        entry.time() / 1_000_000, entry.time() % 1_000_000 / 1000 * 1_000_000);
  }

  private static void json(StringBuilder out, AccessEntry entry) {
    out.append("{\"time\":\"").append(instant(entry)).append('"');
    text(out, "client", entry.client());
    text(out, "method", entry.method());
    text(out, "host", entry.host());
    text(out, "path", entry.target());
    number(out, "status", entry.status());
    number(out, "request_bytes", entry.requestBytes());
    number(out, "bytes", entry.responseBytes());
    number(out, "duration_us", entry.durationMicros());
    text(out, "route", entry.route());
    text(out, "upstream", entry.upstream());
    text(out, "endpoint", entry.endpoint());
    number(out, "attempts", entry.attempts());
    text(out, "phase", entry.phase());
    text(out, "reason", entry.reason());
    text(out, "request_id", entry.requestId());
    text(out, "trace_id", entry.traceId());
    text(out, "span_id", entry.spanId());
    out.append(",\"sampled\":").append(entry.sampled());
    text(out, "rule", entry.rule());
    text(out, "decision", entry.decisionReason());
    if (!Double.isNaN(entry.rate())) {
      out.append(",\"rate\":").append(entry.rate());
    }
    text(out, "user_agent", entry.userAgent());
    text(out, "tunnel", entry.tunnel());
    if (entry.closeCode() != 0) {
      number(out, "close_code", entry.closeCode());
    }
    text(out, "closed_by", entry.closedBy());
    out.append("}\n");
  }

  private static void text(StringBuilder out, String name, @Nullable String value) {
    if (value != null) {
      out.append(",\"").append(name).append("\":\"");
      escape(out, value);
      out.append('"');
    }
  }

  private static void number(StringBuilder out, String name, long value) {
    out.append(",\"").append(name).append("\":").append(value);
  }

  private static void combined(StringBuilder out, AccessEntry entry) {
    out.append(entry.client()).append(" - - [").append(COMBINED_TIME.format(instant(entry)));
    out.append("] \"");
    escape(out, entry.method());
    out.append(' ');
    escape(out, entry.target());
    out.append(' ').append(entry.version().label()).append("\" ");
    out.append(entry.status()).append(' ').append(entry.responseBytes());
    quoted(out, entry.referer());
    quoted(out, entry.userAgent());
    quoted(out, entry.traceId());
    out.append('\n');
  }

  private static void quoted(StringBuilder out, @Nullable String value) {
    out.append(" \"");
    escape(out, value == null ? "-" : value);
    out.append('"');
  }

  /** Appends what a client sent so that it ends neither a line nor a quoted text. */
  static void escape(StringBuilder out, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
  }
}
