package dev.headwater.gateway.cli;

import dev.headwater.routes.AdminPolicy;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a running gateway is asked: flag, then environment, then the default. */
final class AdminAddress {
  static final String VARIABLE = "HEADWATER_ADMIN_ADDRESS";

  private AdminAddress() {}

  static URI of(@Nullable URI flag, Map<String, String> environment) {
    if (flag != null) {
      return flag;
    }
    String given = environment.getOrDefault(VARIABLE, AdminPolicy.DEFAULT.address().toString());
    // An address for all interfaces is where it listens; it is reached over loopback.
    return URI.create(
        "http://"
            + given
                .replaceFirst("^(0\\.0\\.0\\.0)?:(?=\\d+$)", "127.0.0.1:")
                .replaceFirst("^\\[::]:", "[::1]:"));
  }
}
