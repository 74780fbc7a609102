package dev.headwater.gateway.accesslog;

/** Writes entries as lines. Confined to the writing thread. */
interface EntryWriter {
  /** Appends a line with its end. */
  void write(StringBuilder out, AccessEntry entry);
}
