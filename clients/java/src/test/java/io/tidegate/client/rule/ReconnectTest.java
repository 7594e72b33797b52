package io.tidegate.client.rule;

import static io.tidegate.client.rule.End.closed;
import static io.tidegate.client.rule.End.lost;
import static io.tidegate.client.rule.Reconnect.NEVER_STOOD;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReconnectTest {
  private double chance = 0.999999;

  private Reconnect rule(boolean canRenew) {
    return new Reconnect(500, 30_000, () -> chance, canRenew);
  }

  private static long delay(Reconnect.@Nullable Step step) {
    return requireNonNull(step).delay();
  }

  @Test
  void everyCloseCodeOfTheProtocolShouldHaveTheRuleThatStandsThere() throws Exception {
    // Ours are finer: with another token, or when it was ourselves, a client may come again.
    Map<String, String> finer =
        Map.of("replaced", "ghost", "unauthorized", "token", "token_expired", "token");
    String page = Files.readString(Path.of("../../docs/PROTOCOL.md"));
    Matcher rows =
        Pattern.compile("(?m)^\\| (\\d{4}) \\| (\\w+) \\| (never|backoff|now) \\|$").matcher(page);
    int count = 0;
    for (; rows.find(); count++) {
      String rule = closed(Integer.parseInt(rows.group(1)), "").rule().name();
      assertThat(rule.toLowerCase(Locale.ROOT))
          .as(rows.group(2))
          .isEqualTo(finer.getOrDefault(rows.group(2), rows.group(3)));
    }
    assertThat(count).isGreaterThanOrEqualTo(22);
  }

  @ParameterizedTest
  @CsvSource({"4599,'',NEVER", "4099,'',BACKOFF", "4099,never,NEVER", "1006,'',ANOTHER"})
  void codesThatOnlyANewerWorkerKnowsShouldHaveARule(int code, String reconnect, End.Rule rule) {
    assertThat(closed(code, "", reconnect).rule()).isEqualTo(rule);
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1002, 1003, 1007, 1009, 4502, 4503, 4504, 4506, 4508})
  void neverShouldBeFinal(int code) {
    assertThat(rule(true).after(closed(code, ""), 0, 60_000, null)).isNull();
  }

  @Test
  void boundShouldDoubleUpTo30SecondsAndBeginAnewAfterAConnectionThatStood() {
    Reconnect reconnect = rule(false);

    long[] delays =
        IntStream.range(0, 9)
            .mapToLong(i -> delay(reconnect.after(lost(""), 0, 0, null)))
            .toArray();

    assertThat(delays).containsExactly(500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000);
    assertThat(delay(reconnect.after(lost(""), 0, 9_999, null))).isEqualTo(30_000);
    assertThat(delay(reconnect.after(lost(""), 0, 10_000, null))).isEqualTo(500);
  }

  @Test
  void delaysShouldBeRandomBelowTheBound() {
    Reconnect reconnect = rule(false);
    chance = 0;
    assertThat(delay(reconnect.after(lost(""), 0, 0, null))).isZero();
    chance = 0.25;
    assertThat(delay(reconnect.after(lost(""), 0, 0, null))).isEqualTo(250);
  }

  @Test
  void nowShouldBeAtOnceUnlessConnectionsDoNotStand() {
    Reconnect reconnect = rule(false);
    assertThat(delay(reconnect.after(closed(4005, ""), 0, 60_000, null))).isZero();
    assertThat(delay(reconnect.after(closed(4004, ""), 0, 5, null))).isEqualTo(1000);
    assertThat(delay(reconnect.after(closed(4004, ""), 0, 5, null))).isEqualTo(2000);
  }

  @ParameterizedTest
  @ValueSource(ints = {1001, 4005, 4000, 1006})
  void rangeOfAGoawayShouldDecideWhateverTheCodeSays(int code) {
    chance = 0.5;

    Reconnect.Step step =
        requireNonNull(rule(false).after(closed(code, ""), 0, 60_000, new Range(500, 30_000)));

    assertThat(step.delay()).isEqualTo(15_250);
    assertThat(step.asked()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "503,true,2,0,2000",
    "503,true,2,0.999999,4500",
    "429,false,'Wed, 21 Oct 2026 07:28:00 GMT',0.999999,500",
    "503,true,999999999,0,600000",
    "503,true,0,0.999999,500"
  })
  void retryAfterShouldBeWaitedForAndUpToTwiceAsLong(
      int status, boolean isProblem, String after, double random, long delay) {
    chance = random;

    Reconnect.Step step =
        requireNonNull(
            rule(false).after(End.refused(status, isProblem, after, ""), 0, NEVER_STOOD, null));

    assertThat(step.delay()).isEqualTo(delay);
    assertThat(step.another()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403})
  void refusalsOfTheWorkerShouldBeFinal(int status) {
    assertThat(rule(false).after(End.refused(status, true, null, ""), 0, NEVER_STOOD, null))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "400,false,true",
    "401,false,true",
    "403,false,true",
    "404,false,true",
    "407,false,true",
    "502,false,true",
    "504,false,true",
    "404,true,true",
    "500,true,false"
  })
  void refusalsOfSomebodyBetweenShouldBeForAnotherTransport(
      int status, boolean isProblem, boolean another) {
    Reconnect.Step step =
        rule(false).after(End.refused(status, isProblem, null, ""), 0, NEVER_STOOD, null);
    assertThat(requireNonNull(step).another()).isEqualTo(another);
  }

  @ParameterizedTest
  @CsvSource({
    "503,true,2,BACKOFF",
    "503,false,2,BACKOFF",
    "503,false,,ANOTHER",
    "403,false,,ANOTHER",
    "403,true,,GHOST",
    "426,false,,ANOTHER"
  })
  void upgradeThatIsRefusedShouldCountOnlyAsAWorkersWord(
      int status, boolean isProblem, @Nullable String after, End.Rule rule) {
    assertThat(End.noUpgrade(status, isProblem, after).rule()).isEqualTo(rule);
  }

  @Test
  void anotherTransportShouldBeForWhenNoSessionCameToBe() {
    assertThat(another(lost(""), NEVER_STOOD)).isTrue();
    assertThat(another(lost(""), 5)).isFalse();
    assertThat(another(closed(4001, ""), NEVER_STOOD)).isFalse();
  }

  private boolean another(End end, long lived) {
    return requireNonNull(rule(false).after(end, 0, lived, null)).another();
  }

  @Test
  void tokenThatWasRefusedShouldBeReplacedOnceUntilOneWasGood() {
    assertThat(rule(false).after(closed(4507, ""), 0, 60_000, null)).isNull();
    Reconnect reconnect = rule(true);

    assertThat(reconnect.after(closed(4507, ""), 0, 60_000, null))
        .isEqualTo(new Reconnect.Step(0, false, false, true));
    assertThat(reconnect.after(closed(4505, ""), 0, NEVER_STOOD, null)).isNull();

    reconnect.welcomed();
    End refused = End.refused(401, true, null, "");
    assertThat(requireNonNull(reconnect.after(refused, 0, NEVER_STOOD, null)).renew()).isTrue();
  }

  @Test
  void replacedShouldBeFinalUnlessAHelloOfOursMayJustHaveArrived() {
    Reconnect reconnect = rule(false);
    assertThat(reconnect.after(closed(4500, ""), 0, 60_000, null)).isNull();

    reconnect.gaveUp(1_000);
    assertThat(reconnect.after(closed(4500, ""), 2_000, 500, null)).isNotNull();
    assertThat(reconnect.after(closed(4500, ""), 3_000, 500, null)).as("one excuse").isNull();

    reconnect.gaveUp(4_000);
    assertThat(reconnect.after(closed(4500, ""), 64_000, 500, null)).as("a minute on").isNull();
  }

  @Test
  void hurryShouldBeginWithAShortDelay() {
    Reconnect reconnect = rule(false);
    for (int i = 0; i < 9; i++) {
      reconnect.after(lost(""), 0, 0, null);
    }
    assertThat(reconnect.hurry()).isEqualTo(500);
  }
}
