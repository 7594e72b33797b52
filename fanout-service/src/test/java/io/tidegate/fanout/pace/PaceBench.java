package io.tidegate.fanout.pace;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.management.ThreadMXBean;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.state.PaceRecord;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Locale;

/** What a verdict costs: nanoseconds and bytes of garbage. Not run by the build. */
final class PaceBench {
  private static final int OPERATIONS = 5_000_000;
  private static final long NOON = Instant.parse("2026-11-27T12:00:00Z").toEpochMilli();
  private static final long NIGHT = Instant.parse("2026-11-27T23:00:00Z").toEpochMilli();

  private static final String TWO_LIMITS =
      """
      "limits":[{"limit":1000000,"window":"PT1S","burst":1000000},
                {"limit":1000000000,"window":"PT1H","burst":1000000,"category":"news"}]\
      """;
  private static final String EXHAUSTED =
      """
      {"limits":[{"limit":1,"window":"PT1S"},{"limit":1,"window":"PT1H"}]}\
      """;
  private static final String FULL =
      """
      ,"caps":[{"limit":1000000000,"per":"day"},{"limit":1000000000,"per":"week"}],
      "quiet_hours":[{"from":"22:00","until":"07:00"}],"smoothing":"PT1M",
      "batch":{"window":"PT5S"},"timezone":"Europe/Berlin"}\
      """;

  private interface Operation {
    /** Returns something that depends on the outcome, so that nothing is left out. */
    int run(int i);
  }

  private PaceBench() {}

  public static void main(String[] arguments) {
    verdicts("2 limits: go", "{" + TWO_LIMITS + "}", NOON, false);
    verdicts("2 limits: wait", EXHAUSTED, NOON, true);
    verdicts("2 limits, 2 caps, quiet hours, batch: go", "{" + TWO_LIMITS + FULL, NOON, false);
    verdicts("the same at night: wait", "{" + TWO_LIMITS + FULL, NIGHT, true);
    roundTrip();
  }

  private static void verdicts(String name, String json, long start, boolean waits) {
    Pace pace = Pace.of(Policy.parse(json));
    PaceState state = new PaceState();
    if (waits) {
      pace.open(state, 1, start).admit(Urgency.NORMAL, "news", 100, 0);
    }
    measure(
        name + ", in a push of its own",
        i -> {
          long now = start + (waits ? 0 : i / 100);
          Verdict verdict = pace.open(state, i, now).admit(Urgency.NORMAL, "news", 100, 0);
          if (verdict instanceof Verdict.Wait != waits) {
            throw new IllegalStateException(verdict.toString());
          }
          return verdict instanceof Verdict.Go ? 1 : 2;
        });
  }

  private static void roundTrip() {
    Pace pace = Pace.of(Policy.parse("{" + TWO_LIMITS + FULL));
    PaceState state = new PaceState();
    pace.open(state, 1, NOON).admit(Urgency.NORMAL, "news", 100, 0);
    int size = pace.record(state, NOON).toByteArray().length;
    measure(
        "record of " + size + " bytes, written, read and bound",
        i -> {
          try {
            byte[] bytes = pace.record(state, NOON).toByteArray();
            PaceState back = PaceState.of(PaceRecord.parseFrom(bytes));
            return (int) pace.idleMillis(back, NOON);
          } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static void measure(String name, Operation operation) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int blackHole = 0;
    double best = Double.MAX_VALUE;
    double bytes = 0;
    for (int run = 0; run < 5; run++) {
      long allocated = threads.getCurrentThreadAllocatedBytes();
      long started = System.nanoTime();
      for (int i = 0; i < OPERATIONS; i++) {
        blackHole += operation.run(run * OPERATIONS + i);
      }
      best = Math.min(best, (System.nanoTime() - started) / (double) OPERATIONS);
      bytes = (threads.getCurrentThreadAllocatedBytes() - allocated) / (double) OPERATIONS;
    }
    System.out.printf(
        Locale.ROOT, "%-62s %7.1f ns %7.1f bytes (%d)%n", name, best, bytes, blackHole);
  }
}
