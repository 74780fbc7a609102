package dev.headwater.gateway.cli;

/** t. */
public interface GatewayStarter {}
