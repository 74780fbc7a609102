package dev.headwater.gateway.listen;

import dev.headwater.gateway.fail.ErrorText;
import dev.headwater.gateway.fail.GatewayFailure;
import dev.headwater.gateway.wire.HeadBuffer;
import java.nio.charset.StandardCharsets;

/** The answer to bytes that never became a request: who sent them cannot ask for a form of it. */
final class UnreadAnswer {
  private UnreadAnswer() {}

  static HeadBuffer write(HeadBuffer out, GatewayFailure.Refused why) {
    String body = ErrorText.plain(why, null, null);
    out.clear()
        .statusLine(why.status())
        .text("Content-Type: text/plain; charset=utf-8\r\n")
        .contentLength(body.getBytes(StandardCharsets.UTF_8).length)
        .connectionClose()
        .crlf();
    return out.text(body);
  }
}
