package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Upstreams that are nowhere: Services without ready pods. */
@Timeout(60)
class ITNoEndpoint {
  @Test
  void upstreamWithoutEndpoints_is503FromTheGateway() throws Exception {
    try (RunningGateway gateway = RunningGateway.of(Configurations.to());
        RawClient client = gateway.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 503").contains("no_endpoint");
    }
  }
}
