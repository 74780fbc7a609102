package dev.headwater.routes.kubernetes;

import dev.headwater.routes.DirectResponse;
import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.HeaderFilter.Direction;
import dev.headwater.routes.nginx.IngressSettings;
import dev.headwater.routes.nginx.KeyFinding;
import dev.headwater.routes.nginx.NginxKeys;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Header fields of responses out of a ConfigMap that an Ingress names, in its own namespace, as far
 * as the controller's ConfigMap allows their names. As in ingress-nginx an Ingress whose fields
 * cannot be had answers nothing but 503: they may be what keeps a page safe.
 */
public final class CustomHeaders {
  static final String KEY = NginxKeys.PREFIX + "custom-headers";
  private static final String CLOSED = "; every request is answered 503";
  private static final int MOST = 100;
  private static final int LONGEST_VALUE = 4096;

  /** Fields that frame a message or live for one hop (RFC 9110 7.6.1, 8.6). */
  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final DirectResponse ANSWER =
      new DirectResponse(
          503,
          Map.of("content-type", "text/plain; charset=utf-8"),
          "The header fields that belong to this answer are not known.\n");

  private final Map<ObjectName, ConfigMap> maps = new HashMap<>();
  private final Set<String> allowed;

  /**
   * Those of a cluster.
   *
   * @param allowed names of fields, in lower case
   */
  CustomHeaders(List<ConfigMap> maps, Set<String> allowed) {
    maps.forEach(each -> this.maps.put(ObjectName.of(each), each));
    this.allowed = allowed;
  }

  /** The ConfigMap that an Ingress names in its own namespace, or null for none that can be one. */
  public static @Nullable ObjectName named(Ingress ingress) {
    return named(Absent.annotations(ingress), Absent.text(ingress.getMetadata().getNamespace()));
  }

  /** The same of the annotations of an Ingress of that namespace. */
  static @Nullable ObjectName named(Map<String, String> annotations, String own) {
    String written = Absent.text(annotations.get(KEY)).strip();
    int slash = written.indexOf('/');
    String name = written.substring(slash + 1);
    return isName(name) && (slash < 0 || written.substring(0, slash).equals(own))
        ? new ObjectName("ConfigMap", own, name)
        : null;
  }

  private static boolean isName(String text) {
    return !text.isEmpty()
        && text.length() <= 253
        && text.chars()
            .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.')
        && text.charAt(0) != '.'
        && text.charAt(0) != '-';
  }

  /** The settings of an Ingress with the fields that it names. */
  IngressSettings applied(Ingress ingress, IngressSettings settings) {
    String written = settings.customHeaders();
    if (written.isEmpty()) {
      return settings;
    }
    ObjectName name = named(ingress);
    ConfigMap map = name == null ? null : maps.get(name);
    Map<String, String> fields = map == null ? Map.of() : Absent.map(map.getData());
    String expected =
        map == null
            ? "namespace/name of a ConfigMap of the namespace "
                + Absent.text(ingress.getMetadata().getNamespace())
            : refusal(fields);
    return expected == null
        ? settings.with(settings.route().with(List.of(filter(fields)), settings.route().respond()))
        : closed(settings, written, expected + CLOSED);
  }

  private static IngressSettings closed(IngressSettings settings, String written, String expected) {
    List<KeyFinding> findings = new ArrayList<>(settings.findings());
    findings.removeIf(each -> each.key().equals(KEY));
    findings.add(KeyFinding.refused(KEY, written, expected));
    DirectResponse respond = settings.route().respond();
    return settings
        .with(settings.route().with(List.of(), respond == null ? ANSWER : respond))
        .with(findings);
  }

  /** What is expected instead of the first field that cannot be sent, or null. */
  private @Nullable String refusal(Map<String, String> fields) {
    if (fields.size() > MOST) {
      return "a ConfigMap of up to " + MOST + " header fields";
    }
    for (Map.Entry<String, String> field : new TreeMap<>(fields).entrySet()) {
      String lower = field.getKey().toLowerCase(Locale.ROOT);
      if (!allowed.contains(lower)) {
        return "header fields of the key global-allowed-response-headers, not " + field.getKey();
      }
      if (FRAMING.contains(lower)) {
        return "header fields that do not frame the message, not " + field.getKey();
      }
      if (!isValue(Absent.text(field.getValue()))) {
        return "up to " + LONGEST_VALUE + " characters of visible ASCII under " + field.getKey();
      }
    }
    return null;
  }

  private static boolean isValue(String text) {
    String value = text.strip();
    return value.length() <= LONGEST_VALUE
        && value.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\t');
  }

  /** An empty value takes a field away. */
  private static HeaderFilter filter(Map<String, String> fields) {
    Map<String, String> set = new TreeMap<>();
    List<String> remove = new ArrayList<>();
    new TreeMap<>(fields)
        .forEach(
            (name, text) -> {
              String value = Absent.text(text).strip();
              if (value.isEmpty()) {
                remove.add(name.toLowerCase(Locale.ROOT));
              } else {
                set.put(name.toLowerCase(Locale.ROOT), value);
              }
            });
    return new HeaderFilter(Direction.RESPONSE, set, Map.of(), remove);
  }
}
