package io.tidegate.fanout.sequencer;

import org.junit.jupiter.api.Test;

/** What a message asks for: urgency, deliver_at, ttl, collapse key, and to come once. */
class SequencerMessagesTest {

  @Test
  void repeatedMessageShouldBeADuplicateWhereverTheFirstIs() {
    Script.play(
        """
        0 | message m1  |
        1 | message m1  | duplicate m1
        2 | phone up s1 | attach s1 fresh e1 seq=0 head=0; push s1 prev=0 [1:m1]
        3 | message m1  | duplicate m1
        4 | s1 ack 1    | end m1 delivered all_devices seq=1
        5 | message m1  | duplicate m1
        """);
  }

  @Test
  void messageIdShouldBeForgottenAfterTheHorizon() {
    Script.play(
        "horizon=1h",
        """
        0    | phone up s1 | attach s1 fresh e1 seq=0 head=0
        0    | message m1  | push s1 prev=0 [1:m1]
        1h   | message m1  | duplicate m1
        # A duplicate does not renew it.
        2h+1 | message m1  | push s1 prev=1 [2:m1]
        """);
  }

  @Test
  void messageIdShouldOutliveTheUser() {
    Script.play(
        """
        0 | message m1 ttl=0 | end m1 expired no_session
        1 | user?            | unknown
        2 | message m1 ttl=0 | duplicate m1
        3 | user?            | unknown
        """);
  }

  @Test
  void messageIdShouldBeTheUsersOwn() {
    Script.play(
        """
        0 | message m1      |
        1 | bob: message m1 |
        2 | message m1      | duplicate m1
        """);
  }

  @Test
  void mostUrgentShouldGoFirstThenTheFirstThatCame() {
    Script.play(
        """
        0 | message low1 low           |
        1 | message normal1            |
        2 | message lowest1 very-low   |
        3 | message high1 high         |
        4 | message normal2            |
        5 | message high2 high         |
        6 | message low2 low           |
        7 | phone up s1                | attach s1 fresh e1 seq=0 head=0;
          |                            | push s1 prev=0 [1:high1 2:high2 3:normal1 4:normal2 5:low1 6:low2 7:lowest1]
        """);
  }

  @Test
  void messageShouldWaitForItsInstant() {
    Script.play(
        """
        0    | phone up s1      | attach s1 fresh e1 seq=0 head=0
        1    | message m1 at=1h |
        2    | message m2       | push s1 prev=0 [1:m2]
        3    | mailbox?         | waiting=1 scheduled=1 released=1 bytes=2 head=1 loss=0
        3    | due?             | 3600000
        1h   | due              | push s1 prev=1 [2:m1]
        """);
  }

  @Test
  void messageWithAPastInstantShouldGoAtOnce() {
    Script.play(
        """
        0  | phone up s1     | attach s1 fresh e1 seq=0 head=0
        10 | message m1 at=5 | push s1 prev=0 [1:m1]
        10 | message m2 at=10 | push s1 prev=1 [2:m2]
        """);
  }

  @Test
  void instantsShouldComeInTheirOwnOrderAndThenKeepThatOfArrival() {
    Script.play(
        """
        0  | message late at=30  |
        1  | message early at=20 |
        2  | message other at=20 |
        3  | phone up s1         | attach s1 fresh e1 seq=0 head=0
        3  | due?                | 20
        20 | due                 | push s1 prev=0 [1:early 2:other]
        20 | due?                | 30
        30 | due                 | push s1 prev=2 [3:late]
        """);
  }

  @Test
  void anyEventShouldBringWhatIsDueWithIt() {
    Script.play(
        """
        0  | phone up s1      | attach s1 fresh e1 seq=0 head=0
        1  | message m1 at=20 |
        25 | message m2       | push s1 prev=0 [1:m1 2:m2]
        """);
  }

  @Test
  void waitingMessageShouldExpire() {
    Script.play(
        """
        0    | message m1 ttl=10s |
        0    | message m2         |
        1    | due?               | 10000
        9999 | due                | nobody
        10s  | due                | end m1 expired ttl
        11s  | phone up s1        | attach s1 fresh e1 seq=0 head=0; push s1 prev=0 [1:m2]
        """);
  }

  @Test
  void releasedMessageShouldExpireAndTheGapBeTold() {
    Script.play(
        """
        0   | phone up s1             | attach s1 fresh e1 seq=0 head=0
        1   | message m1 ttl=10s      | push s1 prev=0 [1:m1]
        1   | message m2              | push s1 prev=1 [2:m2]
        2   | s1 down                 |
        3   | due?                    | 10001
        11s | due                     | end m1 expired ttl seq=1
        # A cursor before it is void and goes over it, one behind it is not.
        12s | phone up s2 resume=e1:0 | attach s2 reset e1 seq=1 head=2; push s2 prev=1 [2:m2]
        13s | s2 down                 |
        14s | phone up s3 resume=e1:1 | attach s3 resumed e1 seq=1 head=2; push s3 prev=1 [2:m2]
        """);
  }

  @Test
  void releasedMessageShouldExpireBeforeASlowSessionAndTheGapBeToldWithTheNextPush() {
    Script.play(
        """
        0   | phone up s1 window=1 | attach s1 fresh e1 seq=0 head=0
        0   | tablet up s2         | attach s2 fresh e1 seq=0 head=0
        1   | message m1           | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        1   | message m2 ttl=10s   | push s2 prev=1 [2:m2]
        1   | message m3           | push s2 prev=2 [3:m3]
        11s | run                  | end m2 expired ttl seq=2
        12s | s1 ack 1             | reset s1 e1 seq=1; push s1 prev=1 [3:m3]
        """);
  }

  @Test
  void expiryAfterADeviceHadItShouldBeADelivery() {
    Script.play(
        """
        0   | phone up s1        | attach s1 fresh e1 seq=0 head=0
        0   | tablet up s2       | attach s2 fresh e1 seq=0 head=0
        1   | message m1 ttl=10s | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        2   | s1 ack 1           |
        11s | due                | end m1 delivered some_devices seq=1
        """);
  }

  @Test
  void messageShouldExpireThoughItsInstantIsToCome() {
    Script.play(
        """
        0   | phone up s1        | attach s1 fresh e1 seq=0 head=0
        1   | message m1 at=1h ttl=10s |
        1   | due?               | 10001
        11s | due                | end m1 expired ttl
        # To be woken for nothing is harmless.
        1h  | run                |
        """);
  }

  @Test
  void expiredShouldNotBeSentThoughNobodyWokeTheUser() {
    Script.play(
        """
        0   | message m1 ttl=10s |
        0   | message m2         |
        11s | phone up s1        | attach s1 fresh e1 seq=0 head=0; end m1 expired ttl;
            |                    | push s1 prev=0 [1:m2]
        """);
  }

  @Test
  void liveMessageShouldGoToEverySessionOrNobody() {
    Script.play(
        """
        0 | message m1 ttl=0 | end m1 expired no_session
        1 | phone up s1      | attach s1 fresh e1 seq=0 head=0
        2 | tablet up s2     | attach s2 fresh e1 seq=0 head=0
        3 | message m2 ttl=0 | live s1 m2; live s2 m2; end m2 delivered live
        4 | s1 down          |
        5 | message m3 ttl=0 | live s2 m3; end m3 delivered live
        6 | s2 down          |
        7 | message m4 ttl=0 | end m4 expired no_session
        8 | mailbox?         | waiting=0 scheduled=0 released=0 bytes=0 head=0 loss=0
        """);
  }

  @Test
  void liveMessageShouldNeedNoWindow() {
    Script.play(
        """
        0 | phone up s1 window=1 | attach s1 fresh e1 seq=0 head=0
        1 | message m1           | push s1 prev=0 [1:m1]
        2 | message m2           |
        3 | message m3 ttl=0     | live s1 m3; end m3 delivered live
        """);
  }

  @Test
  void liveMessageShouldCountAndNotWaitForTheLimit() {
    Script.play(
        "limit=1/10s/1",
        """
        0     | phone up s1       | attach s1 fresh e1 seq=0 head=0
        1     | message m1 ttl=0  | live s1 m1; end m1 delivered live
        2     | message m2 ttl=0  | end m2 expired policy rule=1/PT10S/1
        3     | message m3        |
        10001 | due               | push s1 prev=0 [1:m3]
        """);
  }

  @Test
  void newerMessageShouldCollapseTheWaitingOneWithItsKey() {
    Script.play(
        """
        0 | message a1 collapse=a |
        1 | message b1 collapse=b |
        2 | message a2 collapse=a | end a1 collapsed by a2
        3 | message a3 collapse=a | end a2 collapsed by a3
        4 | phone up s1           | attach s1 fresh e1 seq=0 head=0; push s1 prev=0 [1:b1 2:a3]
        """);
  }

  @Test
  void collapseShouldReachAScheduledMessage() {
    Script.play(
        """
        0  | phone up s1                 | attach s1 fresh e1 seq=0 head=0
        1  | message a1 collapse=a at=10 |
        2  | message a2 collapse=a at=20 | end a1 collapsed by a2
        10 | run                         |
        20 | due                         | push s1 prev=0 [1:a2]
        """);
  }

  @Test
  void collapseShouldReachAMessageWhoseInstantHasCome() {
    Script.play(
        """
        1  | message a1 collapse=a at=10 |
        10 | due                         |
        11 | message a2 collapse=a       | end a1 collapsed by a2
        12 | phone up s1                 | attach s1 fresh e1 seq=0 head=0; push s1 prev=0 [1:a2]
        """);
  }

  @Test
  void collapseShouldNotReachWhatIsReleasedOrGone() {
    Script.play(
        """
        0   | phone up s1                   | attach s1 fresh e1 seq=0 head=0
        1   | message a1 collapse=a         | push s1 prev=0 [1:a1]
        2   | message a2 collapse=a         | push s1 prev=1 [2:a2]
        3   | s1 down                       |
        4   | message a3 collapse=a ttl=10s |
        11s | run                           | end a3 expired ttl
        12s | message a4 collapse=a         |
        13s | phone up s2 resume=e1:2       | attach s2 resumed e1 seq=2 head=2;
            |                               | end a1 delivered all_devices seq=1;
            |                               | end a2 delivered all_devices seq=2; push s2 prev=2 [3:a4]
        """);
  }

  @Test
  void collapsedMessageShouldLeaveNoGap() {
    Script.play(
        """
        0 | phone up s1             | attach s1 fresh e1 seq=0 head=0
        1 | s1 down                 |
        2 | message a1 collapse=a   |
        3 | message a2 collapse=a   | end a1 collapsed by a2
        4 | phone up s2 resume=e1:0 | attach s2 resumed e1 seq=0 head=0; push s2 prev=0 [1:a2]
        """);
  }

  @Test
  void lastAckShouldCountThoughTheMessageExpiresInTheSameMoment() {
    Script.play(
        """
        0  | phone up s1       | attach s1 fresh e1 seq=0 head=0
        1  | message m1 ttl=10 | push s1 prev=0 [1:m1]
        11 | s1 ack 1          | end m1 delivered all_devices seq=1
        12 | mailbox?          | waiting=0 scheduled=0 released=0 bytes=0 head=1 loss=0
        """);
  }

  @Test
  void emptyCollapseKeyShouldBeNone() {
    Script.play(
        """
        0 | phone up s1 window=1  | attach s1 fresh e1 seq=0 head=0
        1 | message m1 collapse=  | push s1 prev=0 [1:m1]
        2 | message m2 collapse=  |
        3 | message m3 collapse=  |
        4 | s1 ack 1              | end m1 delivered all_devices seq=1; push s1 prev=1 [2:m2]
        5 | s1 ack 2              | end m2 delivered all_devices seq=2; push s1 prev=2 [3:m3]
        """);
  }
}
