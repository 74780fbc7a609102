/**
 * The commands a user types, their help, exit codes and signals, and where the program's own log
 * goes. A command reads its flags, asks other packages to do the work, and prints; no decision
 * about requests is made here, and the composition root is handed in rather than imported. Start
 * with {@link dev.headwater.gateway.cli.Commands}.
 */
@NullMarked
package dev.headwater.gateway.cli;

import org.jspecify.annotations.NullMarked;
