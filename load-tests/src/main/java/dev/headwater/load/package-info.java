/**
 * What load is driven through and against: the gateway as a process of its own, an upstream whose
 * answers the request scripts, and the Zipkin server as its project releases it. Nothing here
 * measures or judges; that is for simulations, benchmarks and the paired run. Start with {@link
 * dev.headwater.load.ScriptedUpstream}.
 */
@NullMarked
package dev.headwater.load;

import org.jspecify.annotations.NullMarked;
