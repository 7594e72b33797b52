package io.tidegate.fanout.sequencer;

import org.junit.jupiter.api.Test;

/** The throttle, the bounds of one turn, and the due index; invariants 20, 22, 23 and 25. */
class SequencerTurnsTest {

  @Test
  void throttleShouldLetABurstGoAndThenOneAtATime() {
    Script.play(
        "limit=10/1s/3",
        """
        0   | phone up s1 | attach s1 fresh e1 seq=0 head=0
        0   | message m1  | push s1 prev=0 [1:m1]
        0   | message m2  | push s1 prev=1 [2:m2]
        0   | message m3  | push s1 prev=2 [3:m3]
        0   | message m4  |
        0   | message m5  |
        0   | due?        | 100
        99  | due         | nobody
        100 | due         | push s1 prev=3 [4:m4]
        100 | due?        | 200
        200 | due         | push s1 prev=4 [5:m5]
        # What is left to wake for: the mailbox's age.
        200 | due?        | 604800000
        """);
  }

  @Test
  void throttleShouldRecoverItsBurst() {
    Script.play(
        "limit=10/1s/2",
        """
        0   | phone up s1 | attach s1 fresh e1 seq=0 head=0
        0   | message m1  | push s1 prev=0 [1:m1]
        0   | message m2  | push s1 prev=1 [2:m2]
        0   | message m3  |
        100 | run         | push s1 prev=2 [3:m3]
        300 | message m4  | push s1 prev=3 [4:m4]
        300 | message m5  | push s1 prev=4 [5:m5]
        300 | message m6  |
        300 | due?        | 400
        """);
  }

  @Test
  void everyLimitShouldHold() {
    Script.play(
        "limit=10/1s/2 limit=3/1h/3",
        """
        0    | phone up s1 | attach s1 fresh e1 seq=0 head=0
        0    | message m1  | push s1 prev=0 [1:m1]
        0    | message m2  | push s1 prev=1 [2:m2]
        0    | message m3  |
        0    | message m4  |
        0    | due?        | 100
        100  | due         | push s1 prev=2 [3:m3]
        100  | due?        | 1200000
        20m  | due         | push s1 prev=3 [4:m4]
        """);
  }

  @Test
  void throttleShouldCountAMessageOnceForAllDevices() {
    Script.play(
        "limit=10/1s/1",
        """
        0   | phone up s1  | attach s1 fresh e1 seq=0 head=0
        0   | tablet up s2 | attach s2 fresh e1 seq=0 head=0
        0   | message m1   | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        0   | message m2   |
        100 | due          | push s1 prev=1 [2:m2]; push s2 prev=1 [2:m2]
        # What is sent again was counted when it was released.
        101 | phone up s3  | kick s1 replaced; attach s3 resumed e1 seq=0 head=2;
            |              | push s3 prev=0 [1:m1 2:m2]
        """);
  }

  @Test
  void throttledShouldExpireAndCollapse() {
    Script.play(
        "limit=1/10s/1",
        """
        0   | phone up s1           | attach s1 fresh e1 seq=0 head=0
        0   | message m1            | push s1 prev=0 [1:m1]
        1   | message m2 ttl=5s     |
        2   | message m3 collapse=k |
        3   | message m4 collapse=k | end m3 collapsed by m4
        3   | due?                  | 5001
        6s  | due                   | end m2 expired ttl
        6s  | due?                  | 10000
        10s | due                   | push s1 prev=1 [2:m4]
        """);
  }

  @Test
  void urgentShouldGoFirstWhenTheThrottleOpens() {
    Script.play(
        "limit=1/10s/1",
        """
        0   | phone up s1     | attach s1 fresh e1 seq=0 head=0
        0   | message m1      | push s1 prev=0 [1:m1]
        1   | message m2      |
        2   | message m3 high |
        10s | due             | push s1 prev=1 [2:m3]
        20s | due             | push s1 prev=2 [3:m2]
        """);
  }

  @Test
  void releaseShouldBeBoundedAndGoOnAtOnce() {
    Script.play(
        "turn=2 policy={\"batch\":{\"max_messages\":2}}",
        """
        0 | message m1  |
        0 | message m2  |
        0 | message m3  |
        0 | message m4  |
        0 | message m5  |
        1 | phone up s1 | attach s1 fresh e1 seq=0 head=0; push s1 prev=0 [1:m1 2:m2]
        1 | due?        | 1
        1 | due         | push s1 prev=2 [3:m3 4:m4]
        1 | due         | push s1 prev=4 [5:m5]
        1 | due         | nobody
        """);
  }

  @Test
  void pushThatIsBegunShouldBeFilledWhateverTheBoundOfATurn() {
    Script.play(
        "turn=2 policy={\"batch\":{\"max_messages\":3}}",
        """
        0 | message m1  |
        0 | message m2  |
        0 | message m3  |
        0 | message m4  |
        0 | message m5  |
        1 | phone up s1 | attach s1 fresh e1 seq=0 head=0; push s1 prev=0 [1:m1 2:m2 3:m3]
        1 | due         | push s1 prev=3 [4:m4 5:m5]
        1 | due         | nobody
        """);
  }

  @Test
  void endsInAPushShouldBeBoundedAndCutNothingOffIt() {
    Script.play(
        "turn=1"
            + " policy={\"limits\":[{\"limit\":1,\"window\":\"PT1H\"},{\"name\":\"few\",\"limit\":1,"
            + "\"window\":\"PT1H\",\"unit\":\"messages\",\"category\":\"ad\",\"on_exceed\":\"drop\"}]}",
        """
        0 | message a1 category=ad |
        0 | message a2 category=ad |
        0 | message m1             |
        0 | message a3 category=ad |
        0 | message a4 category=ad |
        0 | message m2             |
        1 | phone up s1            | attach s1 fresh e1 seq=0 head=0; end a2 dropped policy rule=few;
          |                        | push s1 prev=0 [1:a1 2:m1 3:m2]
        1 | due                    | end a3 dropped policy rule=few
        1 | due                    | end a4 dropped policy rule=few
        1 | due                    | nobody
        """);
  }

  @Test
  void whatExpiredBetweenShouldCutNothingOffAPush() {
    Script.play(
        "turn=1 limit=3/1h/3",
        """
        0 | message m1       |
        0 | message m2 ttl=5 |
        0 | message m3 ttl=5 |
        0 | message m4       |
        9 | phone up s1      | attach s1 fresh e1 seq=0 head=0; end m2 expired ttl; end m3 expired ttl;
          |                  | push s1 prev=0 [1:m1 2:m4]
        """);
  }

  @Test
  void asManyAsAPushHoldsShouldBePromotedAtOnce() {
    Script.play(
        "turn=1"
            + " policy={\"limits\":[{\"limit\":1,\"window\":\"PT1H\"}],\"batch\":{\"max_messages\":3}}",
        """
        0  | phone up s1      | attach s1 fresh e1 seq=0 head=0
        0  | message m1 at=10 |
        0  | message m2 at=10 |
        0  | message m3 at=10 |
        10 | due              | push s1 prev=0 [1:m1 2:m2 3:m3]
        """);
  }

  @Test
  void backlogShouldBeBoundedAndGoOnAtOnceToWhatIsNew() {
    Script.play(
        "turn=2",
        """
        0 | phone up s1 | attach s1 fresh e1 seq=0 head=0
        0 | message m1  | push s1 prev=0 [1:m1]
        0 | message m2  | push s1 prev=1 [2:m2]
        0 | message m3  | push s1 prev=2 [3:m3]
        1 | s1 down     |
        2 | message m4  |
        3 | phone up s2 | attach s2 resumed e1 seq=0 head=3; push s2 prev=0 [1:m1 2:m2]
        3 | due         | push s2 prev=2 [3:m3]; push s2 prev=3 [4:m4]
        3 | due         | nobody
        """);
  }

  @Test
  void bytesOfOnePushShouldBeBounded() {
    Script.play(
        "turnBytes=10 policy={\"batch\":{\"max_bytes\":12}}",
        """
        0 | message m1 bytes=6  |
        0 | message m2 bytes=6  |
        0 | message m3 bytes=50 |
        0 | message m4 bytes=6  |
        1 | phone up s1         | attach s1 fresh e1 seq=0 head=0; push s1 prev=0 [1:m1 2:m2]
        1 | due                 | push s1 prev=2 [3:m3]
        1 | due                 | push s1 prev=3 [4:m4]
        1 | due                 | nobody
        2 | phone up s2         | kick s1 replaced; attach s2 resumed e1 seq=0 head=4;
          |                     | push s2 prev=0 [1:m1 2:m2]
        2 | due                 | push s2 prev=2 [3:m3]
        2 | due                 | push s2 prev=3 [4:m4]
        2 | due                 | nobody
        """);
  }

  @Test
  void trimShouldBeBoundedAndGoOnAtOnce() {
    Script.play(
        "turn=2",
        """
        0 | phone up s1 | attach s1 fresh e1 seq=0 head=0
        0 | message m1  | push s1 prev=0 [1:m1]
        0 | message m2  | push s1 prev=1 [2:m2]
        0 | message m3  | push s1 prev=2 [3:m3]
        1 | s1 ack 3    | end m1 delivered all_devices seq=1; end m2 delivered all_devices seq=2
        1 | due         | end m3 delivered all_devices seq=3
        1 | due         | nobody
        """);
  }

  @Test
  void expiryAndAgeShouldBeBoundedAndGoOnAtOnce() {
    Script.play(
        "turn=2 age=20s",
        """
        0   | message m1 ttl=10s |
        0   | message m2 ttl=10s |
        0   | message m3 ttl=10s |
        0   | message m4         |
        0   | message m5         |
        0   | message m6         |
        10s | due                | end m1 expired ttl; end m2 expired ttl
        10s | due                | end m3 expired ttl
        10s | due                | nobody
        20s | due                | end m4 dropped mailbox_age; end m5 dropped mailbox_age
        20s | due                | end m6 dropped mailbox_age
        20s | user?              | unknown
        """);
  }

  @Test
  void promotionShouldBeBoundedAndGoOnAtOnce() {
    Script.play(
        "turn=2 policy={\"batch\":{\"max_messages\":2}}",
        """
        0  | message m1 at=10 |
        0  | message m2 at=10 |
        0  | message m3 at=10 |
        10 | due              |
        10 | mailbox?         | waiting=3 scheduled=1 released=0 bytes=3 head=0 loss=0
        10 | due              |
        10 | mailbox?         | waiting=3 scheduled=0 released=0 bytes=3 head=0 loss=0
        10 | due              | nobody
        """);
  }

  @Test
  void overflowShouldBeBoundedAndGoOnAtOnce() {
    Script.play(
        "turn=2 bytes=10",
        """
        0 | message m1 bytes=2  |
        0 | message m2 bytes=2  |
        0 | message m3 bytes=2  |
        0 | message m4 bytes=2  |
        0 | message m5 bytes=10 | end m1 dropped mailbox_full; end m2 dropped mailbox_full
        0 | due                 | end m3 dropped mailbox_full; end m4 dropped mailbox_full
        0 | due                 | nobody
        """);
  }

  @Test
  void dueEntryShouldMoveToAnEarlierInstant() {
    Script.play(
        """
        0    | message m1 at=2h      |
        0    | due?                  | 7200000
        1    | message m2 ttl=10s    |
        1    | due?                  | 10001
        11s  | due                   | end m2 expired ttl
        11s  | due?                  | 7200000
        2h   | due                   |
        """);
  }

  @Test
  void dueEntryThatIsTooEarlyShouldStayUntilItFires() {
    Script.play(
        """
        0   | message m1 collapse=k ttl=10s |
        1   | message m2 collapse=k ttl=20s | end m1 collapsed by m2
        2   | due?                          | 10000
        10s | due                           |
        10s | due?                          | 20001
        """);
  }

  @Test
  void wakeUpThatNobodyAskedForShouldChangeNothing() {
    Script.play(
        "limit=1/10s/1",
        """
        0   | phone up s1      | attach s1 fresh e1 seq=0 head=0
        0   | message m1       | push s1 prev=0 [1:m1]
        1   | message m2       |
        2   | message m3 at=1h |
        3   | wake             |
        3   | wake             |
        3   | due?             | 10000
        10s | due              | push s1 prev=1 [2:m2]
        11s | wake             |
        11s | due?             | 3600000
        """);
  }

  @Test
  void clockThatWasSetBackShouldHoldAUserForOneMessageOnly() {
    Script.play(
        "limit=1/10s/1",
        """
        1h   | phone up s1 | attach s1 fresh e1 seq=0 head=0
        1h   | message m1  | push s1 prev=0 [1:m1]
        1h   | message m2  |
        1h   | due?        | 3610000
        0    | message m3  |
        0    | due?        | 10000
        10s  | due         | push s1 prev=1 [2:m2]
        """);
  }

  @Test
  void messageShouldNotOvertakeThoseWhoseInstantHasComeWhateverTheBoundOfATurn() {
    Script.play(
        "turn=1 policy={\"batch\":{\"max_messages\":1}}",
        """
        0  | message m1 at=10         |
        1  | message m2 at=10         |
        2  | message m3 at=10         |
        20 | message m4               |
        21 | phone up s1              | attach s1 fresh e1 seq=0 head=0; push s1 prev=0 [1:m1]
        22 | wake                     | push s1 prev=1 [2:m2]
        23 | wake                     | push s1 prev=2 [3:m3]
        24 | wake                     | push s1 prev=3 [4:m4]
        """);
  }
}
