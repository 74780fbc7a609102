package dev.headwater.gateway.demo;

import java.util.List;

/**
 * Something to vote for.
 *
 * @param code its name in URLs
 * @param glyph the character itself
 */
record Emoji(String code, String glyph) {
  static final List<Emoji> ALL =
      List.of(
          new Emoji("doughnut", "\uD83C\uDF69"),
          new Emoji("pizza", "\uD83C\uDF55"),
          new Emoji("taco", "\uD83C\uDF2E"),
          new Emoji("sushi", "\uD83C\uDF63"),
          new Emoji("avocado", "\uD83E\uDD51"),
          new Emoji("rainbow", "\uD83C\uDF08"),
          new Emoji("rocket", "\uD83D\uDE80"),
          new Emoji("unicorn", "\uD83E\uDD84"),
          new Emoji("octopus", "\uD83D\uDC19"),
          new Emoji("mountain", "\uD83C\uDFD4"),
          new Emoji("wave", "\uD83C\uDF0A"),
          new Emoji("seedling", "\uD83C\uDF31"));
}
