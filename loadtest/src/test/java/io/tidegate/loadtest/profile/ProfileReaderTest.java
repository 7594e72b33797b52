package io.tidegate.loadtest.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.Urgency;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProfileReaderTest {
  private static final String PHASES = "phases: [{for: 10s, rate: 100}]\n";

  @Test
  void moreMessagesAreCalledSoUnlessTheirPhaseHasANameOfItsOwn() {
    Profile profile =
        ProfileReader.read(
            "test",
            """
            phases:
              - {burst: 500}
              - {name: mine, burst: 1}
              - {for: 1s, rate: 10}
              - {for: 1s, rate: 10, until: 20}
            """);

    assertThat(profile.times(10).phases().stream().map(Phase::name))
        .containsExactly("5,000 at once", "mine", "100/s", "100 to 200/s");
    assertThat(profile.times(10).messages()).isEqualTo(10 * profile.messages());
  }

  @Test
  void everythingIsRead() {
    Profile profile =
        ProfileReader.read(
            "all",
            """
            description: Everything at once.
            users: 1000
            devices: 2
            to: group
            groups: {count: 10, members: 50}
            zipf: 1.1
            connect: {sse: 25%, per_second: 500, window: 64}
            send: {through: batch, batch: 50, linger: 20ms, bytes: 300, urgency: high, ttl: 1m,
                   category: news, collapse: true, again: false}
            policy: {limits: [{limit: 1, window: PT1S, burst: 1}]}
            warm_up: 2s
            drain: 30s
            phases:
              - {for: 10s, rate: 100}
              - {name: up, for: 20s, rate: 100, until: 300}
              - {burst: 5000}
            events:
              - {at: 5s, cut: 100%}
              - {at: 10s, stop_reading: 33.3%, for: 5s}
              - {at: 0s, leave: 20%, for: 30s}
            """);

    assertThat(profile.receivers())
        .isEqualTo(new Receivers(Receivers.Kind.GROUP, 1000, 2, 10, 50, 1.1));
    assertThat(profile.connecting()).isEqualTo(new Connecting(0.25, 500, 64));
    assertThat(profile.sending())
        .isEqualTo(
            new Sending(
                Sending.Through.BATCH,
                50,
                Duration.ofMillis(20),
                300,
                Urgency.HIGH,
                60,
                "news",
                true,
                false));
    assertThat(profile.rules().limits()).hasSize(1);
    assertThat(profile.phases())
        .containsExactly(
            new Phase("100/s", Duration.ofSeconds(10), 100, 100, 0),
            new Phase("up", Duration.ofSeconds(20), 100, 300, 0),
            new Phase("5,000 at once", Duration.ZERO, 0, 0, 5000));
    assertThat(profile.happenings())
        .containsExactly(
            new Happening(Happening.Kind.CUT, Duration.ofSeconds(5), 1, Duration.ZERO),
            new Happening(
                Happening.Kind.STOP_READING, Duration.ofSeconds(10), 0.333, Duration.ofSeconds(5)),
            new Happening(Happening.Kind.LEAVE, Duration.ZERO, 0.2, Duration.ofSeconds(30)));
    assertThat(profile.messages()).isEqualTo(1000 + 4000 + 5000);
    assertThat(profile.length()).isEqualTo(Duration.ofSeconds(30));
    assertThat(profile.warmUp()).isEqualTo(Duration.ofSeconds(2));
    assertThat(profile.drain()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void phasesAreEnough() {
    Profile profile = ProfileReader.read("short", PHASES);

    assertThat(profile.receivers())
        .isEqualTo(new Receivers(Receivers.Kind.USER, 1000, 1, 1, 1000, 0));
    assertThat(profile.sending().through()).isEqualTo(Sending.Through.REST);
    assertThat(profile.policy()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "users: 0 | users: want an integer, 1 to 1,000,000, got 0",
        "users: many | users: want an integer, 1 to 1,000,000, got \"many\"",
        "users: 1000000 | users: want up to 200,000 devices in all, got 1,000,000 users with 1"
            + " each",
        "to: nobody | to: want one of user, group, all, got \"nobody\"",
        "groups: {count: 2} | groups: want them with to: group only",
        "{to: group, groups: {count: 3, members: 400}} | groups.members: want no user in two"
            + " groups",
        "zipf: -1 | zipf: want a number, 0 to 5, got -1",
        "zipf: .nan | zipf: want a number, 0 to 5",
        "connect: {sse: 0.5} | connect.sse: want a share such as 33%, got 0.5",
        "connect: {sse: 101%} | connect.sse: want a share above 0% and up to 100%",
        "connect: fast | connect: want a mapping of fields, got \"fast\"",
        "send: {batch: 5} | send.batch: want it with through: batch only",
        "send: {bytes: 15} | send.bytes: want an integer, 16 to 262,144, got 15",
        "send: {ttl: forever} | send.ttl: want a duration such as 500ms, 10s or 2m",
        "send: {ttl: 500ms} | send.ttl: want whole seconds",
        "send: {again: 1} | send.again: want true or false, got 1",
        "{to: all, send: {through: kafka}} | send.through: want rest or batch with to: group or"
            + " all",
        "policy: {limits: [{limit: 0, window: PT1S}]} | policy: limits[0].limit",
        "speed: 9 | speed: unknown field; want one of to, users",
        "warm_up: 10s | warm_up: want less than all phases take",
        "events: [{at: 1s}] | events[0].at: want one of cut, stop_reading and leave beside it",
        "events: [{at: 1s, cut: 1%, leave: 1%}] | events[0].at: want one of cut",
        "events: [{at: 1s, leave: 5%}] | events[0].for: required",
        "events: [{at: 1s, cut: 5%, for: 1s}] | events[0].for: unknown field",
        "a: [ | not YAML: ",
      })
  void whatIsWrongIsNamed(String yaml, String reason) {
    String whole =
        yaml.startsWith("{")
            ? yaml.substring(0, yaml.length() - 1) + ", " + PHASES.strip() + "}"
            : yaml + "\n" + PHASES;

    assertThatThrownBy(() -> ProfileReader.read("wrong", whole))
        .isInstanceOf(InvalidProfileException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "users: 5 | phases: required",
        "phases: 3 | phases: want a list of up to 100, got 3",
        "phases: [] | phases: want 1 to 20,000,000 messages in all, got 0",
        "phases: [{rate: 5}] | phases[0].for: required",
        "phases: [{for: 5s}] | phases[0].rate: required",
        "phases: [{for: 1s, rate: 0.1}] | phases[0].rate: no message falls due",
        "phases: [{for: 1h, rate: 100000}] | phases: want 1 to 20,000,000 messages in all",
        "{to: all, users: 100000, phases: [{for: 1m, rate: 1000}]} | phases: want up to"
            + " 1,000,000,000 deliveries in all",
        "phases: [{burst: 5, rate: 3}] | phases[0].rate: unknown field",
      })
  void wrongPhasesAreNamed(String yaml, String reason) {
    assertThatThrownBy(() -> ProfileReader.read("wrong", yaml))
        .isInstanceOf(InvalidProfileException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aBareOneHasItsMessagesAndNeitherPolicyNorEvents() {
    Profile profile =
        ProfileReader.read(
            "test",
            "users: 5\npolicy: {limits: [{limit: 1, window: PT1S}]}\n"
                + "events: [{at: 1s, cut: 50%}]\n"
                + PHASES);

    assertThat(profile.bare())
        .isEqualTo(ProfileReader.read("test", "users: 5\n" + PHASES))
        .isNotEqualTo(profile);
  }

  @Test
  void twoHappeningsChooseOtherUsers() {
    Happening half = new Happening(Happening.Kind.LEAVE, Duration.ZERO, 0.5, Duration.ofSeconds(1));
    Happening other =
        new Happening(Happening.Kind.STOP_READING, Duration.ZERO, 0.5, Duration.ofSeconds(1));
    long both =
        IntStream.range(0, 1_000)
            .filter(user -> half.includes(user) && other.includes(user))
            .count();

    assertThat(both).isBetween(150L, 350L);
  }

  @Test
  void sharesAreSpreadEvenly() {
    Happening third =
        new Happening(Happening.Kind.LEAVE, Duration.ZERO, 1 / 3.0, Duration.ofSeconds(1));

    for (int from = 0; from < 3000; from += 300) {
      int chosen = 0;
      for (int device = from; device < from + 300; device++) {
        chosen += third.includes(device) ? 1 : 0;
      }
      assertThat(chosen).isBetween(97, 103);
    }
  }
}
