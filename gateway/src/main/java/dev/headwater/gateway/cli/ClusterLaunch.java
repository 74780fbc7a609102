package dev.headwater.gateway.cli;

import dev.headwater.gateway.cluster.ClusterOptions;
import dev.headwater.routes.Configuration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What an ingress controller is started from.
 *
 * @param version of the program
 * @param options how it takes part in the cluster
 * @param stopAsked whether waiting for the cluster is to be given up
 * @param onChange told of each configuration that takes effect, on the thread that compiled it
 */
public record ClusterLaunch(
    String version,
    ClusterOptions options,
    BooleanSupplier stopAsked,
    Consumer<Configuration> onChange) {}
