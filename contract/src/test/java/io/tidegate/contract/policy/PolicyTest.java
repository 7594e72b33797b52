package io.tidegate.contract.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.contract.Urgency;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {
  private static final String FULL =
      """
      {"limits":[{"name":"per-second","limit":5,"window":"PT1S","burst":5,"unit":"messages",\
      "category":"marketing","on_exceed":"drop"}],\
      "caps":[{"name":"daily","limit":20,"per":"week","unit":"messages","category":"marketing",\
      "on_exceed":"collapse"}],\
      "batch":{"window":"PT5S","mode":"look-back","max_messages":8,"max_bytes":1024},\
      "bypass":{"normal":["batch"],"high":["limits","caps","quiet_hours","batch"]},\
      "quiet_hours":[{"days":["mon","tue"],"from":"22:00","until":"07:00"}],\
      "timezone":"Europe/Berlin",\
      "smoothing":"PT30S",\
      "mailbox":{"max_messages":1000,"max_bytes":1048576,"ttl":"P7D","overflow":"lowest-urgency"},\
      "broadcast":{"rate":1000}}\
      """;

  @Test
  void everyFieldShouldBeRead() {
    // When
    Policy policy = Policy.parse(FULL);

    // Then
    assertThat(policy)
        .isEqualTo(
            new Policy(
                List.of(
                    new Limit(
                        "per-second",
                        5,
                        Duration.ofSeconds(1),
                        5,
                        CountUnit.MESSAGES,
                        "marketing",
                        OnExceed.DROP)),
                List.of(
                    new Cap(
                        "daily",
                        20,
                        Period.WEEK,
                        CountUnit.MESSAGES,
                        "marketing",
                        OnExceed.COLLAPSE)),
                new Batch(Duration.ofSeconds(5), BatchMode.LOOK_BACK, 8, 1024),
                Map.of(
                    Urgency.HIGH, Set.of(Gate.values()),
                    Urgency.NORMAL, Set.of(Gate.BATCH)),
                List.of(
                    new QuietHours(
                        Set.of(DayOfWeek.MONDAY, DayOfWeek.TUESDAY),
                        LocalTime.of(22, 0),
                        LocalTime.of(7, 0))),
                ZoneId.of("Europe/Berlin"),
                Duration.ofSeconds(30),
                new MailboxBounds(1000, 1L << 20, Duration.ofDays(7), Overflow.LOWEST_URGENCY),
                1000));
    assertThat(policy.toJson()).isEqualTo(FULL);
    assertThat(Policy.parse(FULL.getBytes(UTF_8))).isEqualTo(policy);
  }

  @Test
  void emptyPolicyShouldLimitNothing() {
    assertThat(Policy.parse("{}")).isEqualTo(Policy.NONE);
    assertThat(Policy.NONE.toJson()).isEqualTo("{}");
  }

  @Test
  void restOfARuleShouldBeAsDocumented() {
    // When
    Policy policy =
        Policy.parse(
            """
            {"limits":[{"limit":2,"window":"PT48H"}],
             "caps":[{"limit":3,"per":"day"}],
             "quiet_hours":[{"from":"00:00","until":"00:00"}],
             "batch":{}, "mailbox":{}, "broadcast":{}, "bypass":{"low":[]}}
            """);

    // Then
    assertThat(policy.limits()).containsExactly(Limit.of(2, Duration.ofDays(2), 1));
    assertThat(policy.limits().getFirst().name()).isEqualTo("2/P2D");
    assertThat(policy.caps())
        .containsExactly(new Cap("3/day", 3, Period.DAY, CountUnit.PUSHES, null, OnExceed.DEFER));
    assertThat(policy.quietHours().getFirst().days()).containsExactlyInAnyOrder(DayOfWeek.values());
    assertThat(policy.batch()).isEqualTo(new Batch(Duration.ZERO, BatchMode.FIRST, 64, 65_536));
    assertThat(policy.mailbox()).isEqualTo(new MailboxBounds(null, null, null, Overflow.OLDEST));
    assertThat(policy.broadcastRate()).isNull();
    assertThat(policy.bypass()).isEmpty();
    assertThat(policy.toJson())
        .isEqualTo(
            "{\"limits\":[{\"limit\":2,\"window\":\"P2D\"}],\"caps\":[{\"limit\":3,\"per\":\"day\"}],"
                + "\"quiet_hours\":[{\"from\":\"00:00\",\"until\":\"00:00\"}]}");
  }

  @Test
  void unnamedRulesShouldHaveNamesOfTheirOwn() {
    // When
    Policy policy =
        Policy.parse(
            """
            {"limits":[
              {"limit":1,"window":"PT1S"},
              {"limit":1,"window":"PT1S","on_exceed":"drop"},
              {"limit":1,"window":"PT1S","unit":"messages"},
              {"limit":1,"window":"PT1S","category":"news"},
              {"limit":1,"window":"PT1S","category":"Neuigkeiten für Ö"},
              {"limit":9,"window":"PT9S","name":"1/PT1S"}],
             "caps":[{"limit":1,"per":"week","category":"news","unit":"messages"}]}
            """);

    // Then
    assertThat(policy.limits())
        .extracting(Limit::name)
        .containsExactly(
            "1/PT1S-2",
            "1/PT1S-3",
            "1/PT1S/messages",
            "news:1/PT1S",
            Integer.toHexString("Neuigkeiten für Ö".hashCode()) + ":1/PT1S",
            "1/PT1S");
    assertThat(policy.caps()).extracting(Cap::name).containsExactly("news:1/week/messages");
    assertThat(Policy.parse(policy.toJson())).isEqualTo(policy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~~ | empty",
        "[] | want an object, got an array",
        "{}{} | something follows the value",
        "{\"limit\":1} | limit: unknown field; want one of [limits, caps, batch, bypass,"
            + " quiet_hours, timezone, smoothing, mailbox, broadcast]",
        "{\"caps\":[],\"caps\":[]} | caps: stands there twice",
        "{\"limits\":{}} | limits: want an array, got an object",
        "{\"limits\":null} | limits: want an array, got null",
        "{\"limits\":[1]} | limits[0]: want an object, got 1",
        "{\"limits\":[{\"window\":\"PT1S\"}]} | limits[0].limit: required",
        "{\"limits\":[{\"limit\":1}]} | limits[0].window: required",
        "{\"limits\":[{\"limit\":1,\"window\":\"PT1S\"},{\"limit\":1,\"window\":\"PT0S\"}]}"
            + " | limits[1].window: want PT0.001S to P366D, got \"PT0S\"",
        "{\"limits\":[{\"limit\":1,\"window\":\"P367D\"}]}"
            + " | limits[0].window: want PT0.001S to P366D, got \"P367D\"",
        "{\"limits\":[{\"limit\":1,\"window\":\"PT0.0015S\"}]}"
            + " | limits[0].window: want whole milliseconds, got \"PT0.0015S\"",
        "{\"limits\":[{\"limit\":1,\"window\":\"1s\"}]} | limits[0].window: want an ISO 8601"
            + " duration of days, hours, minutes and seconds such as PT1H30M, got \"1s\"",
        "{\"limits\":[{\"limit\":1,\"window\":1}]} | limits[0].window: want a string, got 1",
        "{\"limits\":[{\"limit\":1.5,\"window\":\"PT1S\"}]} | limits[0].limit: want an integer, got"
            + " 1.5",
        "{\"limits\":[{\"limit\":\"1\",\"window\":\"PT1S\"}]}"
            + " | limits[0].limit: want an integer, got \"1\"",
        "{\"limits\":[{\"limit\":99999999999999999999,\"window\":\"PT1S\"}]}"
            + " | limits[0].limit: want an integer, got 99999999999999999999",
        "{\"limits\":[{\"limit\":0,\"window\":\"PT1S\"}]}"
            + " | limits[0].limit: want 1 to 1000000000, got 0",
        "{\"limits\":[{\"limit\":1,\"window\":\"P1D\",\"burst\":367}]}"
            + " | limits[0].burst: want no more than come in P366D, got 367",
        "{\"limits\":[{\"limit\":1,\"window\":\"PT1S\",\"burst\":0}]}"
            + " | limits[0].burst: want 1 to 1000000, got 0",
        "{\"limits\":[{\"limit\":5000000,\"window\":\"PT1S\",\"burst\":1000001}]}"
            + " | limits[0].burst: want 1 to 1000000, got 1000001",
        "{\"limits\":[{\"limit\":1,\"window\":\"PT1S\",\"name\":\"a b\"}]}"
            + " | limits[0].name: want 1 to 64 of [A-Za-z0-9._:/-], got \"a b\"",
        "{\"limits\":[{\"limit\":1,\"window\":\"PT1S\",\"category\":\"\"}]}"
            + " | limits[0].category: want 1 to 256 characters, got 0",
        "{\"limits\":[{\"limit\":1,\"window\":\"PT1S\",\"category\":\"a\\nb\"}]}"
            + " | limits[0].category: has a control character at 1",
        "{\"limits\":[{\"limit\":1,\"window\":\"PT1S\",\"unit\":\"pushs\"}]}"
            + " | limits[0].unit: want one of pushes, messages, got \"pushs\"",
        "{\"limits\":[{\"limit\":1,\"window\":\"PT1S\",\"x\":1}]} | limits[0].x: unknown field;"
            + " want one of [name, limit, window, burst, unit, category, on_exceed]",
        "{\"limits\":[{\"limit\":1,\"window\":\"PT1S\",\"limit\":1}]} | limits[0].limit: stands"
            + " there twice",
        "{\"limits\":[{\"limit\":1,\"window\":\"PT1S\",\"name\":\"a\"}],"
            + "\"caps\":[{\"limit\":1,\"per\":\"day\",\"name\":\"a\"}]}"
            + " | caps[0].name: another rule has the name \"a\"",
        "{\"caps\":[{\"limit\":1,\"per\":\"month\"}]}"
            + " | caps[0].per: want one of day, week, got \"month\"",
        "{\"caps\":[{\"limit\":1,\"per\":\"day\",\"on_exceed\":\"DROP\"}]}"
            + " | caps[0].on_exceed: want one of defer, collapse, drop, got \"DROP\"",
        "{\"batch\":{\"window\":\"P2D\"}} | batch.window: want PT0S to P1D, got \"P2D\"",
        "{\"batch\":{\"max_messages\":257}} | batch.max_messages: want 1 to 256, got 257",
        "{\"batch\":{\"max_bytes\":4294967297}}"
            + " | batch.max_bytes: want an integer of 32 bits, got 4294967297",
        "{\"batch\":{\"mode\":\"last\"}} | batch.mode: want one of first, look-back, got \"last\"",
        "{\"bypass\":{\"urgent\":[]}} | bypass.urgent: unknown field; want one of"
            + " [very-low, low, normal, high]",
        "{\"bypass\":{\"high\":[\"all\"]}}"
            + " | bypass.high[0]: want one of limits, caps, quiet_hours, batch, got \"all\"",
        "{\"quiet_hours\":[{\"from\":\"22:00\"}]} | quiet_hours[0].until: required",
        "{\"quiet_hours\":[{\"from\":\"24:00\",\"until\":\"07:00\"}]}"
            + " | quiet_hours[0].from: want 00:00 to 23:59, got \"24:00\"",
        "{\"quiet_hours\":[{\"days\":[],\"from\":\"22:00\",\"until\":\"07:00\"}]}"
            + " | quiet_hours[0].days: want one at least",
        "{\"quiet_hours\":[{\"days\":[\"monday\"],\"from\":\"22:00\",\"until\":\"07:00\"}]} |"
            + " quiet_hours[0].days[0]: want one of mon, tue, wed, thu, fri, sat, sun, got"
            + " \"monday\"",
        "{\"timezone\":\"Mars/Olympus\"}"
            + " | timezone: want a time zone such as Europe/Berlin, got \"Mars/Olympus\"",
        "{\"smoothing\":\"PT1H0.001S\"} | smoothing: want PT0S to PT1H, got \"PT1H0.001S\"",
        "{\"mailbox\":{\"ttl\":\"PT0.5S\"}} | mailbox.ttl: want PT1S to P366D, got \"PT0.5S\"",
        "{\"mailbox\":{\"max_bytes\":0}} | mailbox.max_bytes: want 1 to 1073741824, got 0",
        "{\"broadcast\":{\"rate\":0}} | broadcast.rate: want 1 to 1000000, got 0",
      })
  void illegalPolicyShouldBeRefusedNamingFieldAndReason(String json, String message) {
    assertThatThrownBy(() -> Policy.parse(json))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessage(message);
  }

  /**
   * The last one comes in a little more than 366 days; what the limit is, a burst may always be.
   */
  @ParameterizedTest
  @CsvSource({"1, PT1S, 5", "1, P1D, 366", "3, PT0.001S, 1000000", "7, P366D, 7"})
  void burstMayBeAsManyAsTheLimitOrAsComeInAYear(long limit, Duration window, long burst) {
    // When
    Policy policy =
        Policy.parse(
            "{\"limits\":[{\"limit\":%d,\"window\":\"%s\",\"burst\":%d}]}"
                .formatted(limit, window, burst));

    // Then
    assertThat(policy.limits()).isEqualTo(List.of(Limit.of(limit, window, burst)));
    assertThat(Policy.parse(policy.toJson())).isEqualTo(policy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"limits\":[}",
        "{\"a\":NaN}",
        "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]",
        "{\"batch\":{\"max_bytes\":1e",
        "nul"
      })
  void whatIsNoJsonShouldBeRefused(String text) {
    assertThatThrownBy(() -> Policy.parse(text))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageStartingWith("not JSON: ");
  }

  @Test
  void whatIsTooLongOrNoUtf8ShouldBeRefused() {
    byte[] long_ = "{}".concat(" ".repeat(65_535)).getBytes(UTF_8);
    assertThatThrownBy(() -> Policy.parse(long_)).hasMessage("65537 bytes; want at most 65536");
    assertThatThrownBy(() -> Policy.parse(new byte[] {'{', (byte) 0xff, '}'}))
        .hasMessage("not UTF-8");
  }

  @Test
  void rulesShouldBeSixteenAtTheMost() {
    // Given
    String limits = "{\"limit\":1,\"window\":\"PT1S\"},".repeat(16);

    // When
    Policy policy = Policy.parse("{\"limits\":[" + limits.substring(0, limits.length() - 1) + "]}");

    // Then
    assertThat(policy.limits()).hasSize(16);
    assertThatThrownBy(
            () -> Policy.parse("{\"limits\":[" + limits + "{\"limit\":1,\"window\":\"PT1S\"}]}"))
        .hasMessage("limits: want at most 16, got 17");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void writtenPolicyShouldReadBackEqual(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      // Given
      Policy policy = RandomPolicies.policy(random);

      // When
      String json = policy.toJson();

      // Then
      Policy back = Policy.parse(json);
      assertThat(back).as("seed %d, round %d: %s", seed, round, json).isEqualTo(policy);
      assertThat(back.toJson()).as("seed %d, round %d", seed, round).isEqualTo(json);
    }
  }
}
