package io.tidegate.loadtest.profile;

import io.tidegate.contract.policy.Policy;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run is. {@code loadtest/README.md} has every field of its YAML.
 *
 * @param policy in force while the run lasts, as JSON; null: whatever is
 * @param phases one after the other
 * @param warmUp at the begin of the load; what is due then is checked as all else, and not timed
 * @param drain how long after the last message nothing new may be shown before the rest is lost
 */
public record Profile(
    String name,
    String description,
    Receivers receivers,
    Connecting connecting,
    Sending sending,
    @Nullable String policy,
    List<Phase> phases,
    List<Happening> happenings,
    Duration warmUp,
    Duration drain) {
  /** Messages of one generator. */
  public static final long MOST_MESSAGES = 20_000_000;

  /** Pairs of a message and a device it is for, of one generator. */
  public static final long MOST_DELIVERIES = 1_000_000_000;

  public Profile {
    phases = List.copyOf(phases);
    happenings = List.copyOf(happenings);
    receivers.check();
    if (!lengthOf(phases).isZero() && warmUp.compareTo(lengthOf(phases)) >= 0) {
      throw new InvalidProfileException("warm_up", "want less than all phases take");
    }
    long messages = messagesOf(phases);
    if (messages < 1 || messages > MOST_MESSAGES) {
      throw new InvalidProfileException(
          "phases", "want 1 to %,d messages in all, got %,d".formatted(MOST_MESSAGES, messages));
    }
    long deliveries = messages * receivers.perMessage();
    if (deliveries > MOST_DELIVERIES) {
      throw new InvalidProfileException(
          "phases",
          "want up to %,d deliveries in all, got %,d messages to %,d devices each"
              .formatted(MOST_DELIVERIES, messages, receivers.perMessage()));
    }
  }

  /** What its own policy has hold for pushes of a user; nothing where it has none. */
  public Policy rules() {
    return policy == null ? Policy.NONE : Policy.parse(policy);
  }

  public long messages() {
    return messagesOf(phases);
  }

  private static long messagesOf(List<Phase> phases) {
    return phases.stream().mapToLong(Phase::messages).sum();
  }

  /** How long it takes to connect all devices, at the profile's pace. */
  public Duration connectingTime() {
    return Duration.ofMillis((long) (receivers.allDevices() * 1e3 / connecting.perSecond()));
  }

  /** How long messages fall due. */
  public Duration length() {
    return lengthOf(phases);
  }

  private static Duration lengthOf(List<Phase> phases) {
    return phases.stream().map(Phase::length).reduce(Duration.ZERO, Duration::plus);
  }

  /** The same with {@code factor} times as many messages in the same time. */
  public Profile times(double factor) {
    return with(phases.stream().map(phase -> phase.times(factor)).toList());
  }

  /** The same, with these phases. */
  public Profile with(List<Phase> others) {
    return new Profile(
        name,
        description,
        receivers,
        connecting,
        sending,
        policy,
        others,
        happenings,
        warmUp,
        drain);
  }

  /** Its messages and devices alone: without a policy, and without events. */
  public Profile bare() {
    return new Profile(
        name, description, receivers, connecting, sending, null, phases, List.of(), warmUp, drain);
  }

  /** The same for another number of users. */
  public Profile withUsers(int users) {
    return new Profile(
        name,
        description,
        receivers.of(users),
        connecting,
        sending,
        policy,
        phases,
        happenings,
        warmUp,
        drain);
  }
}
