package dev.headwater.routes;

import java.util.Map;

/**
 * An answer that is the same for every request.
 *
 * @param status 200 to 599
 * @param headers fields beside Content-Length, which is computed; names in lower case
 * @param body text, sent as UTF-8; must be empty for 204 and 304
 */
public record DirectResponse(int status, Map<String, String> headers, String body)
    implements RouteAnswer {
  public DirectResponse {
    headers = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(headers));
  }
}
