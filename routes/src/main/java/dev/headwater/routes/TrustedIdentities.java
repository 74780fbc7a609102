package dev.headwater.routes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may be somebody by a certificate: URIs and DNS names, or {@code *.internal.example} for all
 * DNS names below one. Immutable.
 */
public final class TrustedIdentities {
  /** Nobody. */
  public static final TrustedIdentities NONE = new TrustedIdentities(Set.of(), List.of());

  private final Set<String> exact;
  private final List<String> suffixes;

  private TrustedIdentities(Set<String> exact, List<String> suffixes) {
    this.exact = Set.copyOf(exact);
    this.suffixes = List.copyOf(suffixes);
  }

  /** As they are written. */
  public static TrustedIdentities of(List<String> written) {
    Set<String> exact = new HashSet<>();
    List<String> suffixes = new ArrayList<>();
    for (String each : written) {
      if (each.startsWith("*.")) {
        suffixes.add(each.substring(1).toLowerCase(Locale.ROOT));
      } else {
        exact.add(isUri(each) ? each : each.toLowerCase(Locale.ROOT));
      }
    }
    return new TrustedIdentities(exact, suffixes);
  }

  private static boolean isUri(String name) {
    return name.indexOf(':') >= 0;
  }

  /** Whether nobody is named. */
  public boolean isEmpty() {
    return exact.isEmpty() && suffixes.isEmpty();
  }

  /** Whether one of a certificate's names is here. */
  public boolean containsAny(List<String> names) {
    for (String name : names) {
      if (contains(name)) {
        return true;
      }
    }
    return false;
  }

  private boolean contains(String name) {
    if (isUri(name)) {
      return exact.contains(name);
    }
    String lower = name.toLowerCase(Locale.ROOT);
    return exact.contains(lower)
        || suffixes.stream().anyMatch(s -> lower.length() > s.length() && lower.endsWith(s));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TrustedIdentities that
        && exact.equals(that.exact)
        && suffixes.equals(that.suffixes);
  }

  @Override
  public int hashCode() {
    return exact.hashCode() * 31 + suffixes.hashCode();
  }

  @Override
  public String toString() {
    return exact + " " + suffixes;
  }
}
