package io.tidegate.loadtest.devices;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Counts devices of all loops, and says when each was welcomed or is over. */
final class FleetTally {
  final AtomicInteger connected = new AtomicInteger();
  final AtomicInteger connecting = new AtomicInteger();
  final AtomicInteger welcomedEver = new AtomicInteger();
  final AtomicInteger over = new AtomicInteger();

  /** Acks by request that were not taken, and were sent again. */
  final AtomicInteger ackFailures = new AtomicInteger();

  /** Connections of any kind. */
  final AtomicInteger sockets = new AtomicInteger();

  /** The first fault of ours. */
  final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();

  final CompletableFuture<Void> opened = new CompletableFuture<>();

  /** Devices that were neither welcomed yet nor over. */
  private final AtomicInteger awaited;

  FleetTally(int devices) {
    awaited = new AtomicInteger(devices);
  }

  /** One was welcomed, or is over; once for each. */
  void settled() {
    if (awaited.decrementAndGet() == 0) {
      opened.complete(null);
    }
  }

  FleetCounts counts() {
    return new FleetCounts(
        connected.get(), connecting.get(), welcomedEver.get(), over.get(), ackFailures.get());
  }
}
