package io.tidegate.ingest.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.tidegate.contract.CloseCode;
import io.tidegate.ingest.admission.Admission;
import io.tidegate.ingest.connection.Guard;
import io.tidegate.ingest.websocket.Source;
import io.tidegate.ingest.websocket.WebSocketException;

/** The bytes of a guarded connection; those that are kept count as those of a body do. */
final class GuardedSource implements Source {
  /** Received, and taken apart. */
  private static final int COPIES = 2;

  private final DataReader in;
  private final Guard guard;
  private final Admission.Permit permit;

  GuardedSource(DataReader in, Guard guard, Admission.Permit permit) {
    this.in = in;
    this.guard = guard;
    this.permit = permit;
  }

  @Override
  public int read() {
    return in.read() & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    in.ensureAvailable();
    int count = Math.min(length, in.available());
    BufferData bytes = in.readBuffer(count);
    return bytes.read(into, offset, count);
  }

  @Override
  public void began() {
    guard.frame();
  }

  @Override
  public void keep(int bytes) throws WebSocketException {
    if (!permit.grow((long) COPIES * bytes)) {
      throw new WebSocketException(CloseCode.OVERLOADED, "too much is in flight now");
    }
  }
}
