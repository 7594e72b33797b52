package io.tidegate.delivery.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random messages against a list that is searched from its beginning each time. */
final class HoldPropertyTest {
  private static final long START = -12_345_678_901L;
  private static final int STEPS = 3_000;

  static long[] seeds() {
    return new Random(20261128).longs(60).toArray();
  }

  /** What a naive reader of the rules would write. */
  private static final class Naive {
    final List<Held<Long>> held = new ArrayList<>();
    long opened;
    long closes;

    int add(Held<Long> message, long now, long delay) {
      if (held.isEmpty()) {
        opened = now;
        closes = opened + delay;
      }
      if (message.expiresAt() != Held.NEVER) {
        closes = Math.min(closes, now + Math.max(0, message.expiresAt() - now) / 2);
      }
      for (int i = 0; i < held.size(); i++) {
        Held<Long> older = held.get(i);
        if (older.collapseKey() != null && older.collapseKey().equals(message.collapseKey())) {
          held.remove(i);
          held.add(
              new Held<>(
                  message.seq(),
                  message.collapseKey(),
                  message.expiresAt(),
                  message.urgent(),
                  message.bytes(),
                  message.content(),
                  older.conflated() + 1));
          return 1;
        }
      }
      held.add(message);
      return 0;
    }

    long bytes() {
      return held.stream().mapToLong(Held::bytes).sum();
    }

    boolean isUrgent() {
      return held.stream().anyMatch(Held::urgent);
    }

    /** What goes now, of a frame of so many bytes. */
    List<Held<Long>> take(long now, long frame) {
      List<Held<Long>> messages = new ArrayList<>();
      long taken = 0;
      while (!held.isEmpty()) {
        Held<Long> first = held.getFirst();
        boolean expired = first.expiresAt() != Held.NEVER && first.expiresAt() <= now;
        if (!expired) {
          if (!messages.isEmpty() && taken + first.bytes() > frame) {
            break;
          }
          messages.add(first);
          taken += first.bytes();
        }
        held.removeFirst();
      }
      return messages;
    }
  }

  private record Gone(long at, long bytes, boolean urgent) {}

  @ParameterizedTest
  @MethodSource("seeds")
  void holdShouldDoAsTheRulesSay(long seed) {
    Random random = new Random(seed);
    Pace pace =
        new Pace(
            random.nextBoolean() ? 0 : 0.5 + random.nextInt(20),
            random.nextBoolean() ? 0 : random.nextInt(2_000),
            random.nextBoolean() ? 0 : 4_096 + random.nextInt(100_000));
    Hold<Long> hold = new Hold<>(pace, START);
    Naive naive = new Naive();
    List<Gone> gone = new ArrayList<>();
    long interval = pace.rate() == 0 ? 0 : (long) Math.ceil(1e9 / pace.rate());
    long delay = TimeUnit.MILLISECONDS.toNanos(pace.delayMillis());
    long frame =
        Math.min(
            Hold.FRAME_BYTES, pace.bytesPerSecond() == 0 ? Long.MAX_VALUE : pace.bytesPerSecond());
    long now = START;
    long seq = 0;
    long last = 0;
    long passed = 0;
    long written = 0;
    long conflated = 0;
    long lost = 0;
    for (int step = 0; step < STEPS; step++) {
      now += TimeUnit.MILLISECONDS.toNanos(random.nextInt(random.nextInt(10) == 0 ? 3_000 : 60));
      if (random.nextInt(3) > 0) {
        seq++;
        int bytes = 1 + random.nextInt(random.nextInt(20) == 0 ? 60_000 : 500);
        boolean urgent = random.nextInt(30) == 0;
        if (hold.pass(urgent, 1, bytes, now)) {
          assertThat(naive.held).as("seed %s: none is overtaken", seed).isEmpty();
          assertThat(urgent || delay == 0).as("seed %s: a window opens", seed).isTrue();
          gone.add(new Gone(now, bytes, urgent));
          passed++;
          last = seq;
          continue;
        }
        @Nullable String key = random.nextBoolean() ? "k" + random.nextInt(4) : null;
        long expires =
            random.nextInt(5) == 0
                ? now + TimeUnit.MILLISECONDS.toNanos(random.nextInt(3_000) - 100)
                : Held.NEVER;
        Held<Long> message = new Held<>(seq, key, expires, urgent, bytes, seq, 0);
        int replaced = naive.add(message, now, delay);
        assertThat(hold.add(message, now)).isEqualTo(replaced);
        conflated += replaced;
      } else if (!hold.isEmpty() && hold.dueNanos() - now <= 0) {
        if (!naive.isUrgent()
            && naive.held.size() < Hold.FRAME_MESSAGES
            && naive.bytes() < Hold.FRAME_BYTES) {
          assertThat(now)
              .as("seed %s: the window is over", seed)
              .isGreaterThanOrEqualTo(naive.closes);
        }
        boolean urgent = naive.isUrgent();
        int before = naive.held.size();
        List<Held<Long>> expected = naive.take(now, frame);
        Hold.Batch<Long> batch = hold.take(now);
        assertThat(batch.messages()).as("seed %s, step %s", seed, step).isEqualTo(expected);
        int left = before - naive.held.size() - expected.size();
        assertThat(batch.lost()).as("seed %s: a loss is told", seed).isEqualTo(left > 0);
        assertThat(batch.through()).isGreaterThan(last);
        for (Held<Long> message : batch.messages()) {
          assertThat(message.seq()).as("seed %s: seqs rise", seed).isGreaterThan(last);
          last = message.seq();
        }
        last = batch.through();
        written += expected.size();
        lost += left;
        if (!expected.isEmpty()) {
          gone.add(new Gone(now, expected.stream().mapToLong(Held::bytes).sum(), urgent));
        }
      }
      assertThat(hold.size()).isEqualTo(naive.held.size());
      assertThat(hold.bytes()).isEqualTo(naive.bytes());
    }
    assertThat(seq)
        .as("seed %s: each message went, was replaced, was lost, or is here", seed)
        .isEqualTo(passed + written + conflated + lost + hold.size());
    paceShouldHold(seed, pace, gone, interval);
    // And in the end everything goes.
    for (int turns = 0; !hold.isEmpty(); turns++) {
      assertThat(turns).as("seed %s: it comes to an end", seed).isLessThan(10_000);
      now = Math.max(now, hold.dueNanos());
      assertThat(hold.take(now).through()).isGreaterThan(last);
    }
  }

  private static void paceShouldHold(long seed, Pace pace, List<Gone> gone, long interval) {
    for (int i = 1; i < gone.size(); i++) {
      if (!gone.get(i).urgent()) {
        assertThat(gone.get(i).at() - gone.get(i - 1).at())
            .as("seed %s: frames at the rate", seed)
            .isGreaterThanOrEqualTo(interval);
      }
    }
    for (int from = 0; from < gone.size() && pace.bytesPerSecond() > 0; from += 7) {
      long before = 0;
      for (int i = from; i < gone.size(); i++) {
        double seconds = (gone.get(i).at() - gone.get(from).at()) / 1e9;
        // Before the last one of any stretch, no more than a burst and what came in the time.
        assertThat((double) before)
            .as("seed %s: bytes at the cap", seed)
            .isLessThanOrEqualTo(pace.bytesPerSecond() * (seconds + 1) + 1);
        before += gone.get(i).bytes();
      }
    }
  }
}
