package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.gateway.fault.StrictAnswer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Paths, hosts and methods that two programs could read in two ways: rows D1 to D5 and D13 of the
 * fault matrix.
 */
abstract class PathAbuseContract extends RoutedContract {

  /** A target and what it comes to: the form that is matched and sent on. */
  private record Spelling(String target, String normal) {}

  private void isForwardedAs(Spelling spelling) throws Exception {
    assertThat(status("GET", spelling.target(), HOST)).as("status").isEqualTo(200);
    boolean atAdmin = spelling.normal().matches("/admin([/?].*)?");
    assertThat(target(reached(atAdmin))).isEqualTo(spelling.normal());
  }

  private void isRefused(String target) throws Exception {
    refused(400, status("GET", target, HOST));
  }

  /** No row: whoever fails this fails the others for nothing. */
  @Test
  void ordinaryRequests_areRouted() throws Exception {
    begin(false);
    each(
        List.of("/", "/a/b?c=d", "/admin", "/admin/x?y=../z", "/administrator", "/a/admin"),
        target -> isForwardedAs(new Spelling(target, target)));
    assertThat(status("GET", "/x", "admin.example")).isEqualTo(200);
    assertThat(reached(true).only("Host")).isEqualTo("admin.example");
  }

  @Test
  @FaultRow("D1")
  void spellings_haveOneForm_matchedAndForwarded() throws Exception {
    begin(false);
    each(
        List.of(
            new Spelling("/a/../b", "/b"),
            new Spelling("/a/./b", "/a/b"),
            new Spelling("/a/.", "/a/"),
            new Spelling("//", "/"),
            new Spelling("//a///b//", "/a/b/"),
            new Spelling("/./admin", "/admin"),
            new Spelling("//admin", "/admin"),
            new Spelling("/open/../admin", "/admin"),
            new Spelling("/open/..//./admin/./x?y", "/admin/x?y"),
            new Spelling("/admin/..", "/"),
            new Spelling("/admin/../open?x=/../admin", "/open?x=/../admin"),
            new Spelling("/admin/a/../..", "/"),
            new Spelling("/%61dmin", "/admin"),
            new Spelling("/a%64min", "/a%64min".replace("%64", "d")),
            new Spelling("/%7Euser/%e4", "/~user/%E4")),
        this::isForwardedAs);
    each(
        List.of(
            "/..",
            "/../admin",
            "/a/../../admin",
            "/%2e%2e",
            "/a/%2e%2e/admin",
            "/a/%2E./admin",
            "/a/.%2e/admin",
            "/a/%2E%2E/admin",
            "/%2e/admin",
            "/a/%2e"),
        this::isRefused);
  }

  @Test
  @FaultRow("D2")
  void encodedStructure_isRefused_andNothingIsRoutedAsAnotherPath() throws Exception {
    begin(false);
    List<String> variants = new ArrayList<>();
    for (String structure :
        List.of(
            "%2f",
            "%2F",
            "%5c",
            "%5C",
            "%00",
            "%252f",
            "%252F",
            "%255c",
            "%2500",
            "%252e",
            "%25252f",
            "%2525255c",
            "%25%32%66",
            "%25%32f",
            "%252%66",
            "%2561",
            "%c0%af",
            "%C0%AE",
            "%c1%9c",
            "%g",
            "%2g",
            "%zz",
            "%2%66",
            "%%32f",
            "%u002f")) {
      variants.add("/a" + structure);
      variants.add("/open/.." + structure + "admin");
      variants.add("/open" + structure + ".." + structure + "admin");
      variants.add("/admin" + structure + "..");
      variants.add("/" + structure + "admin?x=y");
    }
    variants.addAll(
        List.of("/a%", "/a%2", "/a\\b", "/open\\..\\admin", "/open/..\\admin", "/\\admin"));
    each(variants, this::isRefused);
    agreesWithEveryReading();
  }

  /**
   * Whatever is forwarded means for a server that decodes up to three times and takes a backslash
   * for a slash what its rule says.
   */
  private void agreesWithEveryReading() throws Exception {
    String[] parts = {
      "/",
      "/",
      "/",
      "admin",
      "admin",
      "open",
      "..",
      "..",
      ".",
      "%2e",
      "%2f",
      "%5c",
      "\\",
      "%25",
      "%61dmin",
      "25",
      "2f",
      "2e",
      "5c",
      "61",
      "%32",
      "%66",
      "?",
      "%2561dmin",
      "%C0%AF",
      "%00"
    };
    SplittableRandom random = new SplittableRandom(20261128);
    int forwarded = 0;
    for (int i = 0; i < 1_000; i++) {
      StringBuilder target = new StringBuilder("/");
      for (int n = 1 + random.nextInt(7); n > 0; n--) {
        target.append(parts[random.nextInt(parts.length)]);
      }
      if (status("GET", target.toString(), HOST) != 200) {
        continue;
      }
      forwarded++;
      boolean atAdmin = waitingAtAdmin();
      String path = target(reached(atAdmin)).split("\\?", 2)[0];
      String reading = path;
      for (int pass = 0; pass <= 3; pass++) {
        assertThat(underAdmin(reading))
            .as("%s as %s, decoded %d times: %s is under /admin", target, path, pass, reading)
            .isEqualTo(atAdmin);
        reading = decoded(reading);
      }
    }
    assertThat(forwarded).as("requests that were forwarded at all").isGreaterThan(100);
  }

  private static String decoded(String path) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      String digits = path.substring(i + 1, Math.min(i + 3, path.length()));
      if (path.charAt(i) == '%' && digits.matches("[0-9a-fA-F]{2}")) {
        out.append((char) Integer.parseInt(digits, 16));
        i += 2;
      } else {
        out.append(path.charAt(i));
      }
    }
    return out.toString();
  }

  private static boolean underAdmin(String path) {
    Deque<String> elements = new ArrayDeque<>();
    for (String element : path.replace('\\', '/').split("/")) {
      if (element.equals("..")) {
        elements.pollLast();
      } else if (!element.isEmpty() && !element.equals(".")) {
        elements.add(element);
      }
    }
    return "admin".equals(elements.peekFirst());
  }

  @Test
  @FaultRow("D3")
  void parameters_areLiteral_andHideNothing() throws Exception {
    begin(false);
    each(
        List.of(
            "/public;x=/admin",
            "/public;x=/admin/y",
            "/public;/admin",
            "/;/admin",
            "/admin;x=1",
            "/admin;",
            "/a;b=c/d;e",
            "/a;b,c=d;e"),
        target -> {
          assertThat(status("GET", target, HOST)).as("status").isEqualTo(200);
          assertThat(target(reached(false))).isEqualTo(target);
        });
    each(
        List.of(
            "/public;/../admin",
            "/public;x=1/../admin",
            "/public;/x/../../admin",
            "/public/..;/admin",
            "/public/..;x=1/admin",
            "/public/.;/../admin",
            "/..;/admin",
            "/admin/..;x/open",
            "/admin;/..",
            "/public/..%3b/admin",
            "/public/%2e%2e;/admin"),
        this::isRefused);
  }

  @Test
  @FaultRow("D4")
  void absoluteForm_winsOverHost_authorityFormIsForConnectOnly() throws Exception {
    begin(false);
    if (http2()) {
      // There is no absolute form: a path begins with a slash.
      each(
          List.of("http://admin.example/x", "https://open.example/", "admin.example:80", "a"),
          this::isRefused);
    } else {
      absoluteForms();
    }
    refused(405, status("CONNECT", "admin.example:443", HOST));
    refused(405, status("CONNECT", "127.0.0.1:22", "admin.example"));
  }

  private void absoluteForms() throws Exception {
    each(
        List.of("http://admin.example/x", "HTTP://ADMIN.example:80/x", "https://admin.example./x"),
        target -> {
          assertThat(status("GET", target, HOST)).as("status").isEqualTo(200);
          SeenHead head = reached(true);
          assertThat(target(head)).isEqualTo("/x");
          assertThat(head.only("Host")).isEqualTo(target.split("/")[2]);
          assertThat(head.only("X-Forwarded-Host")).isEqualTo(target.split("/")[2]);
        });
    assertThat(status("GET", "http://open.example/../x?y", "admin.example")).isEqualTo(400);
    assertThat(status("GET", "http://open.example/a/../x?y", "admin.example")).isEqualTo(200);
    SeenHead head = reached(false);
    assertThat(target(head)).isEqualTo("/x?y");
    assertThat(head.only("Host")).isEqualTo("open.example");
    assertThat(status("OPTIONS", "http://admin.example", HOST)).isEqualTo(200);
    assertThat(target(reached(true))).as("RFC 9112 3.2.4").isEqualTo("*");
    each(
        List.of(
            "admin.example:80",
            "admin.example",
            "http://",
            "http:///x",
            "http://u@admin.example/",
            "http://u:p@admin.example/",
            "http://admin.example:x/",
            "http://admin.example:99999/",
            "http://admin.example#/",
            "ftp://admin.example/",
            "http:/admin",
            "//admin.example/../..",
            "*"),
        this::isRefused);
    // Host is wrong even where it is not needed (RFC 9112 3.2).
    refused(400, sent("GET http://admin.example/ HTTP/1.1\r\nHost: a b\r\n\r\n").status());
    refused(400, sent("GET http://admin.example/ HTTP/1.1\r\n\r\n").status());
  }

  @Test
  @FaultRow("D5")
  void host_isOneForm_orRefused() throws Exception {
    begin(false);
    each(
        List.of(
            "admin.example",
            "ADMIN.example",
            "Admin.Example",
            "admin.example.",
            "admin.example:80",
            "admin.example:8080",
            "ADMIN.EXAMPLE.:1"),
        host -> {
          assertThat(status("GET", "/x", host)).as("status").isEqualTo(200);
          assertThat(reached(true).only("Host")).isEqualTo(host);
        });
    each(
        List.of(
            "admin.example:x",
            "admin.example:99999",
            "admin.example:-1",
            "admin.example:80:80",
            "admin..example",
            ".admin.example",
            "admin.example..",
            "admin.example/",
            "admin.example/x",
            "admin.example?x",
            "admin.example#x",
            "admin.example\\x",
            "open.example@admin.example",
            "admin.example,open.example",
            "admin.example%00",
            "admin%2eexample",
            "[::1",
            "::1",
            "[::1]x",
            "[admin.example]",
            "a".repeat(64) + ".example",
            ("a".repeat(50) + ".").repeat(6)),
        host -> refused(400, status("GET", "/x", host)));
    if (!http2()) {
      each(
          List.of(
              "X: y",
              "Host: admin.example\r\nHost: admin.example",
              "Host: admin.example\r\nhost: open.example",
              "Host: open.example\r\nX: y\r\nHOST: admin.example",
              "Host: admin.example open.example",
              "Host: admin.\u00e4xample",
              "Host: admin\u0000.example",
              "Host : admin.example",
              " Host: admin.example"),
          fields -> refused(400, sent("GET /x HTTP/1.1\r\n" + fields + "\r\n\r\n").status()));
    }
  }

  @Test
  @FaultRow("D13")
  void traceAndLastHop_areAnsweredHere() throws Exception {
    begin(false);
    String secret = "Cookie: secret";
    refused(405, status("TRACE", "/a", HOST, secret));
    refused(405, status("TRACE", "/a", HOST, secret, "Max-Forwards: 5"));
    refused(405, status("TRACE", "/a", HOST, "Max-Forwards: 0"));
    refused(405, status("OPTIONS", "/a", HOST, "Max-Forwards: 0"));
    refused(405, status("OPTIONS", "*", HOST, "Max-Forwards: 00"));
    refused(400, status("OPTIONS", "/a", HOST, "Max-Forwards: -1"));
    refused(400, status("OPTIONS", "/a", HOST, "Max-Forwards: x"));
    refused(400, status("OPTIONS", "/a", HOST, "Max-Forwards: 5", "Max-Forwards: 0"));
    assertThat(status("OPTIONS", "/a", HOST, "Max-Forwards: 10")).isEqualTo(200);
    assertThat(reached(false).only("Max-Forwards")).isEqualTo("9");
    // Other methods do not know it (RFC 9110 7.6.2).
    assertThat(status("GET", "/a", HOST, "Max-Forwards: 0")).isEqualTo(200);
    assertThat(reached(false).only("Max-Forwards")).isEqualTo("0");
    if (!http2()) {
      StrictAnswer answer = sent("TRACE / HTTP/1.1\r\nHost: a\r\n" + secret + "\r\n\r\n");
      assertThat(answer.all("Allow")).hasSize(1);
      assertThat(new String(answer.body(), StandardCharsets.ISO_8859_1)).doesNotContain("secret");
    }
  }
}
