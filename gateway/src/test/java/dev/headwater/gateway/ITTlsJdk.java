package dev.headwater.gateway;

/** {@link TlsContract} with the JDK's own TLS. */
class ITTlsJdk extends TlsContract {
  @Override
  String provider() {
    return "jdk";
  }
}
