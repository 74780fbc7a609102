package dev.headwater.gateway;

import io.vertx.core.dns.AddressResolverOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * How host names are looked up: as the system's own resolver does, so that a name means the same to
 * the gateway as to everything else in its pod. A name with fewer dots than {@code ndots} is tried
 * with the search list first (resolv.conf(5)); in a cluster that is each short name, such as {@code
 * collector.monitoring}.
 */
final class NameLookup {
  static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

  private NameLookup() {}

  /**
   * By a file of the system.
   *
   * @param resolvConf without it, or without a search list in it, the library's own way
   */
  static AddressResolverOptions of(Path resolvConf) {
    AddressResolverOptions options = new AddressResolverOptions();
    List<String> search = search(resolvConf);
    // Told a list, the library minds ndots; left to find it, it asks for the name as it is first.
    return search.isEmpty() ? options : options.setSearchDomains(search);
  }

  private static List<String> search(Path resolvConf) {
    List<String> search = List.of();
    try {
      for (String line : Files.readAllLines(resolvConf, StandardCharsets.ISO_8859_1)) {
        String[] word = line.split("[ \t]+");
        if (word[0].equals("search") || word[0].equals("domain")) {
          // The last one counts; the root is no suffix.
          search = Arrays.stream(word).skip(1).filter(each -> !each.equals(".")).toList();
        }
      }
    } catch (IOException unreadable) {
      return List.of();
    }
    return search;
  }
}
