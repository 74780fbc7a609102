package dev.headwater.gateway.cli;

/** Starts gateways for commands; handed in by the entry point. */
public interface GatewayStarter {}
