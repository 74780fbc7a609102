package dev.headwater.load.acceptance;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.load.acceptance.Traffic.Answered;
import dev.headwater.load.acceptance.Traffic.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import zipkin2.Span;
import zipkin2.collector.CollectorSampler;

/**
 * Three processes with one configuration get one stream of ids from a trusted caller that left the
 * decision to them: they decide alike, and as Zipkin's own collector would, for every static rate:
 * the default, a route's, a rule's. Ids at the boundary of each rate are in the stream.
 */
class ITAgreement {
  private static final int REPLICAS = 3;
  private static final int RANDOM_IDS = Integer.getInteger("headwater.acceptance.ids", 3_000);

  /** Where a rate is said, by the path that meets it. */
  private static final Map<String, Double> RATES =
      new TreeMap<>(Map.of("/votes/default/", 0.5, "/tenth/", 0.1, "/votes/ruled/", 0.25));

  private static final String SAMPLING =
      "{rate: 0.5, rules: [{name: ruled, match: {path: {prefix: /votes/ruled}}, rate: 0.25}]}";

  @RegisterExtension final Surroundings around = new Surroundings();

  @Test
  void replicasDecideAlike_andAsACollectorWould() throws Exception {
    List<String> ids = ids();
    List<Map<String, Set<String>>> kept = new ArrayList<>();
    List<Set<String>> reported = new ArrayList<>();
    for (int replica = 0; replica < REPLICAS; replica++) {
      kept.add(keptBy(replica, ids));
      reported.add(around.collector().spans().stream().map(Span::traceId).collect(toSet()));
    }
    RATES.forEach((path, rate) -> assertAlike(path, rate, ids, kept));
    assertThat(kept.get(0).get("/votes/default/")).containsAll(kept.get(0).get("/tenth/"));
    assertThat(kept.get(0).get("/votes/default/")).containsAll(kept.get(0).get("/votes/ruled/"));
    // What is kept by any of the rates reached the collector, from each replica alone too.
    assertThat(reported).allSatisfy(ours -> assertThat(ours).isEqualTo(reported.get(0)));
    assertThat(reported.get(0)).isEqualTo(kept.get(0).get("/votes/default/"));
  }

  /** Random ids, 64 and 128 bits, and those around the boundary of each rate. */
  private static List<String> ids() {
    SplittableRandom random = new SplittableRandom(4);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < RANDOM_IDS; i++) {
      String high = i % 4 == 0 ? "" : hex(random.nextLong());
      ids.add(high + hex(random.nextLong()));
    }
    for (double rate : RATES.values()) {
      long boundary = (long) (Long.MAX_VALUE * (float) rate);
      for (long off = -1; off <= 1; off++) {
        ids.add(hex(boundary + off));
        ids.add(hex(-(boundary + off)));
      }
    }
    return ids;
  }

  private static String hex(long bits) {
    return "%016x".formatted(bits);
  }

  /** The ids that one process keeps, by path. */
  private Map<String, Set<String>> keptBy(int replica, List<String> ids) throws Exception {
    around.upstream().forget();
    around.collector().forget();
    List<String> paths = List.copyOf(RATES.keySet());
    EdgeUnderTest.Setup setup =
        EdgeUnderTest.Setup.of("agreement-" + replica, SAMPLING, around.sink());
    try (EdgeUnderTest edge = EdgeUnderTest.start(setup.trusting(), around.upstream().port())) {
      List<Answered> answers =
          around
              .clientsOf(edge)
              .send(
                  ids.size() * paths.size(),
                  120,
                  number -> {
                    String id = ids.get(number / paths.size());
                    String path = paths.get(number % paths.size()) + id;
                    return Asked.get(path, "b3", id + "-000000000000000a");
                  });
      assertThat(answers).allMatch(answer -> answer.status() == 200);
    }
    Map<String, Set<String>> kept = new TreeMap<>();
    for (Arrival arrival : around.upstream().arrivals()) {
      int cut = arrival.path().lastIndexOf('/') + 1;
      assertThat(arrival.traceId()).isEqualTo(arrival.path().substring(cut));
      Set<String> ofPath =
          kept.computeIfAbsent(arrival.path().substring(0, cut), path -> new java.util.HashSet<>());
      if (arrival.sampled()) {
        ofPath.add(arrival.traceId());
      }
    }
    return kept;
  }

  private static void assertAlike(
      String path, double rate, List<String> ids, List<Map<String, Set<String>>> kept) {
    CollectorSampler oracle = CollectorSampler.create((float) rate);
    Set<String> expected = ids.stream().filter(id -> oracle.isSampled(id, false)).collect(toSet());
    List<Integer> counts =
        kept.stream().map(one -> one.getOrDefault(path, Set.of()).size()).toList();
    System.out.printf(
        "%-16s rate %.2f: %d ids; kept by replicas %s, by a Zipkin collector %d%n",
        path, rate, ids.size(), counts, expected.size());
    assertThat(kept).allSatisfy(one -> assertThat(one.get(path)).isEqualTo(expected));
  }
}
