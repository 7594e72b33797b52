package io.tidegate.loadtest.devices;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What devices tell, one line each, in its order; acks are apart, since nobody knows when. */
final class Told implements DeviceEvents {
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  final BlockingQueue<String> acks = new LinkedBlockingQueue<>();

  /** From the first message of the last ack to the ack. */
  volatile long ackNanos;

  @Override
  public void welcomed(int device, String mode, long nanos) {
    lines.add(device + " welcomed " + mode);
  }

  @Override
  public void readsAgain(int device) {
    lines.add(device + " reads again");
  }

  @Override
  public void shown(int device, long seq, String messageId, long nanos) {
    lines.add(device + " shown " + seq + " " + messageId);
  }

  @Override
  public void pushed(int device, int fresh, long nanos) {
    lines.add(device + " pushed " + fresh);
  }

  @Override
  public void repeated(int device, long seq, boolean inSession) {
    lines.add(device + " repeated " + seq);
  }

  @Override
  public void reset(int device, long seq) {
    lines.add(device + " reset " + seq);
  }

  @Override
  public void acked(int device, int messages, long oldestNanos, long nanos) {
    assertThat(nanos).isGreaterThanOrEqualTo(oldestNanos);
    ackNanos = nanos - oldestNanos;
    acks.add(device + " acked " + messages);
  }

  @Override
  public void disconnected(int device, String code, long nanos) {
    lines.add(device + " disconnected " + code);
  }

  /** The next lines are these. */
  void expect(String... expected) throws InterruptedException {
    List<String> told = new ArrayList<>();
    for (int i = 0; i < expected.length; i++) {
      String line = lines.poll(10, TimeUnit.SECONDS);
      told.add(line == null ? "nothing" : line);
    }
    assertThat(told).containsExactly(expected);
  }

  void expectNothingFor(long millis) throws InterruptedException {
    assertThat(lines.poll(millis, TimeUnit.MILLISECONDS)).isNull();
  }
}
