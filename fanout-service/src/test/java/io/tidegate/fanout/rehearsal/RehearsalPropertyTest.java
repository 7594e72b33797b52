package io.tidegate.fanout.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.rehearsal.Rehearsal.Taken;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is played, each message is accounted for, and the same play has the same end. */
final class RehearsalPropertyTest {
  private static final List<String> POLICIES =
      List.of(
          "{}",
          "{\"limits\":[{\"limit\":3,\"window\":\"PT1M\",\"burst\":2}]}",
          "{\"limits\":[{\"limit\":1,\"window\":\"PT1H\",\"on_exceed\":\"collapse\","
              + "\"category\":\"ads\"},{\"limit\":10,\"window\":\"PT1H\",\"burst\":5}]}",
          "{\"caps\":[{\"limit\":4,\"per\":\"day\",\"on_exceed\":\"drop\"}],"
              + "\"bypass\":{\"high\":[\"caps\"]}}",
          "{\"quiet_hours\":[{\"from\":\"13:00\",\"until\":\"09:00\"}],\"smoothing\":\"PT30M\","
              + "\"batch\":{\"window\":\"PT1M\",\"max_messages\":3},"
              + "\"mailbox\":{\"max_messages\":5,\"ttl\":\"PT5H\"}}");

  private static final List<Urgency> URGENCIES = List.of(Urgency.values());
  private static final Duration NEVER = Duration.ofMillis(-1);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void everyMessageShouldHaveExactlyOneCount(long seed) {
    // Given
    Random random = new Random(seed);
    String current = POLICIES.get(random.nextInt(POLICIES.size()));
    String candidate = POLICIES.get(random.nextInt(POLICIES.size()));

    // When
    Play.Outcome outcome =
        play(seed).policy("default", current).steps(1 + random.nextInt(50)).against(candidate);

    // Then
    long taken = outcome.taken().stream().filter(each -> each == Taken.YES).count();
    assertThat(taken).isPositive();
    for (Result result : List.of(outcome.current(), outcome.candidate())) {
      assertThat(
              result.atOnce()
                  + result.delayed()
                  + result.collapsed()
                  + result.dropped()
                  + result.expired()
                  + result.waiting())
          .as("seed %d: %s", seed, result)
          .isEqualTo(taken);
      assertThat(result.delay().histogram().stream().mapToLong(Delays.Bucket::messages).sum())
          .isEqualTo(result.delivered());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void equalPoliciesShouldHaveEqualResultsWhateverTheSteps(int policy) {
    // When
    Play.Outcome one =
        play(7).policy("default", POLICIES.get(policy)).steps(1).against(POLICIES.get(policy));
    Play.Outcome other =
        play(7).policy("default", POLICIES.get(policy)).steps(777).against(POLICIES.get(policy));

    // Then
    assertThat(one.candidate()).isEqualTo(one.current());
    assertThat(other.candidate()).isEqualTo(one.candidate());
    assertThat(other.current()).isEqualTo(one.current());
  }

  /** 400 messages of 10 users within a day, some with an id that was there before. */
  private static Play play(long seed) {
    Random random = new Random(seed);
    Play play = new Play();
    Duration at = Duration.ZERO;
    for (int i = 0; i < 400; i++) {
      at = at.plusMillis(random.nextInt(400_000));
      UserKey user = new UserKey("default", "u" + random.nextInt(10));
      String id = "m" + (random.nextInt(20) == 0 ? i / 2 : i);
      play.add(Play.recorded(user, message(random, id, at), at));
    }
    return play;
  }

  private static Message message(Random random, String id, Duration at) {
    int kind = random.nextInt(10);
    return Play.with(
        Play.message(id, at),
        URGENCIES.get(random.nextInt(URGENCIES.size())),
        kind == 0 ? at : kind == 1 ? at.plusMinutes(1 + random.nextInt(300)) : NEVER,
        kind == 2 ? at.plusMinutes(random.nextInt(2_000)) : NEVER,
        random.nextInt(4) == 0 ? "key" + random.nextInt(3) : "",
        random.nextInt(3) == 0 ? "ads" : "");
  }
}
