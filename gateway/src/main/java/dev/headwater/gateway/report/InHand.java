package dev.headwater.gateway.report;

import dev.headwater.gateway.spool.Stored;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The oldest spans of a backlog while they are being sent, in one message or in the pieces that the
 * collector takes. The sending thread has the pieces to itself; where they come from is confined to
 * the backlog's lock.
 */
final class InHand {
  private final @Nullable Message message;
  private final ArrayDeque<List<byte[]>> pieces;
  private @Nullable Stored place;

  private InHand(@Nullable Message message, List<List<byte[]>> pieces, @Nullable Stored place) {
    this.message = message;
    this.pieces = new ArrayDeque<>(pieces);
    this.place = place;
  }

  static InHand fromMemory(Message message, int maxBytes) {
    return new InHand(message, Message.cut(message.spans(), maxBytes), null);
  }

  static InHand fromDisk(List<byte[]> spans, Stored place, int maxBytes) {
    return new InHand(null, Message.cut(spans, maxBytes), place);
  }

  /** What to send next; null when all of it is settled. */
  @Nullable List<byte[]> next() {
    return pieces.peekFirst();
  }

  /** The piece sent last has its outcome. */
  void settled() {
    pieces.removeFirst();
  }

  /** The piece sent last was too large. */
  void halve() {
    List<byte[]> piece = pieces.removeFirst();
    int half = piece.size() / 2;
    pieces.addFirst(piece.subList(half, piece.size()));
    pieces.addFirst(piece.subList(0, half));
  }

  /** Spans without an outcome. */
  int spans() {
    return pieces.stream().mapToInt(List::size).sum();
  }

  /** When the oldest was taken from the hand-over, of spans that never were on disk. */
  @Nullable Message message() {
    return message;
  }

  /** Where they are on disk, or null. */
  @Nullable Stored place() {
    return place;
  }

  void writtenTo(Stored where) {
    place = where;
  }
}
