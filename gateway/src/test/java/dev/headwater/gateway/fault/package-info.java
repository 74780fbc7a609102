/**
 * The raw fault kit: peers that say exactly the bytes a test gives them, and strict readers of
 * their own that share no code with the gateway's. Nothing of the gateway is used here, so that a
 * fault of its readers cannot hide itself; the client and the origin of HTTP/1 are {@link
 * dev.headwater.gateway.RawClient} and {@link dev.headwater.gateway.RawUpstream}, certificates are
 * {@link dev.headwater.gateway.TestCertificates}. Start with {@link
 * dev.headwater.gateway.fault.StrictRequest} for HTTP/1 and {@link
 * dev.headwater.gateway.fault.Http2Client} or {@link dev.headwater.gateway.fault.Http2Origin} for
 * HTTP/2.
 */
@NullMarked
package dev.headwater.gateway.fault;

import org.jspecify.annotations.NullMarked;
