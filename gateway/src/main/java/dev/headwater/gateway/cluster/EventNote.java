package dev.headwater.gateway.cluster;

import dev.headwater.routes.kubernetes.ObjectName;
import dev.headwater.routes.kubernetes.ObjectReport;
import dev.headwater.routes.nginx.KeyFinding;
import dev.headwater.routes.nginx.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an Event tells: everything of one kind about one object, so that an object with twenty keys
 * makes a handful of Events.
 *
 * @param object it is about
 * @param uid of the object
 * @param warning whether somebody should do something
 * @param reason in one word
 * @param text at most {@value #LONGEST} characters
 */
record EventNote(ObjectName object, String uid, boolean warning, String reason, String text) {
  /** The API server takes 1 KiB. */
  static final int LONGEST = 1000;

  private static final int LONGEST_NAME = 230;

  /** The notes of a report, none for what is as it was written. */
  static List<EventNote> of(ObjectReport report) {
    Map<Verdict, List<String>> told = new EnumMap<>(Verdict.class);
    for (KeyFinding finding : report.findings()) {
      if (reason(finding.verdict()) != null) {
        told.computeIfAbsent(finding.verdict(), verdict -> new ArrayList<>())
            .add(finding.toString());
      }
    }
    List<EventNote> notes = new ArrayList<>();
    told.forEach(
        (verdict, texts) -> {
          String reason = reason(verdict);
          if (reason != null) {
            boolean warning = verdict == Verdict.REFUSED || verdict == Verdict.NOT_YET;
            notes.add(new EventNote(report.object(), report.uid(), warning, reason, joined(texts)));
          }
        });
    return notes;
  }

  private static @Nullable String reason(Verdict verdict) {
    return switch (verdict) {
      case APPLIED -> null;
      case DIFFERENT -> "AppliedWithDifference";
      case INERT -> "NoEffect";
      case REFUSED -> "Refused";
      case NOT_YET -> "NotInThisVersion";
    };
  }

  private static String joined(List<String> texts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      String rest = " and " + (texts.size() - i) + " more";
      String next = (i == 0 ? "" : "; ") + texts.get(i);
      if (text.length() + next.length() + rest.length() > LONGEST) {
        text.append(i == 0 ? next.substring(0, LONGEST - rest.length()) : rest);
        break;
      }
      text.append(next);
    }
    return text.toString();
  }

  /**
   * The name of its Event: the same text about the same object has the same name, so that it is
   * there once however many replicas and restarts tell it.
   */
  String name() {
    String base = object.name();
    String cut = base.length() > LONGEST_NAME ? base.substring(0, LONGEST_NAME) : base;
    return cut + "." + digest();
  }

  private String digest() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((uid + '\n' + reason + '\n' + text).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
