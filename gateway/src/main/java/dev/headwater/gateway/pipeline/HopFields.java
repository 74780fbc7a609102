package dev.headwater.gateway.pipeline;

/** Takes out of a message what belongs to one connection only (RFC 9110 7.6.1), and its framing. */
public final class HopFields {
  private HopFields() {}

  /**
   * Removes hop-by-hop fields, those that a Connection field names, and framing, which is written
   * anew. A field that decides about framing, routing, trust or tracing cannot be named away.
   */
  public static void strip(Fields fields) {
    if (fields.has(FieldName.CONNECTION)) {
      for (int at = fields.find(FieldName.CONNECTION, 0);
          at >= 0;
          at = fields.find(FieldName.CONNECTION, at + 1)) {
        if (!fields.valueIs(at, "keep-alive") && !fields.valueIs(at, "close")) {
          ListField.each(fields.value(at), name -> removeNominated(fields, name));
        }
      }
    }
    for (int i = 0; i < fields.count(); i++) {
      int id = fields.id(i);
      if (FieldName.ofOneHop(id) || id == FieldName.CONTENT_LENGTH || id == FieldName.DROPPED) {
        fields.removeAt(i);
      }
    }
  }

  private static void removeNominated(Fields fields, String name) {
    for (int i = 0; i < fields.count(); i++) {
      if (fields.live(i)
          && !FieldName.protectedFromNomination(fields.id(i))
          && fields.nameIs(i, name)) {
        fields.removeAt(i);
      }
    }
  }
}
