package dev.headwater.gateway.cli;

/** How a command prints what it found. Lower case, as it is typed. */
enum OutputFormat {
  text,
  json
}
