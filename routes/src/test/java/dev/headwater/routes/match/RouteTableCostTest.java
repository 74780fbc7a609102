package dev.headwater.routes.match;

import static dev.headwater.routes.match.RouteFixture.exact;
import static dev.headwater.routes.match.RouteFixture.prefix;
import static dev.headwater.routes.match.RouteFixture.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.headwater.routes.Route;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a search may cost: nothing on the heap, however many routes there are. */
class RouteTableCostTest {
  private static final int SEARCHES = 20_000;

  @Test
  void find_byHostWildcardPathAndMethod_allocatesNothing() {
    List<Route> routes = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      routes.add(route("host" + i, prefix("/a"), "h" + i + ".test"));
      routes.add(route("wild" + i, exact("/b"), "*.w" + i + ".test"));
      routes.add(route("path" + i, prefix("/p" + i)));
    }
    RouteTable table = RouteTable.of(routes);
    ScriptedRequest[] requests = {
      ScriptedRequest.get("h500.test", "/a/b/c"),
      ScriptedRequest.get("x.y.w500.test", "/b"),
      ScriptedRequest.get("unknown.test", "/p500/long/path/below"),
      ScriptedRequest.get("h500.test", "/none"),
    };
    long found = search(table, requests);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    found += search(table, requests);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(found).isEqualTo(2L * SEARCHES * 3);
    // The measurement itself may allocate a little, a search must not.
    assertThat(allocated).isLessThan(SEARCHES);
  }

  @Test
  void isNormal_allocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertThat(NormalPath.isNormal("/a/b.c/%20;x=1", EncodedSlash.REJECT)).isTrue();
    long before = threads.getCurrentThreadAllocatedBytes();
    int normal = 0;
    for (int i = 0; i < SEARCHES; i++) {
      normal += NormalPath.isNormal("/a/b.c/%20;x=1", EncodedSlash.REJECT) ? 1 : 0;
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(SEARCHES);
    assertThat(normal).isEqualTo(SEARCHES);
  }

  private static long search(RouteTable table, ScriptedRequest[] requests) {
    long found = 0;
    for (int i = 0; i < SEARCHES; i++) {
      for (ScriptedRequest request : requests) {
        found += table.find(request) == null ? 0 : 1;
      }
    }
    return found;
  }
}
