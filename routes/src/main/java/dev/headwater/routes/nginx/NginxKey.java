package dev.headwater.routes.nginx;

/**
 * One key that ingress-nginx knows.
 *
 * @param name of a ConfigMap's entry, or of an annotation without its prefix
 * @param usual what holds there where it is absent; empty for nothing
 * @param here the value that says what is done here in any case; empty for none
 * @param verdict what becomes of any other value that is in range
 * @param meaning the difference or the reason; empty for {@link Verdict#APPLIED}, where there is
 *     none
 */
public record NginxKey(String name, String usual, String here, Verdict verdict, String meaning) {
  /** A key that is read. */
  static NginxKey applied(String name, String usual) {
    return new NginxKey(name, usual, "", Verdict.APPLIED, "");
  }

  /** A key that is read, and means something else in part. */
  static NginxKey different(String name, String usual, String meaning) {
    return new NginxKey(name, usual, "", Verdict.DIFFERENT, meaning);
  }

  /** A key that is read, and means something else in part, except for what is done anyway. */
  static NginxKey different(String name, String usual, String here, String meaning) {
    return new NginxKey(name, usual, here, Verdict.DIFFERENT, meaning);
  }

  /** A key that needs no effect. */
  static NginxKey inert(String name, String usual, String meaning) {
    return new NginxKey(name, usual, "", Verdict.INERT, meaning);
  }

  /** A key that is not taken, except for the value that says what is done here anyway. */
  static NginxKey refused(String name, String usual, String here, String meaning) {
    return new NginxKey(name, usual, here, Verdict.REFUSED, meaning);
  }

  /** A key that has no effect yet, and whose default is what is done here. */
  static NginxKey later(String name, String usual) {
    return new NginxKey(name, usual, usual, Verdict.NOT_YET, "");
  }

  /** A key that has no effect yet. */
  static NginxKey later(String name, String usual, String here, String meaning) {
    return new NginxKey(name, usual, here, Verdict.NOT_YET, meaning);
  }
}
