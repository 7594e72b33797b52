package io.tidegate.fanout.sequencer;

import io.tidegate.contract.policy.Limit;
import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.policy.TestPolicies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings of a script: {@code entries=3 bytes=100 age=7d idle=30d devices=2 horizon=24h turn=64
 * turnBytes=1000 grace=10s limit=10/1s/2}, the last for 10 messages a second with a burst of 2, as
 * often as wanted, or {@code policy={…}} without blanks. What is not named has its default.
 */
final class ScriptSettings {
  private ScriptSettings() {}

  static SequencerSettings parse(String text) {
    SequencerSettings base = SequencerSettings.defaults();
    Policy policy = base.policy();
    int entries = base.maxEntries();
    long bytes = base.maxBytes();
    Duration age = base.maxAge();
    Duration idle = base.deviceIdle();
    int devices = base.maxDevices();
    Duration horizon = base.dedupeHorizon();
    int turn = base.turnMessages();
    long turnBytes = base.turnBytes();
    Duration grace = null;
    for (String word : text.isBlank() ? new String[0] : text.strip().split(" +")) {
      String value = word.substring(word.indexOf('=') + 1);
      switch (word.substring(0, word.indexOf('='))) {
        case "entries" -> entries = Integer.parseInt(value);
        case "bytes" -> bytes = Long.parseLong(value);
        case "age" -> age = duration(value);
        case "idle" -> idle = duration(value);
        case "devices" -> devices = Integer.parseInt(value);
        case "horizon" -> horizon = duration(value);
        case "turn" -> turn = Integer.parseInt(value);
        case "turnBytes" -> turnBytes = Long.parseLong(value);
        case "grace" -> grace = duration(value);
        case "limit" -> policy = limited(policy, value);
        case "policy" -> policy = Policy.parse(value);
        default -> throw new IllegalArgumentException("no such setting: " + word);
      }
    }
    return new SequencerSettings(
        policy,
        entries,
        bytes,
        age,
        idle,
        devices,
        horizon,
        turn,
        turnBytes,
        grace != null,
        grace == null ? Duration.ZERO : grace);
  }

  private static Policy limited(Policy policy, String text) {
    String[] parts = text.split("/", -1);
    long count = Long.parseLong(parts[0]);
    List<Limit> limits = new ArrayList<>(policy.limits());
    limits.add(TestPolicies.messages(count, duration(parts[1]), Long.parseLong(parts[2])));
    return TestPolicies.withLimits(limits);
  }

  private static Duration duration(String text) {
    return Duration.ofMillis(ScriptTime.millis(text));
  }
}
