package io.tidegate.ingest.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The open {@link MessageStream}s of a service, up to a bound. Safe for use by many threads. */
final class Streams {
  private final int max;

  /** The oldest first; with the tenant whose it is. */
  private final Map<MessageStream, String> open = new LinkedHashMap<>();

  private boolean draining;

  Streams(int max) {
    this.max = max;
  }

  /** False: there are as many as may be, or the service is shutting down. */
  synchronized boolean add(MessageStream stream, String tenant) {
    return !draining && open.size() < max && open.putIfAbsent(stream, tenant) == null;
  }

  /**
   * Where all are taken and the tenant has none: has the oldest of whoever has most answer what it
   * took and close, so that there is a place the next time. Streams have no age at which they end
   * by themselves.
   */
  synchronized void makeRoomFor(String tenant) {
    if (open.size() < max || open.containsValue(tenant)) {
      return;
    }
    open.values().stream()
        .collect(Collectors.groupingBy(each -> each, Collectors.counting()))
        .entrySet()
        .stream()
        .filter(each -> each.getValue() > 1)
        .max(Map.Entry.comparingByValue())
        .ifPresent(most -> drainOldest(most.getKey()));
  }

  private void drainOldest(String tenant) {
    for (Map.Entry<MessageStream, String> each : open.entrySet()) {
      if (each.getValue().equals(tenant)) {
        each.getKey().drain("its place is for another tenant");
        return;
      }
    }
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
    open.keySet().forEach(stream -> stream.drain("the service is shutting down"));
  }
}
