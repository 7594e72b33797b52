package io.tidegate.contract.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserSettingsTest {
  private static final Policy GENTLE =
      Policy.parse(
          """
          {"limits":[{"name":"hourly","limit":4,"window":"PT1H"}],
           "batch":{"window":"PT5S","max_messages":8},
           "timezone":"America/Sao_Paulo",
           "smoothing":"PT30S"}
          """);

  @Test
  void settingsShouldReadBackEqual() {
    // Given
    String json =
        "{\"policy\":\"gentle\",\"timezone\":\"Europe/Berlin\","
            + "\"overrides\":{\"batch\":null,\"x\":[1,1.50,true,\"é\"]}}";

    // When
    UserSettings settings = UserSettings.parse(json);

    // Then
    assertThat(settings.policy()).isEqualTo("gentle");
    assertThat(settings.timezone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(settings.toJson()).isEqualTo(json);
    assertThat(UserSettings.parse(settings.toJson())).isEqualTo(settings);
    assertThat(UserSettings.parse("{}")).isEqualTo(UserSettings.NONE);
    assertThat(UserSettings.NONE.toJson()).isEqualTo("{}");
  }

  @Test
  void nothingSetShouldLeaveThePolicyAsItIs() {
    assertThat(UserSettings.NONE.effective(GENTLE)).isEqualTo(GENTLE);
  }

  @Test
  void overridesShouldGoOverThePolicyAndTheTimezoneOverBoth() {
    // Given
    UserSettings settings =
        UserSettings.parse(
            """
            {"timezone":"Europe/Berlin",
             "overrides":{"batch":{"max_messages":null,"mode":"look-back"},
                          "limits":[{"name":"hourly","limit":1,"window":"PT1H"}],
                          "timezone":"Asia/Tokyo",
                          "smoothing":null}}
            """);

    // When
    Policy effective = settings.effective(GENTLE);

    // Then
    assertThat(effective.timezone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(effective.batch())
        .isEqualTo(new Batch(Duration.ofSeconds(5), BatchMode.LOOK_BACK, 64, 65_536));
    assertThat(effective.limits()).extracting(Limit::limit).containsExactly(1L);
    assertThat(effective.smoothing()).isZero();
  }

  @Test
  void overridesThatFitNoPolicyShouldBeRefusedWhereTheyMeetIt() {
    // Given
    UserSettings settings = UserSettings.parse("{\"overrides\":{\"batch\":{\"windw\":\"PT1S\"}}}");

    // When
    assertThatThrownBy(() -> settings.effective(GENTLE))
        // Then
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageStartingWith("overrides.batch.windw: unknown field");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"policy\":\"a/b\"} | policy: want 1 to 64 of [A-Za-z0-9._-], got \"a/b\"",
        "{\"policy\":1} | policy: want a string, got 1",
        "{\"timezone\":\"x\"} | timezone: want a time zone such as Europe/Berlin, got \"x\"",
        "{\"overrides\":[]} | overrides: want an object, got an array",
        "{\"overrides\":{\"a\":1,\"a\":2}} | overrides.a: stands there twice",
        "{\"limits\":[]} | limits: unknown field; want one of [policy, timezone, overrides]",
      })
  void illegalSettingsShouldBeRefusedNamingFieldAndReason(String json, String message) {
    assertThatThrownBy(() -> UserSettings.parse(json))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessage(message);
  }

  /** RFC 7396, appendix A. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"a\":\"b\"} | {\"a\":\"c\"} | {\"a\":\"c\"}",
        "{\"a\":\"b\"} | {\"b\":\"c\"} | {\"a\":\"b\",\"b\":\"c\"}",
        "{\"a\":\"b\"} | {\"a\":null} | {}",
        "{\"a\":\"b\",\"b\":\"c\"} | {\"a\":null} | {\"b\":\"c\"}",
        "{\"a\":[\"b\"]} | {\"a\":\"c\"} | {\"a\":\"c\"}",
        "{\"a\":\"c\"} | {\"a\":[\"b\"]} | {\"a\":[\"b\"]}",
        "{\"a\":{\"b\":\"c\"}} | {\"a\":{\"b\":\"d\",\"c\":null}} | {\"a\":{\"b\":\"d\"}}",
        "{\"a\":[{\"b\":\"c\"}]} | {\"a\":[1]} | {\"a\":[1]}",
        "[\"a\",\"b\"] | [\"c\",\"d\"] | [\"c\",\"d\"]",
        "{\"a\":\"b\"} | [\"c\"] | [\"c\"]",
        "{\"a\":\"foo\"} | null | null",
        "{\"a\":\"foo\"} | \"bar\" | \"bar\"",
        "{\"e\":null} | {\"a\":1} | {\"e\":null,\"a\":1}",
        "[1,2] | {\"a\":\"b\",\"c\":null} | {\"a\":\"b\"}",
        "{} | {\"a\":{\"bb\":{\"ccc\":null}}} | {\"a\":{\"bb\":{}}}",
      })
  void mergeShouldBeAsTheRfcHasIt(String target, String patch, String result) {
    assertThat(JsonTree.write(JsonTree.merge(JsonTree.parse(target), JsonTree.parse(patch))))
        .isEqualTo(result);
  }

  /** Whatever else a policy says, a patch of all its own fields changes nothing. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void policyOverItselfShouldBeItself(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 100; round++) {
      // Given
      Policy policy = RandomPolicies.policy(random);
      UserSettings settings = new UserSettings("p", null, policy.toJson());

      // When
      Policy effective = settings.effective(policy);

      // Then
      assertThat(effective).as("seed %d, round %d", seed, round).isEqualTo(policy);
    }
  }
}
