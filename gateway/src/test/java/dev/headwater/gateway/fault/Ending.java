package dev.headwater.gateway.fault;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** How a connection stands with the other side. */
public enum Ending {
  /** It said that no more comes: FIN, or TLS close_notify. */
  CLOSED,
  /** It broke the connection off. */
  RESET,
  /** It still holds it. */
  OPEN;

  /** Reads and forgets what comes, until the connection ends or nothing came for so long. */
  public static Ending of(Socket socket, Duration patience) throws IOException {
    int before = socket.getSoTimeout();
    socket.setSoTimeout((int) patience.toMillis());
    try {
      byte[] piece = new byte[8192];
      while (socket.getInputStream().read(piece) >= 0) {
        // Whatever it says, only whether it ends is asked.
      }
      return CLOSED;
    } catch (SocketTimeoutException silent) {
      socket.setSoTimeout(before);
      return OPEN;
    } catch (IOException reset) {
      return RESET;
    }
  }
}
