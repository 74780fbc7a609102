package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every situation of the W3C suite for Trace Context (w3c/trace-context, {@code test/}: 41 cases of
 * level 1 and 2), put to a listener that trusts its callers and an upstream that is spoken to in
 * W3C only. Where the suite has a service call several others, an upstream that fails is asked
 * again: each try is a call of its own.
 */
@FaultRow("T8")
class ITTraceContextSituations {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String VALID = "00-" + TRACE + "-" + SPAN + "-01";
  private static final String UNSAMPLED = "00-" + TRACE + "-" + SPAN + "-00";
  private static final int SITUATIONS = 41;
  private static final int TRIES = 3;

  private static RawUpstream upstream;
  private static RunningGateway gateway;

  /** The place of the situation among those of the suite, in its order. */
  @Test
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  private @interface Situation {
    int value();
  }

  /** What the upstream was told: one traceparent, and all of tracestate. */
  private record Told(String version, String traceId, String parentId, String flags, String state) {
    static Told of(String head) {
      SeenHead seen = new SeenHead(head);
      String[] parts = seen.only("traceparent").split("-");
      assertThat(parts).hasSize(4);
      assertThat(parts[1]).matches("[0-9a-f]{32}").isNotEqualTo("0".repeat(32));
      assertThat(parts[2]).matches("[0-9a-f]{16}").isNotEqualTo("0".repeat(16));
      String state = String.join(",", seen.all("tracestate"));
      return new Told(parts[0], parts[1], parts[2], parts[3], state);
    }

    Told continues() {
      assertThat(version).isEqualTo("00");
      assertThat(traceId).isEqualTo(TRACE);
      assertThat(parentId).isNotEqualTo(SPAN);
      return this;
    }

    void startsAnew(String sent) {
      assertThat(version).isEqualTo("00");
      assertThat(traceId).as(sent).isNotEqualTo(TRACE);
      assertThat(sent).doesNotContain(traceId);
      assertThat(state).as("tracestate of a new trace").isEmpty();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    // The path /thrice fails until the third try.
    AtomicInteger tries = new AtomicInteger();
    upstream =
        new RawUpstream(
            peer -> {
              String head = peer.request();
              while (head != null) {
                boolean fails =
                    head.startsWith("GET /thrice ") && tries.incrementAndGet() % TRIES != 0;
                peer.send(fails ? RawUpstream.OK.replace("200 OK", "503 No") : RawUpstream.OK);
                head = peer.request();
              }
            });
    gateway =
        RunningGateway.of(
            """
            listeners:
              - {name: web, address: "127.0.0.1:0", trace: {trusted: [127.0.0.0/8]}}
            upstreams:
              - {name: app, endpoints: ["http://127.0.0.1:%d"]}
            routes:
              - name: all
                to: [{upstream: app}]
                retry: {attempts: 2, on: ["503"], budget: {ratio: 1.0, perSecond: 1000}}
            tracing:
              propagation: {inject: [tracecontext]}
              sampling: {rate: 1}
              store: {}
            """
                .formatted(upstream.port()));
  }

  @BeforeEach
  void forget() {
    upstream.forget();
  }

  @AfterAll
  static void stop() throws Exception {
    gateway.close();
    upstream.close();
  }

  private static Told sent(String... fields) throws Exception {
    ask("/", fields);
    return Told.of(upstream.request());
  }

  private static List<Told> sentThrice(String... fields) throws Exception {
    ask("/thrice", fields);
    return List.of(
        Told.of(upstream.request()), Told.of(upstream.request()), Told.of(upstream.request()));
  }

  private static void ask(String path, String... fields) throws Exception {
    String lines = Arrays.stream(fields).map(field -> field + "\r\n").collect(Collectors.joining());
    try (RawClient client = gateway.connect()) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
    }
  }

  /** Each value alone continues the caller's trace. */
  private static void continuing(String... values) throws Exception {
    for (String value : values) {
      sent("traceparent: " + value).continues();
    }
  }

  /** Each value alone is as if absent. */
  private static void refusing(String... values) throws Exception {
    for (String value : values) {
      sent("traceparent: " + value).startsAnew(value);
    }
  }

  /** The tracestate that arrives beside a valid, unsampled traceparent. */
  private static String state(String... fields) throws Exception {
    String[] all = new String[fields.length + 1];
    all[0] = "traceparent: " + UNSAMPLED;
    System.arraycopy(fields, 0, all, 1, fields.length);
    Told told = sent(all).continues();
    assertThat(told.flags()).isEqualTo("00");
    return told.state();
  }

  private static List<String> members(String state) {
    return Arrays.stream(state.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  @Test
  void everySituationOfTheSuiteHasATest() {
    List<Integer> numbers =
        Arrays.stream(ITTraceContextSituations.class.getDeclaredMethods())
            .map((Method method) -> method.getAnnotation(Situation.class))
            .filter(situation -> situation != null)
            .map(Situation::value)
            .sorted()
            .toList();
    assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, SITUATIONS).boxed().toList());
  }

  @Situation(1)
  void noContext_startsATrace() throws Exception {
    sent().startsAnew("");
  }

  @Situation(2)
  void traceparentAlone_isContinuedByAChild() throws Exception {
    assertThat(sent("traceparent: " + VALID).continues().state()).isEmpty();
  }

  @Situation(3)
  void traceparentTwice_startsAnew() throws Exception {
    String other = VALID.replace("319c", "319d");
    for (String second : List.of(other, VALID)) {
      sent("traceparent: " + VALID, "traceparent: " + second).startsAnew(VALID + second);
    }
  }

  @Situation(4)
  void traceparentUnderAnotherName_isNotRead() throws Exception {
    for (String name : List.of("trace-parent", "trace.parent", "trace_parent")) {
      sent(name + ": " + VALID).startsAnew(VALID);
    }
  }

  @Situation(5)
  void traceparentInAnyCase_isRead() throws Exception {
    for (String name : List.of("TraceParent", "TrAcEpArEnT", "TRACEPARENT")) {
      sent(name + ": " + VALID).continues();
    }
  }

  @Situation(6)
  void version00_endsWithItsFlags() throws Exception {
    refusing(VALID + ".", VALID + "-", VALID + "-what-comes-next");
  }

  @Situation(7)
  void laterVersion_isReadByItsKnownPart() throws Exception {
    String later = "cc" + VALID.substring(2);
    continuing(later, later + "-what-comes-next");
    refusing(later + ".what-comes-next");
  }

  @Situation(8)
  void versionFf_isNone() throws Exception {
    refusing("ff" + VALID.substring(2));
  }

  @Situation(9)
  void versionOfOtherCharacters_isRefused() throws Exception {
    refusing("." + VALID.substring(1), "0." + VALID.substring(2), "0A" + VALID.substring(2));
  }

  @Situation(10)
  void versionTooLong_isRefused() throws Exception {
    refusing("0" + VALID, "00" + VALID);
  }

  @Situation(11)
  void versionTooShort_isRefused() throws Exception {
    refusing(VALID.substring(1), VALID.substring(2));
  }

  @Situation(12)
  void traceIdOfZeros_isRefused() throws Exception {
    refusing("00-" + "0".repeat(32) + "-" + SPAN + "-01");
  }

  @Situation(13)
  void traceIdOfOtherCharacters_isRefused() throws Exception {
    refusing(
        VALID.replace("0af", ".af"),
        VALID.replace("19c-", "19.-"),
        VALID.replace(TRACE, TRACE.toUpperCase(java.util.Locale.ROOT)));
  }

  @Situation(14)
  void traceIdTooLong_isRefused() throws Exception {
    refusing(VALID.replace(TRACE, TRACE + "3"), VALID.replace(TRACE, "3" + TRACE));
  }

  @Situation(15)
  void traceIdTooShort_isRefused() throws Exception {
    refusing(VALID.replace(TRACE, TRACE.substring(1)));
  }

  @Situation(16)
  void parentIdOfZeros_isRefused() throws Exception {
    refusing(VALID.replace(SPAN, "0".repeat(16)));
  }

  @Situation(17)
  void parentIdOfOtherCharacters_isRefused() throws Exception {
    refusing(VALID.replace("-b7", "-.7"), VALID.replace("31-", "3.-"));
  }

  @Situation(18)
  void parentIdTooLong_isRefused() throws Exception {
    refusing(VALID.replace(SPAN, SPAN + "7"));
  }

  @Situation(19)
  void parentIdTooShort_isRefused() throws Exception {
    refusing(VALID.replace(SPAN, SPAN.substring(1)));
  }

  @Situation(20)
  void flagsOfOtherCharacters_areRefused() throws Exception {
    String ids = "00-" + TRACE + "-" + SPAN + "-";
    refusing(ids + ".0", ids + "0.", ids + "0A");
  }

  @Situation(21)
  void flagsTooLong_areRefused() throws Exception {
    refusing("00-" + TRACE + "-" + SPAN + "-001");
  }

  @Situation(22)
  void flagsTooShort_areRefused() throws Exception {
    refusing("00-" + TRACE + "-" + SPAN + "-1");
  }

  @Situation(23)
  void blanksAroundTraceparent_areNoPartOfIt() throws Exception {
    continuing(" " + VALID, "\t" + VALID, VALID + " ", VALID + "\t", "\t " + VALID + " \t");
  }

  @Situation(24)
  void tracestateAlone_isDropped() throws Exception {
    for (String state : List.of("foo=1", "foo=1,bar=2")) {
      sent("tracestate: " + state).startsAnew(state);
    }
  }

  @Situation(25)
  void tracestateBesideTraceparent_goesOnVerbatim() throws Exception {
    assertThat(state("tracestate: foo=1,bar=2")).isEqualTo("foo=1,bar=2");
  }

  @Situation(26)
  void tracestateUnderAnotherName_isNotRead() throws Exception {
    for (String name : List.of("trace-state", "trace.state")) {
      assertThat(state(name + ": foo=1")).isEmpty();
    }
  }

  @Situation(27)
  void tracestateInAnyCase_isRead() throws Exception {
    for (String name : List.of("TraceState", "TrAcEsTaTe", "TRACESTATE")) {
      assertThat(state(name + ": foo=1")).isEqualTo("foo=1");
    }
  }

  @Situation(28)
  void emptyTracestate_addsNothing() throws Exception {
    assertThat(state("tracestate: ")).isEmpty();
    assertThat(members(state("tracestate: foo=1", "tracestate: "))).containsExactly("foo=1");
    assertThat(members(state("tracestate: ", "tracestate: foo=1"))).containsExactly("foo=1");
  }

  @Situation(29)
  void tracestateInParts_isOneListInOrder() throws Exception {
    assertThat(
            members(
                state(
                    "tracestate: foo=1,bar=2", "tracestate: rojo=1,congo=2", "tracestate: baz=3")))
        .containsExactly("foo=1", "bar=2", "rojo=1", "congo=2", "baz=3");
  }

  @Situation(30)
  void tracestateWithAKeyTwice_isLeftToItsReader() throws Exception {
    assertThat(state("tracestate: foo=1,foo=1")).isEqualTo("foo=1,foo=1");
    assertThat(state("tracestate: foo=1,foo=2")).isEqualTo("foo=1,foo=2");
    assertThat(members(state("tracestate: foo=1", "tracestate: foo=1"))).contains("foo=1");
    assertThat(members(state("tracestate: foo=1", "tracestate: foo=2")))
        .containsExactly("foo=1", "foo=2");
  }

  @Situation(31)
  void tracestateOfAllCharacters_goesOnVerbatim() throws Exception {
    String key = "abcdefghijklmnopqrstuvwxyz0123456789_-*/";
    String value =
        IntStream.rangeClosed(' ', '~')
            .filter(c -> c != ',' && c != '=')
            .mapToObj(Character::toString)
            .collect(Collectors.joining());
    for (String name : List.of(key, key + "@a-z0-9_-*/")) {
      assertThat(state("tracestate: " + name + "=" + value)).isEqualTo(name + "=" + value);
    }
  }

  @Situation(32)
  void blanksInTracestate_areNoPartOfItsMembers() throws Exception {
    for (String list :
        List.of("foo=1 \t , \t bar=2, \t baz=3", "foo=1\t \t,\t \tbar=2,\t \tbaz=3")) {
      assertThat(members(state("tracestate: " + list))).containsExactly("foo=1", "bar=2", "baz=3");
    }
    for (String list : List.of(" foo=1", "\tfoo=1", "foo=1 ", "foo=1\t", "\t foo=1 \t")) {
      assertThat(state("tracestate: " + list)).isEqualTo("foo=1");
    }
  }

  @Situation(33)
  void tracestateKeyOfOtherCharacters_dropsTheList() throws Exception {
    for (String list : List.of("foo =1", "FOO=1", "foo.bar=1", "foo=1,BAR=2")) {
      assertThat(state("tracestate: " + list)).isEmpty();
    }
  }

  @Situation(34)
  void tracestateKeyWithAtSigns_isRefusedOnlyWhenItBeginsWithOne() throws Exception {
    for (String list : List.of("foo@=1,bar=2", "foo@@bar=1,bar=2", "foo@bar@baz=1,bar=2")) {
      assertThat(state("tracestate: " + list)).isEqualTo(list);
    }
    assertThat(state("tracestate: @foo=1,bar=2")).isEmpty();
  }

  @Situation(35)
  void tracestateOfMoreThan32Members_isDropped() throws Exception {
    assertThat(members(state(parts(32)))).hasSize(32).startsWith("bar1=1").endsWith("bar32=32");
    assertThat(state(parts(33))).isEmpty();
  }

  @Situation(36)
  void tracestateKeyOfMoreThan256Characters_dropsTheList() throws Exception {
    for (String key :
        List.of(
            "z".repeat(256),
            "t".repeat(241) + "@" + "v".repeat(14),
            "t".repeat(242) + "@v",
            "t@" + "v".repeat(15))) {
      assertThat(members(state("tracestate: foo=1", "tracestate: " + key + "=1")))
          .containsExactly("foo=1", key + "=1");
    }
    assertThat(state("tracestate: foo=1", "tracestate: " + "z".repeat(257) + "=1")).isEmpty();
  }

  @Situation(37)
  void tracestateValueOfOtherCharacters_dropsTheList() throws Exception {
    for (String list : List.of("foo=bar=baz", "foo=,bar=3")) {
      assertThat(state("tracestate: " + list)).isEmpty();
    }
  }

  @Situation(38)
  void everyTryContinuesTheTraceWithAnIdOfItsOwn() throws Exception {
    List<Told> tries = sentThrice("traceparent: " + VALID, "tracestate: foo=1");
    tries.forEach(Told::continues);
    assertThat(tries).extracting(Told::state).containsOnly("foo=1");
    assertThat(parents(tries)).hasSize(TRIES);
  }

  @Situation(39)
  void everyTryOfANewTraceHasAnIdOfItsOwn() throws Exception {
    List<Told> tries = sentThrice();
    assertThat(tries.stream().map(Told::traceId).distinct()).hasSize(1);
    assertThat(parents(tries)).hasSize(TRIES);
  }

  @Situation(40)
  void everyTryOfARefusedContextIsOfTheNewTrace() throws Exception {
    List<Told> tries = sentThrice("traceparent: " + VALID.replace(TRACE, "0".repeat(32)));
    tries.forEach(told -> told.startsAnew("0".repeat(32)));
    assertThat(tries.stream().map(Told::traceId).distinct()).hasSize(1);
    assertThat(parents(tries)).hasSize(TRIES);
  }

  @Situation(41)
  void randomFlag_isPassedOnAsItCame() throws Exception {
    for (String flags : List.of("00", "01", "02", "03")) {
      Told told = sent("traceparent: 00-" + TRACE + "-" + SPAN + "-" + flags).continues();
      assertThat(told.flags()).isEqualTo(flags);
    }
    assertThat(sent().flags()).as("a random id of ours").isEqualTo("03");
  }

  private static Set<String> parents(List<Told> tries) {
    return tries.stream().map(Told::parentId).collect(Collectors.toCollection(HashSet::new));
  }

  /** So many members, ten to a field. */
  private static String[] parts(int members) {
    return IntStream.rangeClosed(0, (members - 1) / 10)
        .mapToObj(
            part ->
                "tracestate: "
                    + IntStream.rangeClosed(part * 10 + 1, Math.min(members, part * 10 + 10))
                        .mapToObj(i -> "bar" + i + "=" + i)
                        .collect(Collectors.joining(",")))
        .toArray(String[]::new);
  }
}
