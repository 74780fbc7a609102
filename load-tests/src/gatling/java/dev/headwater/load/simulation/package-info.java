/**
 * Gatling simulations: traffic at a fixed rate against the real gateway, with assertions that fail
 * the build. Comparisons with peers do not belong here, because a load generator on a JVM beside
 * the gateway disturbs what it measures. Start with {@link
 * dev.headwater.load.simulation.RoutedTrafficSimulation}.
 */
@NullMarked
package dev.headwater.load.simulation;

import org.jspecify.annotations.NullMarked;
