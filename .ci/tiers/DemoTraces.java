import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import zipkin2.Span;
import zipkin2.codec.SpanBytesDecoder;

/**
 * Reads the demo's traces back over the Zipkin API and judges them: each has one root, it is the
 * gateway's SERVER span, every other span has its parent, and a vote shows 17 spans.
 */
final class DemoTraces {
  public static void main(String[] arguments) throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    URI url = URI.create(arguments[0] + "/zipkin/api/v2/traces?limit=100");
    long end = System.nanoTime() + Long.parseLong(arguments[1]) * 1_000_000_000L;
    String verdict = "nothing asked yet";
    do {
      String json = http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString()).body();
      verdict = judge(traces(json));
      if (verdict.isEmpty()) {
        return;
      }
      Thread.sleep(250);
    } while (System.nanoTime() < end);
    System.err.println(verdict);
    System.exit(1);
  }

  /** An array of arrays of spans. */
  private static List<List<Span>> traces(String json) {
    List<List<Span>> traces = new ArrayList<>();
    for (String trace : json.strip().replaceAll("^\\[\\[|\\]\\]$", "").split("\\],\\[(?=\\{\"traceId)")) {
      if (!trace.equals("[]") && !trace.isBlank()) {
        traces.add(SpanBytesDecoder.JSON_V2.decodeList(("[" + trace + "]").getBytes(StandardCharsets.UTF_8)));
      }
    }
    return traces;
  }

  private static String judge(List<List<Span>> traces) {
    int whole = 0;
    int votes = 0;
    for (List<Span> trace : traces) {
      Set<String> ids = new HashSet<>();
      trace.forEach(span -> ids.add(span.id()));
      List<Span> roots = trace.stream().filter(span -> !ids.contains(span.parentId())).toList();
      boolean ours =
          roots.size() == 1
              && roots.get(0).parentId() == null
              && roots.get(0).kind() == Span.Kind.SERVER
              && "headwater".equals(roots.get(0).localServiceName());
      whole += ours && trace.size() >= 11 ? 1 : 0;
      votes += ours && trace.size() == 17 ? 1 : 0;
    }
    // The newest trace may still be on its way from the services' own reporters.
    boolean good = votes >= 2 && whole >= traces.size() - 2;
    return good ? "" : traces.size() + " traces, " + whole + " whole, " + votes + " votes of 17 spans";
  }
}
