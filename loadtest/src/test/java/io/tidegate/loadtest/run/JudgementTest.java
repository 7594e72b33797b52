package io.tidegate.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.profile.ProfileReader;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a deployment's own policy lets go by right is no loss. */
final class JudgementTest {
  private static final Profile NEWS =
      ProfileReader.read("news", "send: {category: news, urgency: high}\nphases: [{burst: 4}]\n");

  private static Judgement of(String policy) {
    return Judgement.of(NEWS, NEWS.sending().concernedBy(Policy.parse(policy)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "the policy drops or collapses what exceeds it"
            + " | {'limits':[{'limit':1,'window':'PT1S','on_exceed':'drop'}]}",
        "caps and quiet hours may hold them for longer than the run takes"
            + " | {'caps':[{'limit':5,'per':'day'}]}",
        "the policy bounds what waits | {'mailbox':{'max_messages':5}}",
        "limits may hold them for longer than is waited"
            + " | {'limits':[{'limit':2,'window':'PT1H'}]}"
      })
  void whatMayGoByRightIsNoLoss(String why, String policy) {
    Judgement judgement = of(policy.replace('\'', '"'));

    assertThat(judgement.lossCounts()).isFalse();
    assertThat(judgement.why()).isEqualTo(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}",
        "{'limits':[{'limit':1,'window':'PT30S'}]}",
        "{'limits':[{'limit':1,'window':'PT1S','on_exceed':'drop','category':'ads'}]}",
        "{'caps':[{'limit':5,'per':'day','category':'ads'}]}",
        "{'caps':[{'limit':5,'per':'day'}],'bypass':{'high':['caps']}}",
        "{'limits':[{'limit':1,'window':'PT1S','on_exceed':'drop'}],'bypass':{'high':['limits']}}"
      })
  void whatConcernsOthersOrOnlyDefersLetsNothingGo(String policy) {
    assertThat(of(policy.replace('\'', '"')).why()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | {'limits':[{'limit':1,'window':'PT30S'}],'batch':{'max_messages':2}}",
        "[] | {'caps':[{'limit':5,'per':'day','category':'ads'}]}",
        "[] | {'quiet_hours':[{'from':'22:00','until':'07:00'}],'bypass':{'high':['quiet_hours']}}",
        "[caps] | {'caps':[{'limit':5,'per':'day'}]}",
        "[caps, quiet hours] |"
            + " {'caps':[{'limit':5,'per':'day'}],'quiet_hours':[{'from':'22:00','until':'07:00'}]}"
      })
  void rulesThatPushesAreNotHeldAgainstAreNamed(String kinds, String policy) {
    assertThat(of(policy.replace('\'', '"')).unchecked()).hasToString(kinds);
  }

  @Test
  void noLimitIsWaitedForLongerThanTenMinutesUnlessTheProfileAsksForIt() {
    Policy hourly = Policy.parse("{\"limits\":[{\"limit\":1,\"window\":\"PT1H\"}]}");

    assertThat(Drain.quietNanos(Duration.ofSeconds(15), hourly))
        .isEqualTo(Duration.ofMinutes(10).toNanos());
    assertThat(Drain.quietNanos(Duration.ofHours(2), hourly))
        .isEqualTo(Duration.ofHours(2).toNanos());
  }
}
