package dev.headwater.gateway.cli;

import dev.headwater.routes.document.Problem;
import dev.headwater.routes.nginx.KeyFinding;
import dev.headwater.routes.nginx.Migration;
import dev.headwater.routes.nginx.Migration.Row;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Findings as a table for a terminal: a line per key, the message at its end, sums below. */
final class FindingTable {
  private static final List<String> HEADS = List.of("OBJECT", "KEY", "VALUE", "VERDICT", "MESSAGE");
  private static final int WIDEST = 60;
  private static final int WIDEST_VALUE = 32;
  private static final String GAP = "  ";

  private FindingTable() {}

  static void print(Migration migration, PrintWriter out) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEADS);
    migration.rows().forEach(row -> lines.add(cells(row)));
    int[] widths = new int[HEADS.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length - 1; i++) {
        widths[i] = Math.min(WIDEST, Math.max(widths[i], line.get(i).length()));
      }
    }
    lines.forEach(line -> out.println(line(line, widths)));
    out.println();
    out.println(
        migration.sums().entrySet().stream()
            .map(sum -> sum.getValue() + " " + sum.getKey().label())
            .collect(Collectors.joining(", ")));
  }

  private static List<String> cells(Row row) {
    KeyFinding finding = row.finding();
    return List.of(
        Problem.shown(row.object()),
        Problem.shown(finding.key()),
        value(row),
        finding.verdict().label(),
        finding.message());
  }

  private static String value(Row row) {
    String value = Problem.shown(row.finding().value());
    String cut = value.length() > WIDEST_VALUE ? value.substring(0, WIDEST_VALUE) + "..." : value;
    if (row.isWritten()) {
      return cut;
    }
    return row.finding().value().isEmpty() ? "(absent)" : "(absent: " + cut + ")";
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cells.get(i);
      line.append(cell);
      if (i < widths.length - 1) {
        line.append(" ".repeat(Math.max(0, widths[i] - cell.length()))).append(GAP);
      }
    }
    return line.toString().stripTrailing();
  }
}
