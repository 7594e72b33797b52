package io.tidegate.fanout.sequencer;

import org.junit.jupiter.api.Test;

/** How devices come, continue, are replaced and go; see {@link Script} for how to read these. */
class SequencerSessionsTest {

  @Test
  void newDeviceShouldGetWhatWaits() {
    Script.play(
        """
        0 | message m1           |
        5 | phone up s1 window=2 | attach s1 fresh e1 seq=0 head=0; push s1 prev=0 [1:m1]
        6 | devices?             | phone s1 acked=0 sent=1 window=2
        7 | s1 ack 1             | end m1 delivered all_devices seq=1
        8 | mailbox?             | waiting=0 scheduled=0 released=0 bytes=0 head=1 loss=0
        """);
  }

  @Test
  void onlineDeviceShouldGetMessagesAsTheyCome() {
    Script.play(
        """
        0 | phone up s1 | attach s1 fresh e1 seq=0 head=0
        1 | message m1  | push s1 prev=0 [1:m1]
        2 | message m2  | push s1 prev=1 [2:m2]
        3 | s1 ack 2    | end m1 delivered all_devices seq=1; end m2 delivered all_devices seq=2
        """);
  }

  @Test
  void returningDeviceShouldResumeAtItsCursor() {
    Script.play(
        """
        0 | phone up s1              | attach s1 fresh e1 seq=0 head=0
        1 | message m1               | push s1 prev=0 [1:m1]
        1 | message m2               | push s1 prev=1 [2:m2]
        2 | s1 ack 1                 | end m1 delivered all_devices seq=1
        3 | s1 down                  |
        4 | message m3               |
        5 | phone up s2 resume=e1:1  | attach s2 resumed e1 seq=1 head=2;
          |                          | push s2 prev=1 [2:m2]; push s2 prev=2 [3:m3]
        """);
  }

  @Test
  void returningDeviceWithoutCursorShouldResumeAtItsLastAck() {
    Script.play(
        """
        0 | phone up s1 | attach s1 fresh e1 seq=0 head=0
        1 | message m1  | push s1 prev=0 [1:m1]
        1 | message m2  | push s1 prev=1 [2:m2]
        2 | s1 ack 1    | end m1 delivered all_devices seq=1
        3 | s1 down     |
        5 | phone up s2 | attach s2 resumed e1 seq=1 head=2; push s2 prev=1 [2:m2]
        """);
  }

  @Test
  void resumeAheadOfTheAckShouldCountAsAnAck() {
    Script.play(
        """
        0 | phone up s1             | attach s1 fresh e1 seq=0 head=0
        1 | message m1              | push s1 prev=0 [1:m1]
        1 | message m2              | push s1 prev=1 [2:m2]
        1 | message m3              | push s1 prev=2 [3:m3]
        3 | s1 down                 |
        5 | phone up s2 resume=e1:2 | attach s2 resumed e1 seq=2 head=3;
          |                         | end m1 delivered all_devices seq=1;
          |                         | end m2 delivered all_devices seq=2; push s2 prev=2 [3:m3]
        """);
  }

  @Test
  void resumeBehindTheAckShouldReset() {
    Script.play(
        """
        0 | tablet up s1             | attach s1 fresh e1 seq=0 head=0
        0 | phone up s2              | attach s2 fresh e1 seq=0 head=0
        1 | message m1               | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        1 | message m2               | push s1 prev=1 [2:m2]; push s2 prev=1 [2:m2]
        1 | message m3               | push s1 prev=2 [3:m3]; push s2 prev=2 [3:m3]
        2 | s2 ack 2                 |
        3 | s2 down                  |
        # The tablet keeps all, but what the phone has acked may go at any moment.
        5 | phone up s3 resume=e1:1  | attach s3 reset e1 seq=2 head=3; push s3 prev=2 [3:m3]
        6 | devices?                 | tablet s1 acked=0 sent=3 window=100;
          |                          | phone s3 acked=2 sent=3 window=100
        """);
  }

  @Test
  void sessionThatWasDelayedOnItsWayShouldNotReplaceANewerOne() {
    Script.play(
        """
        20s | phone up s2           | attach s2 fresh e1 seq=0 head=0
        # Its worker was cut off from Kafka, and the device has gone elsewhere since.
        21s | phone up s1 said=8s   | kick s1 fenced
        22s | message m1            | push s2 prev=0 [1:m1]
        """);
  }

  @Test
  void clocksThatDifferALittleOrALotShouldKeepNoDeviceAway() {
    Script.play(
        """
        60s | phone up s1           | attach s1 fresh e1 seq=0 head=0
        61s | phone up s2 said=58s  | kick s1 fenced; attach s2 resumed e1 seq=0 head=0
        62s | phone up s3 said=28s  | kick s2 fenced; attach s3 resumed e1 seq=0 head=0
        """);
  }

  @Test
  void cursorOfWhatIsGoneShouldReset() {
    Script.play(
        """
        0 | phone up s1             | attach s1 fresh e1 seq=0 head=0
        1 | message m1              | push s1 prev=0 [1:m1]
        1 | message m2              | push s1 prev=1 [2:m2]
        2 | s1 ack 2                | end m1 delivered all_devices seq=1; end m2 delivered all_devices seq=2
        3 | message m3              | push s1 prev=2 [3:m3]
        4 | s1 down                 |
        5 | phone up s2 resume=e1:1 | attach s2 reset e1 seq=2 head=3; push s2 prev=2 [3:m3]
        """);
  }

  @Test
  void cursorOfAnotherEpochShouldReset() {
    Script.play(
        """
        0 | message m1              |
        1 | phone up s1 resume=e9:7 | attach s1 reset e1 seq=0 head=0; push s1 prev=0 [1:m1]
        """);
  }

  @Test
  void cursorOfAnotherEpochShouldResetThoughItsSeqWouldFit() {
    Script.play(
        """
        0 | phone up s1             | attach s1 fresh e1 seq=0 head=0
        1 | message m1              | push s1 prev=0 [1:m1]
        1 | message m2              | push s1 prev=1 [2:m2]
        2 | s1 down                 |
        3 | phone up s2 resume=e9:1 | attach s2 reset e1 seq=0 head=2; push s2 prev=0 [1:m1 2:m2]
        """);
  }

  @Test
  void cursorBeyondTheHeadShouldReset() {
    Script.play(
        """
        0 | phone up s1             | attach s1 fresh e1 seq=0 head=0
        1 | message m1              | push s1 prev=0 [1:m1]
        2 | s1 ack 1                | end m1 delivered all_devices seq=1
        3 | phone up s2 resume=e1:2 | kick s1 replaced; attach s2 reset e1 seq=1 head=1
        """);
  }

  @Test
  void resumeAtTheHeadShouldGetNothingTwice() {
    Script.play(
        """
        0 | phone up s1             | attach s1 fresh e1 seq=0 head=0
        1 | message m1              | push s1 prev=0 [1:m1]
        2 | s1 down                 |
        3 | phone up s2 resume=e1:1 | attach s2 resumed e1 seq=1 head=1; end m1 delivered all_devices seq=1
        4 | message m2              | push s2 prev=1 [2:m2]
        """);
  }

  @Test
  void newDeviceWithTheCursorOfAForgottenOneShouldResume() {
    Script.play(
        "devices=1",
        """
        0 | phone up s1              | attach s1 fresh e1 seq=0 head=0
        1 | message m1               | push s1 prev=0 [1:m1]
        1 | message m2               | push s1 prev=1 [2:m2]
        2 | s1 down                  |
        3 | tablet up s2             | attach s2 fresh e1 seq=0 head=2; push s2 prev=0 [1:m1 2:m2]
        4 | s2 down                  |
        5 | phone up s3 resume=e1:1  | attach s3 resumed e1 seq=1 head=2;
          |                          | end m1 delivered all_devices seq=1; push s3 prev=1 [2:m2]
        """);
  }

  @Test
  void everyDeviceShouldGetEverything() {
    Script.play(
        """
        0 | phone up s1  | attach s1 fresh e1 seq=0 head=0
        1 | tablet up s2 | attach s2 fresh e1 seq=0 head=0
        2 | message m1   | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        3 | s1 ack 1     |
        4 | mailbox?     | waiting=0 scheduled=0 released=1 bytes=1 head=1 loss=0
        5 | s2 ack 1     | end m1 delivered all_devices seq=1
        """);
  }

  @Test
  void secondDeviceShouldCatchUpBeforeItGetsWhatIsNew() {
    Script.play(
        """
        0 | phone up s1           | attach s1 fresh e1 seq=0 head=0
        1 | message m1            | push s1 prev=0 [1:m1]
        1 | message m2            | push s1 prev=1 [2:m2]
        1 | message m3            | push s1 prev=2 [3:m3]
        2 | tablet up s2 window=2 | attach s2 fresh e1 seq=0 head=3; push s2 prev=0 [1:m1 2:m2]
        3 | message m4            | push s1 prev=3 [4:m4]
        4 | s2 ack 1              | push s2 prev=2 [3:m3]
        5 | s2 ack 3              | push s2 prev=3 [4:m4]
        """);
  }

  @Test
  void slowDeviceShouldNotHoldBackTheOther() {
    Script.play(
        """
        0 | phone up s1 window=1 | attach s1 fresh e1 seq=0 head=0
        0 | tablet up s2         | attach s2 fresh e1 seq=0 head=0
        1 | message m1           | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        2 | message m2           | push s2 prev=1 [2:m2]
        3 | message m3           | push s2 prev=2 [3:m3]
        4 | s2 ack 3             |
        5 | s1 ack 1             | end m1 delivered all_devices seq=1; push s1 prev=1 [2:m2]
        6 | s1 ack 2             | end m2 delivered all_devices seq=2; push s1 prev=2 [3:m3]
        """);
  }

  @Test
  void newerSessionOfADeviceShouldReplaceTheOlder() {
    Script.play(
        """
        0 | phone up s1 | attach s1 fresh e1 seq=0 head=0
        1 | message m1  | push s1 prev=0 [1:m1]
        2 | phone up s2 | kick s1 replaced; attach s2 resumed e1 seq=0 head=1; push s2 prev=0 [1:m1]
        # The end of the older one does not end the newer.
        3 | s1 down     |
        4 | message m2  | push s2 prev=1 [2:m2]
        """);
  }

  @Test
  void repeatedSessionUpShouldChangeNothing() {
    Script.play(
        """
        0 | phone up s1 | attach s1 fresh e1 seq=0 head=0
        1 | message m1  | push s1 prev=0 [1:m1]
        2 | phone up s1 |
        3 | devices?    | phone s1 acked=0 sent=1 window=100
        """);
  }

  @Test
  void unknownSessionShouldEndAsADownDoes() {
    Script.play(
        """
        0 | phone up s1  | attach s1 fresh e1 seq=0 head=0
        1 | s1 unknown   |
        2 | devices?     | phone away acked=0
        3 | message m1   |
        4 | phone up s2  | attach s2 resumed e1 seq=0 head=0; push s2 prev=0 [1:m1]
        5 | s1 unknown   |
        6 | devices?     | phone s2 acked=0 sent=1 window=100
        """);
  }

  @Test
  void sessionsOfNobodyShouldStartNoUser() {
    Script.play(
        """
        0 | s1 down    |
        1 | s1 unknown |
        2 | s1 ack 1   |
        3 | wake       |
        4 | user?      | unknown
        """);
  }

  @Test
  void usersShouldNotMeet() {
    Script.play(
        """
        0 | phone up s1      | attach s1 fresh e1 seq=0 head=0
        1 | bob: message m1  |
        2 | bob: message m2  |
        3 | message m1       | push s1 prev=0 [1:m1]
        4 | bob: phone up s2 | attach s2 fresh e2 seq=0 head=0; push s2 prev=0 [1:m1 2:m2]
        5 | bob: s1 ack 1 e1 |
        6 | s1 ack 1 e1      | end m1 delivered all_devices seq=1
        """);
  }

  @Test
  void tooManyDevicesShouldTurnTheNewestAway() {
    Script.play(
        "devices=2",
        """
        0 | phone up s1  | attach s1 fresh e1 seq=0 head=0
        1 | tablet up s2 | attach s2 fresh e1 seq=0 head=0
        2 | watch up s3  | kick s3 too_many_devices
        3 | message m1   | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        4 | phone up s4  | kick s1 replaced; attach s4 resumed e1 seq=0 head=1; push s4 prev=0 [1:m1]
        """);
  }

  @Test
  void deviceLongestAwayShouldMakeRoom() {
    Script.play(
        "devices=3",
        """
        0 | phone up s1  | attach s1 fresh e1 seq=0 head=0
        1 | tablet up s2 | attach s2 fresh e1 seq=0 head=0
        2 | laptop up s3 | attach s3 fresh e1 seq=0 head=0
        3 | s2 down      |
        4 | s1 down      |
        5 | watch up s4  | attach s4 fresh e1 seq=0 head=0
        6 | devices?     | phone away acked=0;
          |              | laptop s3 acked=0 sent=0 window=100; watch s4 acked=0 sent=0 window=100
        """);
  }

  @Test
  void deviceThatMakesRoomShouldNoLongerHoldMessages() {
    Script.play(
        "devices=2",
        """
        0 | phone up s1  | attach s1 fresh e1 seq=0 head=0
        1 | tablet up s2 | attach s2 fresh e1 seq=0 head=0
        2 | message m1   | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        3 | s1 ack 1     |
        4 | s2 down      |
        # The watch is new: it gets what is there before it is let go.
        5 | watch up s3  | attach s3 fresh e1 seq=0 head=1; push s3 prev=0 [1:m1]
        6 | s3 ack 1     | end m1 delivered all_devices seq=1
        """);
  }

  @Test
  void idleUserShouldBeForgottenAndComeBackUnderANewEpoch() {
    Script.play(
        "idle=10s",
        """
        0      | phone up s1             | attach s1 fresh e1 seq=0 head=0
        0      | message m1              | push s1 prev=0 [1:m1]
        1s     | s1 ack 1                | end m1 delivered all_devices seq=1
        2s     | s1 down                 |
        2s     | due?                    | 10000
        12s    | due                     |
        12s    | user?                   | unknown
        1h     | phone up s2 resume=e1:1 | attach s2 reset e2 seq=0 head=0
        1h     | message m2              | push s2 prev=0 [1:m2]
        # An ack under the epoch that is over says nothing.
        1h+1s  | s2 ack 1 e1             |
        1h+2s  | s2 ack 1 e2             | end m2 delivered all_devices seq=1
        """);
  }

  @Test
  void resetShouldBeSentOneWindowOnly() {
    Script.play(
        """
        0 | phone up s1                      | attach s1 fresh e1 seq=0 head=0
        1 | message m1                       | push s1 prev=0 [1:m1]
        1 | message m2                       | push s1 prev=1 [2:m2]
        1 | message m3                       | push s1 prev=2 [3:m3]
        1 | message m4                       | push s1 prev=3 [4:m4]
        3 | s1 down                          |
        5 | phone up s2 window=2 resume=e9:9 | attach s2 reset e1 seq=0 head=4;
          |                                  | push s2 prev=0 [1:m1 2:m2]
        5 | run                              | nobody
        6 | s2 ack 1                         | end m1 delivered all_devices seq=1; push s2 prev=2 [3:m3]
        7 | s2 ack 3                         | end m2 delivered all_devices seq=2;
          |                                  | end m3 delivered all_devices seq=3; push s2 prev=3 [4:m4]
        """);
  }

  @Test
  void sessionThatIsSilentShouldEndAndTheDeviceBeForgottenLater() {
    Script.play(
        "idle=10s",
        """
        0   | phone up s1  | attach s1 fresh e1 seq=0 head=0
        1s  | message m1   | push s1 prev=0 [1:m1]
        2s  | message m2   | push s1 prev=1 [2:m2]
        3s  | s1 ack 1     | end m1 delivered all_devices seq=1
        10s | due          |
        # It acked last at 3 s.
        13s | due          | kick s1 max_age
        13s | devices?     | phone away acked=1
        14s | s1 down      |
        15s | phone up s2  | attach s2 resumed e1 seq=1 head=2; push s2 prev=1 [2:m2]
        25s | run          | kick s2 max_age
        35s | run          |
        35s | devices?     |
        """);
  }

  @Test
  void idleDeviceShouldBeForgotten() {
    Script.play(
        "idle=10s",
        """
        0    | phone up s1   | attach s1 fresh e1 seq=0 head=0
        0    | tablet up s2  | attach s2 fresh e1 seq=0 head=0
        1s   | s2 down       |
        2s   | message m1    | push s1 prev=0 [1:m1]
        3s   | s1 ack 1      |
        4s   | due?          | 10000
        10s  | due           |
        10s  | due?          | 11000
        11s  | due           | end m1 delivered all_devices seq=1
        11s  | devices?      | phone s1 acked=1 sent=1 window=100
        # It comes back as a new one, with a cursor that is still good.
        12s  | tablet up s3 resume=e1:0 | attach s3 reset e1 seq=1 head=1
        """);
  }

  @Test
  void userWhoseThrottleStillCountsShouldBeForgottenWhenItNoLongerDoes() {
    Script.play(
        "idle=1s limit=1/10s/1",
        """
        0    | phone up s1 | attach s1 fresh e1 seq=0 head=0
        0    | message m1  | push s1 prev=0 [1:m1]
        1    | s1 ack 1    | end m1 delivered all_devices seq=1
        2    | s1 down     |
        1002 | due         |
        1002 | user?       | known
        1002 | due?        | 10000
        10s  | due         |
        10s  | user?       | unknown
        """);
  }
}
