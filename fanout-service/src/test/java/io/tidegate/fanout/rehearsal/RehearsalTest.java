package io.tidegate.fanout.rehearsal;

import static io.tidegate.fanout.rehearsal.Play.ALICE;
import static io.tidegate.fanout.rehearsal.Play.message;
import static io.tidegate.fanout.rehearsal.Play.recorded;
import static io.tidegate.fanout.rehearsal.Play.with;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import io.tidegate.fanout.policy.PolicyBook;
import io.tidegate.fanout.rehearsal.Rehearsal.Taken;
import io.tidegate.fanout.rehearsal.Result.Busiest;
import io.tidegate.fanout.rehearsal.Result.Ending;
import io.tidegate.fanout.sequencer.SequencerSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RehearsalTest {
  private static final UserKey BOB = new UserKey("default", "bob");
  private static final Duration NEVER = ofMillis(-1);

  @Test
  void limitShouldDelayExactlyWhatExceedsIt() {
    // Given
    Play play = new Play().at(ZERO, ZERO, ZERO, ofMillis(1_500), ofMinutes(1));

    // When
    Play.Outcome outcome =
        play.against("{\"limits\":[{\"limit\":1,\"window\":\"PT1S\",\"unit\":\"messages\"}]}");

    // Then
    assertThat(outcome.current().atOnce()).isEqualTo(5);
    assertThat(outcome.current().pushes()).isEqualTo(5);
    Result candidate = outcome.candidate();
    assertThat(candidate.atOnce()).isEqualTo(2);
    assertThat(candidate.delayed()).isEqualTo(3); // by 1 s, 2 s and 1.5 s
    assertThat(candidate.pushes()).isEqualTo(5);
    assertThat(candidate.delay().p50Millis()).isEqualTo(1_000);
    assertThat(candidate.delay().p90Millis()).isEqualTo(2_000);
    assertThat(candidate.delay().maxMillis()).isEqualTo(2_000);
    assertThat(candidate.delay().histogram().stream().map(Delays.Bucket::messages))
        .containsExactly(2L, 1L, 2L, 0L, 0L, 0L, 0L, 0L, 0L);
  }

  @Test
  void whatWaitsForALimitOfPushesShouldGoInOnePush() {
    // When
    Play.Outcome outcome =
        new Play()
            .at(ZERO, ZERO, ZERO, ZERO)
            .against("{\"limits\":[{\"limit\":1,\"window\":\"PT10S\"}]}");

    // Then
    assertThat(outcome.candidate().pushes()).isEqualTo(2);
    assertThat(outcome.candidate().delayed()).isEqualTo(3);
    assertThat(outcome.candidate().delay().p50Millis()).isEqualTo(10_000);
    assertThat(outcome.candidate().busiest()).isEqualTo(new Busiest("alice", 2, 4));
  }

  @Test
  void dropShouldBeToldWithItsRule() {
    // When
    Play.Outcome outcome =
        new Play()
            .at(ZERO, ZERO, ZERO, ofHours(1), ofHours(13))
            .against(
                "{\"caps\":[{\"name\":\"few\",\"limit\":2,\"per\":\"day\",\"unit\":\"messages\","
                    + "\"on_exceed\":\"drop\"}]}");

    // Then
    assertThat(outcome.candidate().dropped()).isEqualTo(2);
    assertThat(outcome.candidate().atOnce()).isEqualTo(3);
    assertThat(outcome.candidate().endings())
        .containsExactly(new Ending("dropped", "policy", "few", 2));
    assertThat(outcome.current().endings()).isEmpty();
  }

  @Test
  void collapseShouldLeaveTheNewestAndItsOwnDelay() {
    // When
    Play.Outcome outcome =
        new Play()
            .at(ZERO, ofSeconds(1), ofSeconds(2), ofSeconds(3))
            .against(
                "{\"limits\":[{\"name\":\"slow\",\"limit\":1,\"window\":\"PT10S\","
                    + "\"on_exceed\":\"collapse\"}]}");

    // Then
    assertThat(outcome.candidate().collapsed()).isEqualTo(2);
    assertThat(outcome.candidate().delayed()).isEqualTo(1);
    assertThat(outcome.candidate().delay().maxMillis()).isEqualTo(7_000);
    assertThat(outcome.candidate().endings())
        .containsExactly(new Ending("collapsed", "policy", "slow", 2));
  }

  @Test
  void collapseKeyShouldCollapseOnlyWhatWaits() {
    // Given
    Play play = new Play();
    for (int i = 0; i < 3; i++) {
      Message keyed =
          with(message("m" + i, ofSeconds(i)), Urgency.NORMAL, NEVER, NEVER, "score", "");
      play.add(recorded(ALICE, keyed, ofSeconds(i)));
    }

    // When
    Play.Outcome outcome = play.against("{\"batch\":{\"window\":\"PT5S\"}}");

    // Then
    assertThat(outcome.current().collapsed()).isZero();
    assertThat(outcome.candidate().endings())
        .containsExactly(new Ending("collapsed", "collapse_key", null, 2));
    assertThat(outcome.candidate().pushes()).isEqualTo(1);
  }

  @Test
  void batchShouldHoldEachUntilTheWindowCloses() {
    // When
    Play.Outcome outcome =
        new Play()
            .at(ZERO, ofSeconds(1), ofSeconds(2))
            .against("{\"batch\":{\"window\":\"PT5S\"}}");

    // Then
    assertThat(outcome.candidate().pushes()).isEqualTo(1);
    assertThat(outcome.candidate().delayed()).isEqualTo(3);
    assertThat(outcome.candidate().delay().p50Millis()).isEqualTo(4_000);
    assertThat(outcome.candidate().delay().maxMillis()).isEqualTo(5_000);
  }

  @Test
  void batchShouldKnowTheLengthOfPayloadsThatAreNotKept() {
    // Given
    Play play = new Play();
    for (int i = 0; i < 4; i++) {
      play.add(new Recorded(ALICE, message("m" + i, ZERO), 100, Play.NOON));
    }

    // When
    Play.Outcome outcome = play.against("{\"batch\":{\"window\":\"PT5S\",\"max_bytes\":250}}");

    // Then
    assertThat(outcome.candidate().pushes()).isEqualTo(2);
  }

  @Test
  void quietHoursShouldDelayToTheirEnd() {
    // When
    Play.Outcome outcome =
        new Play()
            .at(ofHours(10), ofHours(11), ofHours(20))
            .against("{\"quiet_hours\":[{\"from\":\"23:00\",\"until\":\"07:00\"}]}");

    // Then: 22:00 goes, 23:00 waits until 07:00, 08:00 goes.
    assertThat(outcome.candidate().atOnce()).isEqualTo(2);
    assertThat(outcome.candidate().delay().maxMillis()).isEqualTo(ofHours(8).toMillis());
  }

  @Test
  void deliverAtShouldBeNoDelay() {
    // Given
    Message later = with(message("m", ZERO), Urgency.NORMAL, NEVER, ofHours(2), "", "");

    // When
    Play.Outcome outcome =
        new Play()
            .add(recorded(ALICE, later, ZERO))
            .at(ofHours(2))
            .against("{\"limits\":[{\"limit\":1,\"window\":\"PT1M\"}]}");

    // Then
    assertThat(outcome.current().atOnce()).isEqualTo(2);
    assertThat(outcome.candidate().atOnce()).isEqualTo(1);
    assertThat(outcome.candidate().delay().maxMillis()).isEqualTo(60_000);
  }

  @Test
  void ttlShouldRunOutWhileAPolicyHolds() {
    // Given
    Message shortLived =
        with(message("m", ofHours(12)), Urgency.NORMAL, ofHours(13), NEVER, "", "");

    // When
    Play.Outcome outcome =
        new Play()
            .add(recorded(ALICE, shortLived, ofHours(12)))
            .against("{\"quiet_hours\":[{\"from\":\"23:00\",\"until\":\"07:00\"}]}");

    // Then
    assertThat(outcome.current().atOnce()).isEqualTo(1);
    assertThat(outcome.candidate().expired()).isEqualTo(1);
    assertThat(outcome.candidate().endings())
        .containsExactly(new Ending("expired", "ttl", null, 1));
  }

  @Test
  void liveMessageShouldGoNowOrExpireByTheRule() {
    // Given
    Play play = new Play();
    for (int i = 0; i < 2; i++) {
      Message live = with(message("m" + i, ZERO), Urgency.NORMAL, ZERO, NEVER, "", "");
      play.add(recorded(ALICE, live, ZERO));
    }

    // When
    Play.Outcome outcome =
        play.against("{\"limits\":[{\"name\":\"one\",\"limit\":1,\"window\":\"PT1S\"}]}");

    // Then
    assertThat(outcome.current().atOnce()).isEqualTo(2);
    assertThat(outcome.current().pushes()).isEqualTo(2);
    assertThat(outcome.candidate().atOnce()).isEqualTo(1);
    assertThat(outcome.candidate().endings())
        .containsExactly(new Ending("expired", "policy", "one", 1));
  }

  @Test
  void candidateShouldConcernOnlyThoseWhoHaveThePolicy() {
    // Given
    Play play =
        new Play()
            .policy("default", "{}")
            .policy("gentle", "{\"limits\":[{\"limit\":1,\"window\":\"PT1S\"}]}")
            .settings(BOB, "{\"policy\":\"gentle\"}")
            .at(ZERO, ZERO)
            .add(recorded(BOB, "b0", ZERO))
            .add(recorded(BOB, "b1", ZERO));

    // When
    Play.Outcome gentle = play.against("gentle", "{\"batch\":{\"window\":\"PT7S\"}}");
    Play.Outcome ofAll = play.against("default", "{\"batch\":{\"window\":\"PT7S\"}}");

    // Then
    assertThat(gentle.taken())
        .containsExactly(Taken.OTHER_POLICY, Taken.OTHER_POLICY, Taken.YES, Taken.YES);
    assertThat(gentle.current().delay().maxMillis()).isEqualTo(1_000);
    assertThat(gentle.candidate().delay().maxMillis()).isEqualTo(7_000);
    assertThat(ofAll.taken())
        .containsExactly(Taken.YES, Taken.YES, Taken.OTHER_POLICY, Taken.OTHER_POLICY);
  }

  @Test
  void nameThatIsNewShouldTakeThePlaceOfTheDefault() {
    // Given
    Play play =
        new Play()
            .policy("default", "{\"batch\":{\"window\":\"PT2S\"}}")
            .policy("gentle", "{}")
            .settings(BOB, "{\"policy\":\"gentle\"}")
            .at(ZERO)
            .add(recorded(BOB, "b", ZERO));

    // When
    Play.Outcome outcome = play.against("brand-new", "{\"batch\":{\"window\":\"PT7S\"}}");

    // Then
    assertThat(outcome.taken()).containsExactly(Taken.YES, Taken.OTHER_POLICY);
    assertThat(outcome.current().delay().maxMillis()).isEqualTo(2_000);
    assertThat(outcome.candidate().delay().maxMillis()).isEqualTo(7_000);
  }

  @Test
  void overridesShouldHoldOverTheCandidateToo() {
    // Given
    String noBatch = "{\"overrides\":{\"batch\":{\"window\":\"PT1S\"}}}";
    String misfit =
        "{\"overrides\":{\"limits\":[{\"name\":\"a\",\"limit\":1,\"window\":\"PT1S\"}]}}";
    Play play =
        new Play()
            .settings(ALICE, noBatch)
            .settings(BOB, misfit)
            .at(ZERO)
            .add(recorded(BOB, "b", ZERO));

    // When
    Play.Outcome outcome =
        play.against(
            "{\"batch\":{\"window\":\"PT7S\"},"
                + "\"caps\":[{\"name\":\"a\",\"limit\":5,\"per\":\"day\"}]}");

    // Then: alice's window is her own; bob's rule has a name that the candidate has, too.
    assertThat(outcome.candidate().delay().p50Millis()).isEqualTo(1_000);
    assertThat(outcome.candidate().delay().maxMillis()).isEqualTo(7_000);
    assertThat(outcome.candidate().faults()).isEqualTo(1);
    assertThat(outcome.current().faults()).isZero();
  }

  @Test
  void repeatedIdShouldCountOnceWithinTheHorizon() {
    // Given
    Play play = new Play().add(recorded(ALICE, "same", ZERO));
    play.add(recorded(ALICE, "same", ofHours(1))).add(recorded(BOB, "same", ofHours(1)));
    play.add(recorded(ALICE, "same", ofDays(3)));

    // When
    Play.Outcome outcome = play.against("{}");

    // Then
    assertThat(outcome.taken()).containsExactly(Taken.YES, Taken.DUPLICATE, Taken.YES, Taken.YES);
    assertThat(outcome.current().atOnce()).isEqualTo(3);
    assertThat(outcome.rehearsal().users()).isEqualTo(2);
  }

  @Test
  void scheduledBeyondTheHorizonShouldStillWait() {
    // Given
    Message far = with(message("m", ZERO), Urgency.NORMAL, NEVER, ofDays(8), "", "");
    Message near = with(message("n", ZERO), Urgency.NORMAL, NEVER, ofDays(6), "", "");

    // When
    Play.Outcome outcome =
        new Play().add(recorded(ALICE, far, ZERO)).add(recorded(ALICE, near, ZERO)).against("{}");

    // Then
    assertThat(outcome.candidate().waiting()).isEqualTo(1);
    assertThat(outcome.candidate().atOnce()).isEqualTo(1);
  }

  @Test
  void userOfMonthsOfSilenceShouldStillBeThere() {
    // When
    Play.Outcome outcome = new Play().at(ZERO, ofDays(40), ofDays(80)).against("{}");

    // Then
    assertThat(outcome.candidate().atOnce()).isEqualTo(3);
  }

  @Test
  void mailboxShouldOverflowByTheLengthOfPayloadsThatAreNotKept() {
    // Given
    Play play = new Play();
    for (int i = 0; i < 1_000; i++) {
      play.add(
          new Recorded(
              ALICE,
              message("m" + i, ofHours(12)),
              256 * 1024,
              Play.NOON + ofHours(12).toMillis()));
    }

    // When
    Play.Outcome outcome =
        play.against(
            "{\"quiet_hours\":[{\"from\":\"23:00\",\"until\":\"07:00\"}],"
                + "\"mailbox\":{\"max_bytes\":26214400}}");

    // Then: 25 MiB are 100 of them.
    assertThat(outcome.candidate().endings())
        .containsExactly(new Ending("dropped", "mailbox_full", null, 900));
    assertThat(outcome.candidate().delayed()).isEqualTo(100);
    assertThat(outcome.rehearsal().keptBytes()).isBetween(90_000L, 1_000_000L);
  }

  @Test
  void memoryShouldBeGivenBackWhenMessagesEnd() {
    // Given
    Play few = new Play();
    Play many = new Play();
    for (int i = 0; i < 5_000; i++) {
      Recorded each = recorded(ALICE, "m" + i, ofHours(i));
      many.add(each);
      if (i < 100) {
        few.add(each);
      }
    }

    // When
    long ofFew = few.against("{\"batch\":{\"window\":\"PT1H\"}}").rehearsal().keptBytes();
    long ofMany = many.against("{\"batch\":{\"window\":\"PT1H\"}}").rehearsal().keptBytes();

    // Then: ids are forgotten after two horizons, in steps of a thousand messages.
    assertThat(ofMany).isLessThan(ofFew + 1_100L * 200);
  }

  @Test
  void messageBeforeItsTimeShouldBeRefused() {
    // Given
    Play.Outcome outcome = new Play().at(ZERO).against("{}");
    Recorded tomorrow = recorded(ALICE, "x", ofDays(1));

    // When
    assertThatThrownBy(() -> outcome.rehearsal().take(tomorrow, ""))
        // Then
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("atMillis: has not come yet");
  }

  @Test
  void timeShouldNotHaveComeWhileSomebodyIsStillToBeWoken() {
    // Given: only the candidate has somebody to wake
    Comparison comparison =
        Comparison.of(
            new PolicyBook(Policy.NONE),
            new PolicyKey("default", "default"),
            Policy.parse("{\"batch\":{\"window\":\"PT1S\"}}"));
    Rehearsal rehearsal = new Rehearsal(SequencerSettings.defaults(), comparison);
    assertThat(rehearsal.advance(Play.NOON, 1)).isTrue();
    rehearsal.take(recorded(ALICE, "a", ZERO), "");
    rehearsal.take(recorded(BOB, "b", ZERO), "");
    Recorded next = recorded(ALICE, "c", ofMinutes(1));

    // When
    boolean there = rehearsal.advance(next.atMillis(), 1);

    // Then
    assertThat(there).isFalse();
    assertThatThrownBy(() -> rehearsal.take(next, "")).isInstanceOf(IllegalArgumentException.class);
    assertThat(rehearsal.advance(next.atMillis(), 1_000)).isTrue();
    assertThat(rehearsal.take(next, "")).isEqualTo(Taken.YES);
  }

  @Test
  void recordOfAnEarlierTimeShouldCountAsOfNow() {
    // When
    Play.Outcome outcome =
        new Play()
            .at(ofSeconds(10), ZERO)
            .against("{\"limits\":[{\"limit\":1,\"window\":\"PT1S\"}]}");

    // Then
    assertThat(outcome.candidate().delay().maxMillis()).isEqualTo(1_000);
  }
}
