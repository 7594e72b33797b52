package io.tidegate.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two fan-out, two delivery processes and one ingest process on one broker; each is killed with
 * kill -9 once in the middle and started again. Every device must end with exactly the messages
 * sent to it, in order.
 */
final class ProcessFailureIT {
  @TempDir Path folder;

  /** As fast as it goes: the next one dies while the one before is still coming back. */
  @Test
  void everyDeviceShouldGetExactlyItsMessagesThoughProcessesDieInQuickSuccession()
      throws Exception {
    int rounds = 50;
    try (MortalSystem system = new MortalSystem(folder, "short", 40)) {
      // Given
      system.start();
      List<TidegateProcess> mortal = system.mortal();

      // When
      int killEvery = rounds / (mortal.size() + 1);
      for (int round = 0; round < rounds; round++) {
        system.send(round);
        int victim = round / killEvery - 1;
        if (round % killEvery == 0 && victim >= 0 && victim < mortal.size()) {
          mortal.get(victim).kill();
          mortal.get(victim).start();
        }
      }

      // Then
      system.assertExactly(rounds);
      system.assertFanoutsAgree();
    }
  }

  /** 20,000 messages at a steady rate; one dies only when the one before is back at work. */
  @Test
  @Tag("long")
  void every200DevicesShouldGetExactlyTheir100MessagesThoughEachProcessDies() throws Exception {
    int rounds = 100;
    try (MortalSystem system = new MortalSystem(folder, "long", 200)) {
      // Given
      system.start();
      List<TidegateProcess> mortal = system.mortal();

      // When
      try (SteadySender sender = new SteadySender(system, rounds, Duration.ofMillis(1_500))) {
        for (int fault = 0; fault < mortal.size(); fault++) {
          sender.awaitSent((fault + 1) * rounds / (mortal.size() + 1));
          killAndAwaitRecovery(system, mortal.get(fault), sender, rounds);
        }
        sender.awaitSent(rounds);
      }

      // Then
      system.assertExactly(rounds);
    }
  }

  /** Until every process is ready and every device has a message sent since. */
  private static void killAndAwaitRecovery(
      MortalSystem system, TidegateProcess victim, SteadySender sender, int rounds)
      throws Exception {
    int before = sender.sent();
    long killed = System.nanoTime();
    victim.kill();
    victim.start();
    system.awaitReady();
    double ready = secondsSince(killed);
    // Of the round under way some was sent before; of the one after it nothing was.
    int since = sender.sent() + 1;
    sender.awaitSent(since + 1);
    system.awaitShown(since);
    System.out.printf(
        "%s killed after round %d of %d; all ready after %.1f s;"
            + " every device has round %d after %.1f s%n",
        victim, before, rounds, ready, since + 1, secondsSince(killed));
    assertThat(sender.sent()).as("rounds sent when %s was back", victim).isLessThan(rounds);
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }
}
