import com.sun.net.httpserver.HttpServer;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/**
 * A service that answers when it has read the whole request, as most do: 22 bytes, or 64,000 below
 * {@code /large}. Writes its port to the file named by the argument and runs until it is killed.
 */
final class ReadingOrigin {
  public static void main(String[] arguments) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 1024);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          int length = exchange.getRequestURI().getPath().startsWith("/large") ? 64_000 : 22;
          boolean head = exchange.getRequestMethod().equals("HEAD");
          exchange.sendResponseHeaders(200, head ? -1 : length);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(new byte[head ? 0 : length]);
          }
        });
    server.start();
    Path file = Path.of(arguments[0]);
    Path whole = Files.writeString(Path.of(file + ".new"), "" + server.getAddress().getPort());
    Files.move(whole, file);
  }
}
