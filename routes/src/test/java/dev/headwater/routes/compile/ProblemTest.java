package dev.headwater.routes.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.routes.document.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault with the words and the place that a user reads. */
class ProblemTest {
  private static List<String> problems(String yaml) {
    Loaded loaded = ConfigurationLoader.load(ConfigurationInput.of(yaml, "headwater.yaml"));
    assertThat(loaded.configuration().isEmpty()).isEqualTo(!loaded.problems().isEmpty());
    return loaded.problems().stream().map(Problem::toString).toList();
  }

  @Test
  void rate_outOfRange_isNamedAsInTheHouseRules() {
    String yaml = "#\n".repeat(9) + "tracing:\n  sampling:\n    rate: 1.7\n";
    assertThat(problems(yaml))
        .containsExactly(
            "tracing.sampling.rate: 1.7 (expected 0.0 to 1.0) at headwater.yaml:12:11");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // kinds of values
        "[] | document: a list (expected an object with keys listeners, upstreams, routes, tracing,"
            + " accessLog, log, drain, limits, admin) at headwater.yaml:1:1",
        "routes: 5 | routes: 5 (expected a list of objects) at headwater.yaml:1:9",
        "log: | log: nothing (expected an object with keys level, format) at headwater.yaml:1:5",
        "log: {level: [info]} | log.level: a list (expected error, warn, info or debug) at"
            + " headwater.yaml:1:14",
        "tracing: {service: 5} | tracing.service: 5 (expected 1 to 255 characters, in quotes) at"
            + " headwater.yaml:1:20",
        "tracing: {enabled: \"true\"} | tracing.enabled: true (expected true or false, without"
            + " quotes) at headwater.yaml:1:20",
        "tracing: {enabled: yes} | tracing.enabled: yes (expected true or false) at"
            + " headwater.yaml:1:20",
        "tracing: {sampling: {rate: \"0.5\"}} | tracing.sampling.rate: 0.5 (expected 0.0 to 1.0,"
            + " without quotes) at headwater.yaml:1:28",
        "tracing: {sampling: {rate: NaN}} | tracing.sampling.rate: NaN (expected 0.0 to 1.0) at"
            + " headwater.yaml:1:28",
        "tracing: {sampling: {rate: 0x1p-3}} | tracing.sampling.rate: 0x1p-3 (expected 0.0 to 1.0)"
            + " at headwater.yaml:1:28",
        "drain: {timeout: 30} | drain.timeout: 30 (expected 0s to 24h, in quotes) at"
            + " headwater.yaml:1:18",
        "drain: {timeout: 30x} | drain.timeout: 30x (expected a number with unit ms, s, m or h,"
            + " such as 250ms) at headwater.yaml:1:18",
        "drain: {timeout: 25h} | drain.timeout: 25h (expected 0s to 24h) at headwater.yaml:1:18",
        "drain: {timeout: 99999999999999999h} | drain.timeout: 99999999999999999h (expected 0s to"
            + " 24h) at headwater.yaml:1:18",
        "listeners: [{name: a, address: \":1\", limits: {head: 8KB}}] | listeners[0].limits.head:"
            + " 8KB (expected bytes or a number with unit KiB, MiB or GiB) at headwater.yaml:1:53",
        "listeners: [{name: a, address: \":1\", limits: {head: 1MiB, body: 2000GiB}}] |"
            + " listeners[0].limits.body: 2000GiB (expected 0 to 1024GiB) at headwater.yaml:1:65",
        "listeners: [{name: a, address: \":1\", limits: {head: 2KiB, target: 4KiB}}] |"
            + " listeners[0].limits.target: 4096 bytes (expected no more than head, which holds it)"
            + " at headwater.yaml:1:67",
        "listeners: [{name: a, address: \":1\", encodedSlash: decode}] | listeners[0].encodedSlash:"
            + " decode (expected reject or keep) at headwater.yaml:1:52",
        "listeners: [{name: a, address: \":1\", limits: {fields: 1.5}}] |"
            + " listeners[0].limits.fields: 1.5 (expected 1 to 10000) at headwater.yaml:1:55",
        // keys
        "tracng: {} | tracng: unknown key (did you mean \"tracing\"?) at headwater.yaml:1:1",
        "drain: {xyz: 1} | drain.xyz: unknown key (expected delay, timeout) at headwater.yaml:1:9",
        "listeners: [{name: a}] | listeners[0].address: missing (expected ADDRESS:PORT) at"
            + " headwater.yaml:1:13",
        "listeners: [] | listeners: 0 elements (expected at least one) at headwater.yaml:1:12",
        // words
        "log: {level: inof} | log.level: inof (expected error, warn, info or debug; did you mean"
            + " \"info\"?) at headwater.yaml:1:14",
        "accessLog: {format: \"$status\"} | accessLog.format: $status (expected json or combined)"
            + " at headwater.yaml:1:21",
        // addresses
        "admin: {address: localhost} | admin.address: localhost (expected ADDRESS:PORT) at"
            + " headwater.yaml:1:18",
        "admin: {address: \"1.2.3.4:70000\"} | admin.address: 1.2.3.4:70000 (expected ADDRESS:PORT)"
            + " at headwater.yaml:1:18",
        "admin: {address: \"unix:/run/x\"} | admin.address: unix:/run/x (not in this version;"
            + " expected ADDRESS:PORT) at headwater.yaml:1:18",
        "admin: {address: \"127.0.0.1:8080\"} | admin.address: 127.0.0.1:8080 (expected a unique"
            + " address; listeners[0].address has it from default) at headwater.yaml:1:18",
        "upstreams: [{name: u, endpoints: []}] | upstreams[0].endpoints: 0 elements (expected at"
            + " least one) at headwater.yaml:1:34",
        "upstreams: [{name: u, endpoints: [\"unix:/x\"]}] | upstreams[0].endpoints[0]: unix:/x (not"
            + " in this version; expected http://HOST:PORT, or https://, h2:// or h2c://) at"
            + " headwater.yaml:1:35",
        "upstreams: [{name: u, endpoints: [\"http://x\"], tls: {}}] | upstreams[0].tls: TLS for"
            + " endpoints in clear (expected an https or h2 endpoint) at headwater.yaml:1:53",
        "upstreams: [{name: u, endpoints: [\"h2://x\"], tls: {key: a}}] | upstreams[0].tls.key: key"
            + " alone (expected certificate and key together) at headwater.yaml:1:57",
        "upstreams: [{name: u, endpoints: [\"h2://x\"], tls: {ca: a}}] | upstreams[0].tls.ca: a"
            + " (expected a readable file: this configuration was not read from a file) at"
            + " headwater.yaml:1:56",
        "upstreams: [{name: u, endpoints: [\"http://x/path\"]}] | upstreams[0].endpoints[0]:"
            + " http://x/path (expected http://HOST:PORT, or https://, h2:// or h2c://) at"
            + " headwater.yaml:1:35",
        "upstreams: [{name: u, endpoints: [\"http://x\"], balance: p2c-ewma}] |"
            + " upstreams[0].balance: p2c-ewma (not in this version; expected round-robin or"
            + " least-request) at headwater.yaml:1:57",
        "listeners: [{name: a, address: \":1\", forwarded: {trusted: [192.0.2.0/33]}}] |"
            + " listeners[0].forwarded.trusted[0]: 192.0.2.0/33 (expected an address or CIDR block"
            + " such as 192.0.2.0/24) at headwater.yaml:1:60",
        "tracing: {report: [{zipkin: \"http://u:p@z\"}]} | tracing.report[0].zipkin: http://u:p@z"
            + " (expected http://HOST:PORT or https://HOST:PORT, with a path or without) at"
            + " headwater.yaml:1:29",
        "tracing: {report: [{zipkin: \"http://z\", tls: {ca: x}}]} | tracing.report[0].tls: tls"
            + " (expected an https URL in zipkin with it) at headwater.yaml:1:46",
        "tracing: {report: [{zipkin: \"https://z\", tls: {key: x}}]} | tracing.report[0].tls.key:"
            + " key alone (expected certificate and key together) at headwater.yaml:1:53",
        "tracing: {report: [{zipkin: \"https://z\", tls: {serverName: \"a:1\"}}]} |"
            + " tracing.report[0].tls.serverName: a:1 (expected a host name) at"
            + " headwater.yaml:1:60",
        "tracing: {report: [{zipkin: \"https://z\", tls: {insecure: true}}]} |"
            + " tracing.report[0].tls.insecure: unknown key (expected ca, certificate, key,"
            + " serverName) at headwater.yaml:1:48",
        "tracing: {report: [{zipkin: \"https://z\", bearerFile: t, basic: {user: u, passwordFile:"
            + " p}}]} | tracing.report[0]: basic and bearerFile (expected at most one of them) at"
            + " headwater.yaml:1:20",
        "tracing: {report: [{zipkin: \"https://z\", basic: {user: \"a:b\", passwordFile: p}}]} |"
            + " tracing.report[0].basic.user: a:b (expected 1 to 256 visible ASCII characters"
            + " without a colon) at headwater.yaml:1:56",
        "tracing: {report: [{zipkin: \"https://z\", headers: {Content-Type: x}}]} |"
            + " tracing.report[0].headers.Content-Type: Content-Type (expected a header that"
            + " neither frames nor describes the message nor carries a trace) at"
            + " headwater.yaml:1:52",
        "tracing: {report: [{zipkin: \"https://z\", headers: {b3: x}}]} |"
            + " tracing.report[0].headers.b3: b3 (expected a header that neither frames nor"
            + " describes the message nor carries a trace) at headwater.yaml:1:52",
        "tracing: {report: [{zipkin: \"https://z\", headers: {x: \"a\\u0001secret\"}}]} |"
            + " tracing.report[0].headers.x: '***' (expected at most 8192 visible ASCII characters,"
            + " no space around them) at headwater.yaml:1:55",
        "tracing: {report: [{zipkin: \"https://z\", breaker: {failures: 0}}]} |"
            + " tracing.report[0].breaker.failures: 0 (expected 1 to 1000) at headwater.yaml:1:62",
        "tracing: {report: [{zipkin: \"http://a\"}, {zipkin: \"http://a/\"}]} | tracing.report: two"
            + " sinks called a (expected a name for one of them; host and port are the name of a"
            + " sink without one) at headwater.yaml:1:19",
        "tracing: {report: [{name: x, zipkin: \"http://a\"}, {name: x, zipkin: \"http://b\"}]} |"
            + " tracing.report[1].name: x (expected a unique sink; tracing.report[0].name has it at"
            + " headwater.yaml:1:27) at headwater.yaml:1:58",
        "tracing: {report: [{name: store, zipkin: \"http://a\"}]} | tracing.report[0].name: store"
            + " (expected another name: this is the embedded store's) at headwater.yaml:1:27",
        "tracing: {responseHeader: Connection} | tracing.responseHeader: Connection (expected a"
            + " header that does not frame the message) at headwater.yaml:1:27",
        "tracing: {propagation: {inject: [b3]}} | tracing.propagation.inject[0]: b3 (expected"
            + " b3-multi, b3-single, tracecontext or l5d) at headwater.yaml:1:34",
      })
  void fault_isOneProblem(String yaml, String expected) {
    assertThat(problems(yaml)).containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "match: {path: {prefix: api}} | match.path.prefix: api (expected a path that begins with a"
            + " slash)",
        "match: {path: {prefix: /a//b}} | match.path.prefix: /a//b (expected its normal form /a/b)",
        "match: {path: {exact: /%2f}} | match.path.exact: /%2f (expected a path; encoded slash in"
            + " path)",
        "match: {path: {exact: /a, prefix: /b}} | match.path: exact and prefix (expected exactly"
            + " one of exact, prefix, regex)",
        "match: {path: {}} | match.path: none of exact, prefix, regex",
        "match: {path: {regex: (}} | match.path.regex: ( (expected a regular expression (RE2):"
            + " missing closing ))",
        "match: {path: {regex: \"((a{1000}){1000})\"}} | match.path.regex: ((a{1000}){1000})"
            + " (expected fewer repetitions)",
        "match: {hosts: [\"a.test:80\"]} | match.hosts[0]: a.test:80 (expected a host name without"
            + " port, *.example.com or *)",
        "match: {hosts: [\"a.*.test\"]} | match.hosts[0]: a.*.test (expected a host name without"
            + " port, *.example.com or *)",
        "match: {methods: [get]} | match.methods[0]: get (expected a method in upper case)",
        "match: {headers: [{name: \"a b\", present: true}]} | match.headers[0].name: a b (expected"
            + " a header name)",
        "match: {headers: [{name: a}]} | match.headers[0]: none of exact, present, regex",
        "match: {query: [{name: a, present: false}]} | match.query[0].present: false (expected"
            + " true)",
        "filters: [{requestHeaders: {set: {Host: x}}}] | filters[0].requestHeaders.set.Host: Host"
            + " (expected a header that neither frames the message nor carries a trace)",
        "filters: [{requestHeaders: {remove: [X-B3-TraceId]}}] |"
            + " filters[0].requestHeaders.remove[0]: X-B3-TraceId (expected a header that neither"
            + " frames the message nor carries a trace)",
        "filters: [{responseHeaders: {add: {content-length: 5}}}] |"
            + " filters[0].responseHeaders.add.content-length: content-length (expected a header"
            + " that does not frame the message)",
        "filters: [{requestHeaders: {set: {a: \"x\\r"
            + "\\n"
            + "y: z\"}}}] | filters[0].requestHeaders.set.a: x\\u000d\\u000ay: z (expected at most"
            + " 8192 visible ASCII characters, no space around them)",
        "filters: [{requestHeaders: {set: {authorization: \"s3cret\\n"
            + "\"}}}] | filters[0].requestHeaders.set.authorization: '***' (expected at most 8192"
            + " visible ASCII characters, no space around them)",
        "filters: [{requestHeaders: {set: {a: 1, A: 2}}}] | filters[0].requestHeaders.set.A:"
            + " written twice (expected once)",
        "filters: [{requestHeaders: {}}] | filters[0].requestHeaders: nothing to do (expected set,"
            + " add or remove)",
        "filters: [{}] | filters[0]: none of requestHeaders, responseHeaders, respond",
        "filters: [{redirect: {}}] | filters[0].redirect: not in this version",
        "filters: [{respond: {}}] | to: to and a respond filter (expected one of both)",
        "timeouts: {attempt: 20s} | timeouts.attempt: 20000ms (expected at most response, 15000ms)",
        "timeouts: {response: 20s, request: 10s} | timeouts.response: 20000ms (expected at most"
            + " request, 10000ms)",
        "retry: {attempts: 11} | retry.attempts: 11 (expected 0 to 10)",
        "retry: {on: [conect]} | retry.on[0]: conect (expected connect, reset, timeout, a status"
            + " from 400 to 599, or 5xx; did you mean \"connect\"?)",
        "retry: {on: [200]} | retry.on[0]: 200 (expected connect, reset, timeout, a status from 400"
            + " to 599, or 5xx)",
        "sampling: {} | sampling: none of rate, never, always",
        "sampling: {rate: 1, burst: 5} | sampling.burst: burst without perSecond (expected both or"
            + " perSecond alone)",
        "sampling: {rate: 1, perSecond: 0} | sampling.perSecond: 0 (expected 0.001 to 1000000)",
        "trace: {mode: trust} | trace.mode: trust (expected restart or continue-ids)",
      })
  void faultOfARoute_isOneProblem(String keys, String expected) {
    String yaml =
        "upstreams: [{name: u, endpoints: [\"http://x\"]}]\n"
            + "routes: [{name: r, to: [{upstream: u}], "
            + keys
            + "}]\n";
    assertThat(problems(yaml))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("routes[0]." + expected + " at headwater.yaml:2:");
  }

  @ParameterizedTest
  @CsvSource({
    "'upstreams: [{name: a, endpoints: [\"http://a\"], health: {}}]', upstreams[0].health",
  })
  void keyOfALaterVersion_isRefusedAsSuch(String yaml, String path) {
    assertThat(problems(yaml))
        .hasSize(1)
        .first()
        .asString()
        .startsWith(path + ": not in this version at headwater.yaml:1:");
  }

  @ParameterizedTest
  @CsvSource({"rewrite", "redirect", "cors", "limits", "auth", "mirror"})
  void filterOfALaterVersion_isRefusedAsSuch(String filter) {
    String yaml = "routes: [{name: r, filters: [{" + filter + ": {}}, {respond: {}}]}]";
    assertThat(problems(yaml))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("routes[0].filters[0]." + filter + ": not in this version at ");
  }

  @Test
  void names_twice_areNamedWithBothPlaces() {
    String yaml =
        """
        upstreams:
          - {name: u, endpoints: ["http://a"]}
          - {name: u, endpoints: ["http://b"]}
        """;
    assertThat(problems(yaml))
        .containsExactly(
            "upstreams[1].name: u (expected a unique upstream; upstreams[0].name has it at"
                + " headwater.yaml:2:12) at headwater.yaml:3:12");
  }

  @Test
  void reference_toNobody_asksForTheNearestName() {
    String yaml =
        """
        upstreams: [{name: voting, endpoints: ["http://a"]}]
        routes:
          - name: r
            to: [{upstream: votng}]
        """;
    assertThat(problems(yaml))
        .containsExactly(
            "routes[0].to[0].upstream: votng (expected the name of an upstream; did you mean"
                + " \"voting\"?) at headwater.yaml:4:21");
  }

  @Test
  void reference_toAnUpstreamThatIsFaultyItself_isNoSecondProblem() {
    String yaml =
        """
        upstreams: [{name: voting, endpoints: ["ftp://a"]}]
        routes: [{name: r, to: [{upstream: voting}]}]
        """;
    assertThat(problems(yaml)).hasSize(1);
  }

  @Test
  void route_withoutAnywhereToGo_isAProblem() {
    assertThat(problems("routes: [{name: r}]"))
        .containsExactly(
            "routes[0]: neither to nor a respond filter (expected one of both) at"
                + " headwater.yaml:1:10");
    assertThat(problems("routes: [{name: r, filters: [{responseHeaders: {remove: [a]}}]}]"))
        .hasSize(1);
    assertThat(problems("routes: [{name: r, filters: [{respond: {status: 99}}]}]")).hasSize(1);
    assertThat(problems("routes: [{name: r, filters: [{respond: {}}, {respond: {}}]}]")).hasSize(1);
    assertThat(problems("routes: [{name: r, filters: [{respond: {status: 204, body: x}}]}]"))
        .hasSize(1);
  }

  @Test
  void weights_allZero_areAProblem() {
    String yaml =
        "upstreams: [{name: u, endpoints: [\"http://x\"]}]\n"
            + "routes: [{name: r, to: [{upstream: u, weight: 0}]}]\n";
    assertThat(problems(yaml)).hasSize(1).first().asString().contains("only weights of 0");
  }

  @Test
  void everyFault_isReportedAtOnceInReadingOrder() {
    assertThat(problems(Fixtures.text("broken.yaml")))
        .extracting(text -> text.substring(0, text.indexOf(':')))
        .containsExactly(
            "listeners[0].address",
            "listeners[0].adress",
            "listeners[1].name",
            "listeners[1].limits.head",
            "upstreams[0].endpoints[1]",
            "upstreams[0].helth",
            "routes[0].match.path.prefix",
            "routes[0].to[0].upstream",
            "routes[0].timeouts.response",
            "routes[0].retry.on[1]",
            "tracing.sampling.rate",
            "tracing.report[0].encoding",
            "log.level",
            "admin.address");
  }
}
