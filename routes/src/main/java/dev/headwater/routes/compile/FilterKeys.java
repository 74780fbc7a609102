package dev.headwater.routes.compile;

import dev.headwater.routes.DirectResponse;
import dev.headwater.routes.HeaderFilter;
import dev.headwater.routes.HeaderFilter.Direction;
import dev.headwater.routes.schema.Key;
import dev.headwater.routes.schema.Leaf;
import dev.headwater.routes.schema.ListShape;
import dev.headwater.routes.schema.ObjectShape;
import dev.headwater.routes.schema.Scalars;
import dev.headwater.routes.schema.Section;
import dev.headwater.routes.schema.TextMapShape;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code routes[].filters[]}: what is done to a message on its way. */
final class FilterKeys {
  private static final Key<Integer> STATUS =
      Key.defaulted("status", Scalars.integer(200, 599), "200", "Status of the answer");
  private static final Key<Map<String, String>> HEADERS =
      Key.defaulted(
          "headers",
          TextMapShape.of(Tokens.responseHeader(), Tokens.headerValue(), HeaderFilter::isSecret),
          "{}",
          "Fields of the answer; Content-Length is computed");
  private static final Key<String> BODY =
      Key.defaulted("body", Scalars.anyText(65_536), "\"\"", "Text of the answer, sent as UTF-8");
  private static final ObjectShape<DirectResponse> RESPOND_SHAPE =
      ObjectShape.of(FilterKeys::directResponse, STATUS, HEADERS, BODY);

  private static final Key<HeaderFilter> REQUEST_HEADERS =
      Key.optional(
          "requestHeaders",
          edit(Direction.REQUEST, Tokens.requestHeader()),
          "Edits header fields towards the upstream: removes, then sets, then adds");
  private static final Key<HeaderFilter> RESPONSE_HEADERS =
      Key.optional(
          "responseHeaders",
          edit(Direction.RESPONSE, Tokens.responseHeader()),
          "Edits header fields towards the client: removes, then sets, then adds");
  private static final Key<DirectResponse> RESPOND =
      Key.optional("respond", RESPOND_SHAPE, "Answers here instead of forwarding; once per route");

  static final ObjectShape<Item> FILTER =
      ObjectShape.of(
              FilterKeys::item,
              REQUEST_HEADERS,
              RESPONSE_HEADERS,
              RESPOND,
              Key.later("rewrite", "Changes path or host"),
              Key.later("redirect", "Answers with another place"),
              Key.later("cors", "Cross-origin rules"),
              Key.later("limits", "Rate and concurrency"),
              Key.later("auth", "Asks who is calling"),
              Key.later("mirror", "Sends a copy elsewhere"))
          .withExactlyOneOf(REQUEST_HEADERS, RESPONSE_HEADERS, RESPOND);

  private FilterKeys() {}

  /** One element of the list: one of both is there. */
  record Item(@Nullable HeaderFilter edit, @Nullable DirectResponse respond) {}

  private static @Nullable Item item(Section section) {
    HeaderFilter towardsUpstream = section.find(REQUEST_HEADERS);
    HeaderFilter towardsClient = section.find(RESPONSE_HEADERS);
    HeaderFilter edit = towardsUpstream == null ? towardsClient : towardsUpstream;
    DirectResponse respond = section.find(RESPOND);
    return edit == null && respond == null ? null : new Item(edit, respond);
  }

  private static ObjectShape<HeaderFilter> edit(Direction direction, Leaf<String> name) {
    TextMapShape fields = TextMapShape.of(name, Tokens.headerValue(), HeaderFilter::isSecret);
    Key<Map<String, String>> set =
        Key.defaulted("set", fields, "{}", "Replaces all fields of that name by one");
    Key<Map<String, String>> add = Key.defaulted("add", fields, "{}", "Appends a field");
    Key<List<String>> remove =
        Key.defaulted("remove", ListShape.of(name), "[]", "Drops all fields of that name");
    return ObjectShape.of(
        section -> {
          if (!section.isGiven(set) && !section.isGiven(add) && !section.isGiven(remove)) {
            section.refuse("nothing to do", "expected set, add or remove");
          }
          return new HeaderFilter(
              direction, section.get(set), section.get(add), section.get(remove));
        },
        set,
        add,
        remove);
  }

  private static DirectResponse directResponse(Section section) {
    int status = section.get(STATUS);
    boolean bodiless = status == 204 || status == 205 || status == 304;
    if (bodiless && !section.get(BODY).isEmpty()) {
      section.refuse(BODY, section.get(BODY), "expected none with status " + status);
    }
    return new DirectResponse(status, section.get(HEADERS), section.get(BODY));
  }
}
