package dev.headwater.gateway;

import dev.headwater.gateway.fault.Dial;
import dev.headwater.gateway.fault.Http2Answer;
import dev.headwater.gateway.fault.Http2Client;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Requests of a {@link RoutedContract} as HTTP/2 in clear. */
final class RoutedHttp2 {
  /** RFC 9113 7. */
  private static final int PROTOCOL_ERROR = 1;

  private RoutedHttp2() {}

  /** Status of one request on a connection of its own; a malformed one is as good as 400. */
  static int status(int port, String method, String target, String host, String... fields)
      throws Exception {
    List<String> block = new ArrayList<>(List.of(":method", method));
    if (method.equals("CONNECT")) {
      block.addAll(List.of(":authority", target));
    } else {
      block.addAll(List.of(":scheme", "http", ":path", target, ":authority", host));
    }
    for (String field : fields) {
      int colon = field.indexOf(':');
      block.add(field.substring(0, colon).toLowerCase(Locale.ROOT));
      block.add(field.substring(colon + 1).strip());
    }
    try (Http2Client client = Http2Client.over(Dial.tcp(port)).begin()) {
      int stream = client.newStream();
      client.headers(stream, true, block.toArray(String[]::new));
      Http2Answer answer = client.answer(stream);
      return answer.reset() == PROTOCOL_ERROR ? 400 : answer.status();
    }
  }
}
