package dev.headwater.sampling.propagation;

import brave.propagation.Propagation.Getter;
import brave.propagation.Propagation.Setter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Headers of one request: names in any case, a repeated field joined by commas. */
final class Headers {
  static final Getter<Headers, String> GETTER = Headers::get;
  static final Setter<Headers, String> SETTER = Headers::put;

  private final Map<String, String> values = new LinkedHashMap<>();

  static Headers of(String... namesAndValues) {
    Headers headers = new Headers();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  Headers add(String name, String value) {
    values.merge(name.toLowerCase(Locale.ROOT), value, (first, second) -> first + "," + second);
    return this;
  }

  String get(String name) {
    return values.get(name.toLowerCase(Locale.ROOT));
  }

  void put(String name, String value) {
    values.put(name, value);
  }

  /** As written, names in their spelling when only {@link #put} was used. */
  Map<String, String> asMap() {
    return values;
  }
}
