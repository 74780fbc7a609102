package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.ProxyUnderTest.Situation;
import dev.headwater.gateway.fault.HostileCorpus;
import dev.headwater.gateway.fault.StrictAnswer;
import dev.headwater.gateway.fault.StrictRequest;
import dev.headwater.gateway.fault.UnusualCorpus;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whole corpora: row A21, which no proxy may forward as it stands, and row A22, which every proxy
 * has to. Counts by family are printed, and written to {@code target}.
 */
@Timeout(240)
abstract class CorpusContract extends WireContract {
  /** Connections at a time: most of a payload's time is the wait for the close behind it. */
  private static final int AT_ONCE = 24;

  /** Behind an answer, or a payload that is not whole, the proxy closes so soon. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** What a proxy told the client of a payload: final statuses in order. */
  private record Told(HostileCorpus.Payload payload, List<StrictAnswer> answers) {
    boolean refused() {
      return answers.stream().anyMatch(answer -> answer.status() >= 400 && answer.status() != 404);
    }
  }

  @Test
  @FaultRow("A21")
  void hostilePayloads_areNeverForwardedAsTheyAre() throws Exception {
    List<HostileCorpus.Payload> corpus = HostileCorpus.of(20260);
    assertThat(corpus).hasSizeGreaterThanOrEqualTo(200);
    List<Told> told = new ArrayList<>();
    try (ProxyUnderTest proxy = startStrict(Situation.STRANGERS.patience(PATIENCE))) {
      ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
      try {
        List<Future<Told>> running = new ArrayList<>();
        for (HostileCorpus.Payload payload : corpus) {
          running.add(clients.submit(() -> tell(proxy, payload)));
        }
        for (Future<Told> each : running) {
          try {
            told.add(each.get());
          } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError(e.getCause().getMessage(), e.getCause());
          }
        }
      } finally {
        clients.shutdownNow();
      }
      assertServes(proxy);
    }
    List<StrictRequest> forwarded = forwarded();
    for (Told each : told) {
      assertForwardedAtMost(each, forwarded);
    }
    report("A21", told, forwarded);
  }

  /** Sends one payload and reads until the proxy closes. */
  private Told tell(ProxyUnderTest proxy, HostileCorpus.Payload payload) throws Exception {
    List<StrictAnswer> answers = new ArrayList<>();
    try (RawClient client = RawClient.to(proxy.port())) {
      client.send(payload.bytes());
      InputStream in = new BufferedInputStream(client.socket().getInputStream());
      try {
        while (true) {
          answers.add(StrictAnswer.read(in, false));
        }
      } catch (EOFException end) {
        assertThat(end).hasMessage("no response");
      }
      assertThat(answers).as("closed without a word").isNotEmpty();
      Told told = new Told(payload, answers);
      if (told.refused()) {
        assertThat(answers.get(answers.size() - 1).last()).as("refused and closed").isTrue();
      }
      return told;
    } catch (AssertionError | IOException e) {
      throw new AssertionError(
          payload.family() + " " + quoted(payload.bytes()) + ": " + e + " behind " + answers, e);
    }
  }

  /** Every byte that reached the upstream belongs to a strictly valid request. */
  private List<StrictRequest> forwarded() {
    List<StrictRequest> all = new ArrayList<>();
    for (RawUpstream.Seen seen : upstream().received()) {
      StrictRequest.Verdict verdict = seen.judge();
      assertThat(verdict.violation()).as("violation in %s", quoted(seen.text())).isNull();
      all.addAll(verdict.requests());
    }
    return all;
  }

  private static void assertForwardedAtMost(Told told, List<StrictRequest> forwarded) {
    HostileCorpus.Payload payload = told.payload();
    long served = told.answers().stream().filter(answer -> answer.status() == 200).count();
    long came = forwarded.stream().filter(request -> asks(request, payload)).count();
    assertThat(came)
        .as("requests of %s %s", payload.family(), quoted(payload.bytes()))
        .isLessThanOrEqualTo(payload.meant())
        .isGreaterThanOrEqualTo(served);
  }

  private static boolean asks(StrictRequest request, HostileCorpus.Payload payload) {
    return request.target().matches(".*/[ps]" + payload.number() + "(?![0-9]).*");
  }

  private static void report(String row, List<Told> told, List<StrictRequest> forwarded)
      throws IOException {
    Map<String, int[]> families = new TreeMap<>();
    for (Told each : told) {
      int[] counts = families.computeIfAbsent(each.payload().family(), any -> new int[3]);
      boolean came = forwarded.stream().anyMatch(request -> asks(request, each.payload()));
      counts[0]++;
      counts[1] += each.refused() ? 1 : 0;
      counts[2] += came ? 1 : 0;
    }
    StringBuilder text = new StringBuilder(row + ": payloads, refused, of which some was served\n");
    families.forEach(
        (family, counts) ->
            text.append(
                String.format("%-24s %4d %4d %4d%n", family, counts[0], counts[1], counts[2])));
    text.append(String.format("%-24s %4d, hostile forwards: 0%n", "all", told.size()));
    write(row, text.toString());
    // Otherwise the mutations are too tame, or too wild, to show anything.
    assertThat(families.values()).allMatch(counts -> counts[1] > 0);
    assertThat(told.stream().filter(Told::refused).count())
        .isBetween(told.size() / 2L, told.size() - 1L);
  }

  /** Prints the counts of a row's corpus, and keeps them. */
  static void write(String row, String text) throws IOException {
    System.out.println(text);
    Path directory = Path.of(System.getProperty("basedir", ""), "target", "corpora");
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(row + ".txt"), text);
  }

  @Test
  @FaultRow("A22")
  void unusualPayloads_areAllForwarded() throws Exception {
    List<UnusualCorpus.Payload> corpus = UnusualCorpus.all();
    assertThat(corpus).hasSizeGreaterThanOrEqualTo(40);
    Map<String, Integer> families = new TreeMap<>();
    try (ProxyUnderTest proxy =
        start(Situation.STRANGERS, RawUpstream.recording(CorpusContract::answer))) {
      for (UnusualCorpus.Payload payload : corpus) {
        each(List.of(payload.bytes()), bytes -> forwards(proxy, payload));
        families.merge(payload.family(), 1, Integer::sum);
      }
    }
    StringBuilder text = new StringBuilder("A22: payloads, all forwarded\n");
    families.forEach((family, count) -> text.append(String.format("%-24s %4d%n", family, count)));
    write("A22", text.append(String.format("%-24s %4d%n", "all", corpus.size())).toString());
  }

  /** 200 to everything, behind an interim response where the request asks for one. */
  private static void answer(RawUpstream.Peer peer) throws IOException {
    for (StrictRequest next = peer.strict(); next != null; next = peer.strict()) {
      for (String interim : next.all("x-interim")) {
        peer.send("HTTP/1.1 " + interim + " Soon\r\nLink: </a>\r\n\r\n");
      }
      peer.send(RawUpstream.OK);
    }
  }

  private void forwards(ProxyUnderTest proxy, UnusualCorpus.Payload payload) throws Exception {
    upstream().forget();
    try (RawClient client = RawClient.to(proxy.port())) {
      client.send(payload.bytes());
      for (int i = 0; i < payload.requests(); i++) {
        StrictAnswer answer = client.answer();
        while (answer.status() < 200) {
          answer = client.answer();
        }
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("ok");
      }
    }
    List<StrictRequest> came = came(payload.requests());
    assertThat(came.get(came.size() - 1).text()).isEqualTo(payload.body());
  }
}
