package dev.headwater.gateway.spool;

/**
 * Where spans lie in a spool, by which they are acknowledged.
 *
 * @param segment its number
 * @param start offset of their first byte
 * @param end offset behind their last byte
 * @param spans how many
 */
public record Stored(long segment, long start, long end, int spans) {}
