package dev.headwater.routes.kubernetes;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** In which mesh backends are, and how it learns where a request is for. */
enum Mesh {
  /** In none, or one that asks nothing of us. */
  NONE("none"),

  /** Linkerd: by the address of the Service. */
  LINKERD("linkerd"),

  /** Linkerd, with our own sidecar in ingress mode: by a header field, and by that alone. */
  LINKERD_INGRESS("linkerd-ingress");

  /** What may be written. */
  static final String WORDS = "linkerd, linkerd-ingress or none";

  private final String word;

  Mesh(String word) {
    this.word = word;
  }

  /** What a word means, in any case of letters; null where it means nothing. */
  static @Nullable Mesh of(String written) {
    for (Mesh each : values()) {
      if (each.word.equals(written.strip().toLowerCase(Locale.ROOT))) {
        return each;
      }
    }
    return null;
  }

  /** Whether requests are to reach it. */
  boolean isThere() {
    return this != NONE;
  }

  /** Whether each request says by a name which Service it is for. */
  boolean isToldNames() {
    return this == LINKERD_INGRESS;
  }
}
