package dev.headwater.routes.nginx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys that ingress-nginx documented, with what becomes of each. A key that is in neither map
 * is unknown.
 */
public final class NginxKeys {
  /** Before the names of annotations. */
  public static final String PREFIX = "nginx.ingress.kubernetes.io/";

  /** Keys of the ConfigMap, by name. */
  public static final Map<String, NginxKey> CONFIG_MAP =
      byName(
          List.of(
              TracingRows.ROWS,
              GeneralRows.CLIENT,
              GeneralRows.LIMITS,
              GeneralRows.TLS,
              GeneralRows.ROUTING,
              GeneralRows.LOG,
              ProcessRows.ROWS));

  /** Annotations of Ingresses, by name without the prefix. */
  public static final Map<String, NginxKey> ANNOTATIONS =
      byName(
          List.of(
              AnnotationRows.TRACING,
              AnnotationRows.LIMITS,
              AnnotationRows.ROUTING,
              AnnotationRows.ACCESS,
              AnnotationRows.CLIENT_LIMITS,
              AnnotationRows.AFFINITY,
              AnnotationRows.CORS,
              AnnotationRows.BACKEND_TLS,
              AnnotationRows.CANARY,
              AnnotationRows.LATER));

  private NginxKeys() {}

  private static Map<String, NginxKey> byName(List<List<NginxKey>> groups) {
    Map<String, NginxKey> keys = new LinkedHashMap<>();
    for (List<NginxKey> rows : groups) {
      for (NginxKey row : rows) {
        if (keys.put(row.name(), row) != null) {
          throw new IllegalStateException("two rows of " + row.name());
        }
      }
    }
    return Collections.unmodifiableMap(keys);
  }
}
