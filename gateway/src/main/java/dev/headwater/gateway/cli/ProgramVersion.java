package dev.headwater.gateway.cli;

import io.vertx.core.json.JsonObject;

/**
 * Which build this is, on what.
 *
 * @param version of the jar, or {@code development} when run from classes
 * @param java runtime version and vendor
 * @param platform operating system and processor
 */
record ProgramVersion(String version, String java, String platform) {
  static ProgramVersion current() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return new ProgramVersion(
        version == null ? "development" : version,
        System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
        System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("name", "headwater")
        .put("version", version)
        .put("java", java)
        .put("platform", platform);
  }

  @Override
  public String toString() {
    return "headwater " + version + ", Java " + java + ", " + platform;
  }
}
