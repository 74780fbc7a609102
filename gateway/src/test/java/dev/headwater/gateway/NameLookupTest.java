package dev.headwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameLookupTest {
  @TempDir Path folder;

  private List<String> search(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("resolv.conf"), content);
    return NameLookup.of(file).getSearchDomains();
  }

  @Test
  void searchListOfAPod_isTaken() throws IOException {
    assertThat(
            search(
                "search headwater.svc.cluster.local svc.cluster.local\tcluster.local \n"
                    + "nameserver 10.96.0.10\n"
                    + "options ndots:5\n"))
        .containsExactly("headwater.svc.cluster.local", "svc.cluster.local", "cluster.local");
  }

  @Test
  void lastListCounts_whicheverItsKeyword() throws IOException {
    assertThat(search("search a.test b.test\ndomain c.test\n")).containsExactly("c.test");
  }

  @Test
  void commentsAndTheRoot_areNoDomains() throws IOException {
    assertThat(search("#search a.test\n;search b.test\n search c.test\nsearch . d.test\n"))
        .containsExactly("d.test");
  }

  @Test
  void withoutAList_theLibraryFindsItsOwn() throws IOException {
    assertThat(search("nameserver 192.0.2.1\n")).isNull();
    assertThat(search("search .\n")).isNull();
    assertThat(NameLookup.of(folder.resolve("absent")).getSearchDomains()).isNull();
  }
}
