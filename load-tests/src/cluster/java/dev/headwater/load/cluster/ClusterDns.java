package dev.headwater.load.cluster;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The name server of a cluster from which no other one can be reached: it has one Service, says of
 * all other names of the cluster that there are none, and never answers about names elsewhere (RFC
 * 1035).
 */
final class ClusterDns {
  private static final String DOMAIN = "cluster.local";
  private static final int PORT = 53;
  private static final int HEAD = 12;
  private static final int TYPE_A = 1;
  private static final int NO_ERROR = 0x8580;
  private static final int NO_SUCH_NAME = 0x8583;
  private static final int SECONDS = 30;

  private final String address = ServiceNetwork.address();
  private final String known;
  private final byte[] answer;
  private final DatagramSocket socket;

  private ClusterDns(Vertx vertx, String known, byte[] answer) {
    this.known = known;
    this.answer = answer;
    socket = vertx.createDatagramSocket();
  }

  /**
   * One that answers until the loops end.
   *
   * @param service with its namespace, as in {@code name.namespace}
   */
  static ClusterDns with(Vertx vertx, String service, InetAddress address) {
    ClusterDns dns = new ClusterDns(vertx, service + ".svc." + DOMAIN, address.getAddress());
    dns.socket
        .handler(dns::receive)
        .listen(PORT, dns.address)
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    return dns;
  }

  /** As kubelet writes it into a pod. */
  String resolvConf() {
    return String.format(
        "search %s.svc.%s svc.%s %s%nnameserver %s%noptions ndots:5%n",
        Installation.NAMESPACE, DOMAIN, DOMAIN, DOMAIN, address);
  }

  private void receive(DatagramPacket packet) {
    Buffer query = packet.data();
    List<String> labels = new ArrayList<>();
    int at = HEAD;
    for (int length = query.getByte(at); length > 0; length = query.getByte(at)) {
      labels.add(query.getString(at + 1, at + 1 + length, StandardCharsets.US_ASCII.name()));
      at += 1 + length;
    }
    int type = query.getUnsignedShort(at + 1);
    String name = String.join(".", labels);
    if (name.endsWith("." + DOMAIN)) {
      Buffer question = query.getBuffer(HEAD, at + 5);
      var sent =
          socket.send(
              reply(query.getUnsignedShort(0), question, name.equals(known), type),
              packet.sender().port(),
              packet.sender().host());
    }
  }

  private Buffer reply(int id, Buffer question, boolean found, int type) {
    boolean told = found && type == TYPE_A;
    Buffer reply =
        Buffer.buffer()
            .appendUnsignedShort(id)
            .appendUnsignedShort(found ? NO_ERROR : NO_SUCH_NAME)
            .appendUnsignedShort(1)
            .appendUnsignedShort(told ? 1 : 0)
            .appendInt(0)
            .appendBuffer(question);
    return told
        ? reply
            // The name of the question, class IN.
            .appendUnsignedShort(0xc000 + HEAD)
            .appendUnsignedShort(type)
            .appendUnsignedShort(1)
            .appendInt(SECONDS)
            .appendUnsignedShort(answer.length)
            .appendBytes(answer)
        : reply;
  }
}
