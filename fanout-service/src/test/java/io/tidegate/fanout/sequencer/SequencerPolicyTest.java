package io.tidegate.fanout.sequencer;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a user's policy does to the messages that wait; the rules themselves are pace's. */
final class SequencerPolicyTest {
  @Test
  void limitOfPushesShouldLetWhatWaitsGoTogether() {
    Script.play(
        "policy={\"limits\":[{\"limit\":1,\"window\":\"PT1S\"}]}",
        """
        0    | phone up s1 | attach s1 fresh e1 seq=0 head=0
        10   | message m1  | push s1 prev=0 [1:m1]
        20   | message m2  |
        30   | message m3  |
        40   | due?        | 1010
        1009 | due         | nobody
        1010 | due         | push s1 prev=1 [2:m2 3:m3]
        """);
  }

  @Test
  void batchShouldHoldAsManyAsThePolicySays() {
    Script.play(
        "policy={\"limits\":[{\"limit\":1,\"window\":\"PT1S\"}],\"batch\":{\"max_messages\":2}}",
        """
        0    | message m1  |
        1    | message m2  |
        2    | message m3  |
        3    | phone up s1 | attach s1 fresh e1 seq=0 head=0; push s1 prev=0 [1:m1 2:m2]
        1003 | due         | push s1 prev=2 [3:m3]
        """);
  }

  @Test
  void twoHundredShouldGoInOnePushOfAnHourIfThePolicySaysSo() {
    Script.play(
        "policy={\"limits\":[{\"limit\":1,\"window\":\"PT1H\"}],\"batch\":{\"max_messages\":200}}",
        eachOfTwoHundred(i -> "0 | message m" + i + " |\n")
            + "1 | phone up s1 window=256 | attach s1 fresh e1 seq=0 head=0; push s1 prev=0 ["
            + eachOfTwoHundred(i -> i + ":m" + i + (i < 200 ? " " : "]\n"))
            + """
            2       | message m201 |
            3600000 | due          | nobody
            3600001 | due          | push s1 prev=200 [201:m201]
            """);
  }

  private static String eachOfTwoHundred(IntFunction<String> text) {
    return IntStream.rangeClosed(1, 200).mapToObj(text).collect(Collectors.joining());
  }

  @Test
  void severalPushesShouldGoInOneTurnWhereNothingForbidsIt() {
    Script.play(
        "policy={\"batch\":{\"max_messages\":2}}",
        """
        0 | message m1  |
        1 | message m2  |
        2 | message m3  |
        3 | phone up s1 | attach s1 fresh e1 seq=0 head=0; push s1 prev=0 [1:m1 2:m2]; push s1 prev=2 [3:m3]
        """);
  }

  @Test
  void batchWindowShouldBeOpenedByItsFirstMessage() {
    Script.play(
        "policy={\"batch\":{\"window\":\"PT5S\"}}",
        """
        0    | phone up s1 | attach s1 fresh e1 seq=0 head=0
        100  | message m1  |
        4000 | message m2  |
        5100 | due         | push s1 prev=0 [1:m1 2:m2]
        5200 | message m3  |
        5200 | due?        | 10200
        """);
  }

  @Test
  void categoryThatExceedsItsLimitShouldHoldUpNoOther() {
    Script.play(
        "policy={\"limits\":[{\"name\":\"ads\",\"limit\":1,\"window\":\"PT1H\",\"category\":\"ad\"}]}",
        """
        0       | phone up s1            | attach s1 fresh e1 seq=0 head=0
        1       | message a1 category=ad | push s1 prev=0 [1:a1]
        2       | message a2 category=ad |
        3       | message m1             | push s1 prev=1 [2:m1]
        4       | message a3 category=ad |
        5       | message n1 category=x  | push s1 prev=2 [3:n1]
        6       | due?                   | 3600001
        3600001 | due                    | push s1 prev=3 [4:a2 5:a3]
        """);
  }

  @Test
  void whatExceedsADroppingLimitShouldEndAndBeNoLossToTheClient() {
    Script.play(
        "policy={\"limits\":[{\"name\":\"few\",\"limit\":1,\"window\":\"PT1S\",\"on_exceed\":\"drop\"}]}",
        """
        0    | phone up s1 | attach s1 fresh e1 seq=0 head=0
        1    | message m1  | push s1 prev=0 [1:m1]
        2    | message m2  | end m2 dropped policy rule=few
        1001 | message m3  | push s1 prev=1 [2:m3]
        """);
  }

  @Test
  void ofWhatExceedsACollapsingLimitTheNewestShouldWait() {
    Script.play(
        "policy={\"limits\":[{\"name\":\"few\",\"limit\":1,\"window\":\"PT1S\",\"on_exceed\":\"collapse\"}]}",
        """
        0    | phone up s1 | attach s1 fresh e1 seq=0 head=0
        1    | message m1  | push s1 prev=0 [1:m1]
        2    | message m2  |
        3    | message m3  | end m2 collapsed by m3 rule=few
        4    | message m4  | end m3 collapsed by m4 rule=few
        1001 | due         | push s1 prev=1 [2:m4]
        """);
  }

  @Test
  void urgencyThatMayBypassShouldGoAndCount() {
    Script.play(
        "policy={\"limits\":[{\"limit\":1,\"window\":\"PT1S\"}],\"bypass\":{\"high\":[\"limits\"]}}",
        """
        0    | phone up s1     | attach s1 fresh e1 seq=0 head=0
        1    | message m1      | push s1 prev=0 [1:m1]
        2    | message m2      |
        3    | message m3 high | push s1 prev=1 [2:m3 3:m2]
        """);
  }

  @Test
  void settingsOfAUserShouldGoBeforeThePolicyAndEndWithIt() {
    Script.play(
        """
        0    | set {"overrides":{"limits":[{"limit":1,"window":"PT1S"}]}} |
        1    | phone up s1 | attach s1 fresh e1 seq=0 head=0
        2    | message m1  | push s1 prev=0 [1:m1]
        3    | message m2  |
        4    | set         | push s1 prev=1 [2:m2]
        5    | message m3  | push s1 prev=2 [3:m3]
        """);
  }

  @Test
  void settingsShouldBeRememberedWhileThereIsNothingElse() {
    Script.play(
        """
        0 | set {"timezone":"Europe/Berlin"} |
        1 | user?                            | known
        1 | due?                             | never
        2 | set                              |
        3 | user?                            | unknown
        """);
  }

  @Test
  void ttlOfTheMailboxShouldEndWhatNobodyFetches() {
    Script.play(
        "policy={\"mailbox\":{\"ttl\":\"PT10S\"}}",
        """
        0     | message m1          |
        1     | message m2 ttl=5000 |
        5001  | due                 | end m2 expired ttl
        10000 | due                 | end m1 expired ttl
        """);
  }

  @Test
  void fullMailboxShouldLoseTheLeastUrgentIfThePolicySaysSo() {
    Script.play(
        "policy={\"mailbox\":{\"max_messages\":2,\"overflow\":\"lowest-urgency\"}}",
        """
        0 | message m1     |
        1 | message m2 low |
        2 | message m3     | end m2 dropped mailbox_full
        3 | message m4     | end m1 dropped mailbox_full
        """);
  }

  @Test
  void idOfAnotherSourceShouldBeAnotherMessage() {
    Script.play(
        """
        0 | phone up s1          | attach s1 fresh e1 seq=0 head=0
        1 | message m1 source=/a | push s1 prev=0 [1:m1]
        2 | message m1 source=/b | push s1 prev=1 [2:m1]
        3 | message m1 source=/a | duplicate m1
        """);
  }

  @Test
  void liveMessageOfLongAgoShouldExpire() {
    Script.play(
        """
        0     | phone up s1             | attach s1 fresh e1 seq=0 head=0
        20000 | message m1 age=10s ttl=0   | live s1 m1; end m1 delivered live
        20000 | message m2 age=10001 ttl=0 | end m2 expired ttl
        """);
  }

  @Test
  void sessionShouldAckBeforeItIsSentMoreThanAMebibyte() {
    Script.play(
        """
        0 | phone up s1            | attach s1 fresh e1 seq=0 head=0
        1 | message m1 bytes=262144 | push s1 prev=0 [1:m1]
        2 | message m2 bytes=262144 | push s1 prev=1 [2:m2]
        3 | message m3 bytes=262144 | push s1 prev=2 [3:m3]
        4 | message m4 bytes=262144 | push s1 prev=3 [4:m4]
        5 | message m5 bytes=1      |
        6 | s1 ack 1                | end m1 delivered all_devices seq=1
        7 | s1 ack 2                | end m2 delivered all_devices seq=2; push s1 prev=4 [5:m5]
        """);
  }

  @Test
  void messageForNowShouldGoToADeviceWhoseMailboxIsFullOfLaterOnes() {
    Script.play(
        "entries=2",
        """
        0 | phone up s1         | attach s1 fresh e1 seq=0 head=0
        1 | message m1 at=90000 |
        2 | message m2 at=90001 |
        3 | message m3          | end m1 dropped mailbox_full; reset s1 e1 seq=0; push s1 prev=0 [2:m3]
        """);
  }
}
