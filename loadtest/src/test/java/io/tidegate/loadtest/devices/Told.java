package io.tidegate.loadtest.devices;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What devices tell, one line each, in its order; acks are apart, since nobody knows when. */
class Told implements DeviceEvents {
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  final BlockingQueue<String> acks = new LinkedBlockingQueue<>();

  final BlockingQueue<String> acksRefused = new LinkedBlockingQueue<>();
  final AtomicInteger acksSent = new AtomicInteger();

  /** Of each loop's ticks, how many came so late. */
  final Map<Integer, Integer> lateTicks = new ConcurrentHashMap<>();

  private static final long LATE_NANOS = 100_000_000;

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
  public void ackSent(int device, long oldestNanos, long nanos) {
    assertThat(nanos).isGreaterThanOrEqualTo(oldestNanos);
    ackNanos = nanos - oldestNanos;
    acksSent.incrementAndGet();
  }

  @Override
  public void acked(int device, int messages) {
    acks.add(device + " acked " + messages);
  }

  @Override
  public void ackRefused(int device, String answer, boolean forGood) {
    acksRefused.add(device + " " + answer + (forGood ? " for good" : ""));
  }

  @Override
  public void disconnected(int device, String code, long nanos) {
    lines.add(device + " disconnected " + code);
  }

  @Override
  public void ticked(int loop, long late, long nanos) {
    lateTicks.merge(loop, late > LATE_NANOS ? 1 : 0, Integer::sum);
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
