/**
 * JMH benchmarks of what every request pays: each compares ways of one step, in nanoseconds and
 * bytes allocated. No sockets and no threads of our own; whole requests are measured by the paired
 * run. Start with {@link dev.headwater.load.benchmark.SamplerBenchmark}.
 */
@NullMarked
package dev.headwater.load.benchmark;

import org.jspecify.annotations.NullMarked;
