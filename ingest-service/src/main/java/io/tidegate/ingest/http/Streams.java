package io.tidegate.ingest.http;

import java.util.HashSet;
import java.util.Set;

/** The open {@link MessageStream}s of a service, up to a bound. Safe for use by many threads. */
final class Streams {
  private final int max;
  private final Set<MessageStream> open = new HashSet<>();
  private boolean draining;

  Streams(int max) {
    this.max = max;
  }

  /** False: there are as many as may be, or the service is shutting down. */
  synchronized boolean add(MessageStream stream) {
    return !draining && open.size() < max && open.add(stream);
  }

  synchronized void remove(MessageStream stream) {
    open.remove(stream);
  }

  /** How many more there may be. */
  synchronized int free() {
    return max - open.size();
  }

  synchronized int size() {
    return open.size();
  }

  /** Has all of them answer what they took and close; waits for none of them. */
  synchronized void drain() {
    draining = true;
    open.forEach(MessageStream::drain);
  }
}
