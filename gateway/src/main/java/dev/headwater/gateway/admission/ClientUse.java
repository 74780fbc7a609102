package dev.headwater.gateway.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.headwater.routes.ClientLimits;
import dev.headwater.routes.ClientLimits.Rate;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What clients take of limits, over all loops and configurations. Safe for use from any thread.
 *
 * <p>A rate is kept as the moment at which a client would be even again (generic cell rate
 * algorithm, ITU-T I.371): one number, whatever it did. At most {@value #MOST_CLIENTS} of them are
 * kept, those of clients that come often before those of others; one that was let go starts anew.
 */
public final class ClientUse {
  /** Moments that are kept. */
  static final int MOST_CLIENTS = 100_000;

  private final Cache<Client, AtomicLong> even =
      Caffeine.newBuilder().maximumSize(MOST_CLIENTS).executor(Runnable::run).build();
  private final ConcurrentHashMap<Client, Integer> inFlight = new ConcurrentHashMap<>();

  /**
   * A client under a part of a limit.
   *
   * @param part the rate's number; that of requests in progress is -1
   * @param high the address: the first half of 16 bytes, -1 for one of 4
   * @param low the second half, or all of 4 bytes
   */
  private record Client(String limit, int part, long high, long low) {
    static Client of(ClientLimits limits, int part, byte[] address) {
      ByteBuffer bytes = ByteBuffer.wrap(address);
      return address.length == 4
          ? new Client(limits.key(), part, -1, bytes.getInt())
          : new Client(limits.key(), part, bytes.getLong(), bytes.getLong());
    }
  }

  /**
   * Counts a request, if every rate lets it pass; one that is turned away counts for none. Where
   * several loops ask at the same moment, each may let one pass.
   *
   * @param address 4 or 16 bytes
   * @param now nanoseconds of the loops' clock
   */
  boolean passes(ClientLimits limits, byte[] address, long now) {
    int parts = limits.rates().size();
    for (int part = 0; part < parts; part++) {
      AtomicLong moment = even.getIfPresent(Client.of(limits, part, address));
      if (moment != null && isTooSoon(moment.get(), limits.rates().get(part), now)) {
        return false;
      }
    }
    for (int part = 0; part < parts; part++) {
      AtomicLong moment =
          even.get(Client.of(limits, part, address), unknown -> new AtomicLong(now));
      long nanos = limits.rates().get(part).nanos();
      moment.updateAndGet(at -> (at - now > 0 ? at : now) + nanos);
    }
    return true;
  }

  private static boolean isTooSoon(long moment, Rate rate, long now) {
    return moment - now > rate.burst() * rate.nanos();
  }

  /** Takes one of the client's places, if one is left. */
  boolean enter(ClientLimits limits, byte[] address) {
    boolean[] entered = new boolean[1];
    inFlight.compute(
        Client.of(limits, -1, address),
        (client, known) -> {
          int before = known == null ? 0 : known;
          entered[0] = before < limits.inFlight();
          return entered[0] ? before + 1 : before;
        });
    return entered[0];
  }

  /** Gives it back. */
  void leave(ClientLimits limits, byte[] address) {
    inFlight.computeIfPresent(
        Client.of(limits, -1, address), (client, known) -> known > 1 ? known - 1 : null);
  }
}
