package io.tidegate.fanout.simulation;

import io.tidegate.fanout.sequencer.SessionRef;
import java.util.ArrayDeque;
import java.util.Deque;

/** One connection between a device and a worker; what the worker wrote lies in between. */
final class Session {
  final Worker worker;
  final Client client;
  final SessionRef ref;
  final long openedSteady;
  final Deque<FakeLog.Rec<Command>> frames = new ArrayDeque<>();

  /** 0 until the sequencer has answered. */
  long epoch;

  boolean open = true;

  /** Something was lost on the way to the device; at the latest its maximum age ends it. */
  boolean lossy;

  Session(Worker worker, Client client, SessionRef ref, long openedSteady) {
    this.worker = worker;
    this.client = client;
    this.ref = ref;
    this.openedSteady = openedSteady;
  }

  @Override
  public String toString() {
    return ref + " of " + client + " in epoch " + epoch;
  }
}
