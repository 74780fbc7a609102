package dev.headwater.gateway.listen;

import dev.headwater.gateway.pipeline.ExchangeExits;
import dev.headwater.gateway.pipeline.Loop;
import dev.headwater.gateway.pipeline.Passthrough;
import dev.headwater.gateway.pipeline.Stage;
import dev.headwater.gateway.snapshot.SnapshotRef;
import dev.headwater.gateway.wire.HeadBuffer;
import dev.headwater.gateway.wire.Ticks;

/**
 * What all client connections of one loop share.
 *
 * @param path first stage of the request path
 * @param exits the ways out of it
 * @param passthrough takes connections that are not decrypted here
 * @param scratch where heads are serialised
 */
public record ConnectionShared(
    Loop loop,
    SnapshotRef snapshots,
    Stage path,
    ExchangeExits exits,
    Ticks ticks,
    Passthrough passthrough,
    HeadBuffer scratch) {}
