/**
 * Who is asking: IP addresses and sets of networks, as values. No name is looked up and no socket
 * is touched here. Start with {@link dev.headwater.sampling.network.NetworkSet}.
 */
@NullMarked
package dev.headwater.sampling.network;

import org.jspecify.annotations.NullMarked;
