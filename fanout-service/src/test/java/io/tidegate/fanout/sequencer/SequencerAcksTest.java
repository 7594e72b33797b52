package io.tidegate.fanout.sequencer;

import org.junit.jupiter.api.Test;

/** Window, credit and acks; invariants 18, 19 and 20. */
class SequencerAcksTest {

  @Test
  void unackedShouldNotExceedTheWindow() {
    Script.play(
        """
        0 | phone up s1 window=2 | attach s1 fresh e1 seq=0 head=0
        1 | message m1           | push s1 prev=0 [1:m1]
        1 | message m2           | push s1 prev=1 [2:m2]
        1 | message m3           |
        1 | message m4           |
        2 | mailbox?             | waiting=2 scheduled=0 released=2 bytes=4 head=2 loss=0
        2 | run                  | nobody
        3 | s1 ack 1             | end m1 delivered all_devices seq=1; push s1 prev=2 [3:m3]
        4 | s1 ack 3             | end m2 delivered all_devices seq=2;
          |                      | end m3 delivered all_devices seq=3; push s1 prev=3 [4:m4]
        """);
  }

  @Test
  void waitingShouldKeepWhatItMayStillBecome() {
    Script.play(
        """
        0 | phone up s1 window=1      | attach s1 fresh e1 seq=0 head=0
        1 | message m1                | push s1 prev=0 [1:m1]
        1 | message score1 collapse=k |
        2 | message m2                |
        3 | message goal high         |
        4 | message score2 collapse=k | end score1 collapsed by score2
        5 | s1 ack 1                  | end m1 delivered all_devices seq=1; push s1 prev=1 [2:goal]
        6 | s1 ack 2                  | end goal delivered all_devices seq=2; push s1 prev=2 [3:m2]
        7 | s1 ack 3                  | end m2 delivered all_devices seq=3; push s1 prev=3 [4:score2]
        """);
  }

  @Test
  void ackShouldBeCumulativeAndMonotone() {
    Script.play(
        """
        0 | phone up s1 | attach s1 fresh e1 seq=0 head=0
        1 | message m1  | push s1 prev=0 [1:m1]
        1 | message m2  | push s1 prev=1 [2:m2]
        1 | message m3  | push s1 prev=2 [3:m3]
        2 | s1 ack 2    | end m1 delivered all_devices seq=1; end m2 delivered all_devices seq=2
        3 | s1 ack 1    |
        4 | s1 ack 2    |
        5 | devices?    | phone s1 acked=2 sent=3 window=100
        """);
  }

  @Test
  void ackBeyondWhatWasSentShouldSayNothing() {
    Script.play(
        """
        0 | phone up s1 | attach s1 fresh e1 seq=0 head=0
        1 | message m1  | push s1 prev=0 [1:m1]
        2 | s1 ack 2    |
        3 | devices?    | phone s1 acked=0 sent=1 window=100
        """);
  }

  @Test
  void messageThatTheOnlyDeviceRefusesShouldNotEndAsDelivered() {
    Script.play(
        """
        0 | hook up s1        | attach s1 fresh e1 seq=0 head=0
        1 | message m1        | push s1 prev=0 [1:m1]
        1 | message m2        | push s1 prev=1 [2:m2]
        1 | message m3        | push s1 prev=2 [3:m3]
        2 | s1 ack 2 refused  | end m1 delivered all_devices seq=1; end m2 dropped endpoint_refused seq=2
        3 | s1 ack 2          |
        4 | s1 ack 3          | end m3 delivered all_devices seq=3
        5 | mailbox?          | waiting=0 scheduled=0 released=0 bytes=0 head=3 loss=0
        """);
  }

  @Test
  void messageThatOneDeviceRefusesShouldStayForTheOthers() {
    Script.play(
        """
        0 | hook up s1        | attach s1 fresh e1 seq=0 head=0
        0 | phone up s2       | attach s2 fresh e1 seq=0 head=0
        1 | message m1        | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        1 | message m2        | push s1 prev=1 [2:m2]; push s2 prev=1 [2:m2]
        2 | s1 ack 1 refused  |
        3 | s2 ack 1          | end m1 delivered all_devices seq=1
        4 | s2 ack 2          |
        5 | s1 ack 2 refused  | end m2 delivered all_devices seq=2
        """);
  }

  @Test
  void refusalOfWhatWasAckedBeforeShouldSayNothing() {
    Script.play(
        """
        0 | hook up s1        | attach s1 fresh e1 seq=0 head=0
        0 | phone up s2       | attach s2 fresh e1 seq=0 head=0
        1 | message m1        | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        2 | s1 ack 1          |
        3 | s1 ack 1 refused  |
        4 | s2 ack 1 refused  | end m1 delivered all_devices seq=1
        """);
  }

  @Test
  void ackOfAnotherEpochShouldSayNothing() {
    Script.play(
        """
        0 | phone up s1 | attach s1 fresh e1 seq=0 head=0
        1 | message m1  | push s1 prev=0 [1:m1]
        2 | s1 ack 1 e9 |
        3 | devices?    | phone s1 acked=0 sent=1 window=100
        """);
  }

  @Test
  void ackByARequestOfAnotherDeviceShouldSayNothing() {
    Script.play(
        """
        0 | phone up s1          | attach s1 fresh e1 seq=0 head=0
        1 | message m1           | push s1 prev=0 [1:m1]
        2 | s1 ack 1 by tv       |
        3 | s1 ack 1 by phone    | end m1 delivered all_devices seq=1
        """);
  }

  @Test
  void ackOfAnOlderSessionShouldSayNothing() {
    Script.play(
        """
        0 | phone up s1 | attach s1 fresh e1 seq=0 head=0
        1 | message m1  | push s1 prev=0 [1:m1]
        2 | phone up s2 | kick s1 replaced; attach s2 resumed e1 seq=0 head=1; push s2 prev=0 [1:m1]
        3 | s1 ack 1    |
        4 | devices?    | phone s2 acked=0 sent=1 window=100
        5 | s2 ack 1    | end m1 delivered all_devices seq=1
        """);
  }

  @Test
  void ackAfterTheSessionsEndShouldCount() {
    Script.play(
        """
        0 | phone up s1 | attach s1 fresh e1 seq=0 head=0
        1 | message m1  | push s1 prev=0 [1:m1]
        2 | s1 down     |
        3 | s1 ack 1    | end m1 delivered all_devices seq=1
        4 | phone up s2 | attach s2 resumed e1 seq=1 head=1
        """);
  }

  @Test
  void lostPushShouldBeSentAgainToTheNextSession() {
    Script.play(
        """
        0 | phone up s1             | attach s1 fresh e1 seq=0 head=0
        1 | message m1              | push s1 prev=0 [1:m1]
        2 | s1 unknown              |
        3 | phone up s2 resume=e1:0 | attach s2 resumed e1 seq=0 head=1; push s2 prev=0 [1:m1]
        """);
  }

  @Test
  void sessionWithAnEmptyWindowShouldBeSentNothing() {
    Script.play(
        """
        0 | phone up s1 window=0 | attach s1 fresh e1 seq=0 head=0
        1 | message m1           |
        2 | mailbox?             | waiting=1 scheduled=0 released=0 bytes=1 head=0 loss=0
        2 | run                  | nobody
        """);
  }

  @Test
  void gapWiderThanTheWindowShouldUseNoRoomInIt() {
    Script.play(
        "entries=4",
        """
        0 | phone up s1 window=2 | attach s1 fresh e1 seq=0 head=0
        1 | message m1           | push s1 prev=0 [1:m1]
        1 | message m2           | push s1 prev=1 [2:m2]
        1 | message m3           |
        1 | message m4           |
        1 | message m5           | end m3 dropped mailbox_full
        1 | message m6           | end m4 dropped mailbox_full
        1 | message m7           | end m5 dropped mailbox_full
        2 | s1 ack 2             | end m1 delivered all_devices seq=1;
          |                      | end m2 delivered all_devices seq=2;
          |                      | reset s1 e1 seq=2; push s1 prev=2 [6:m6 7:m7]
        # Nothing is released that nobody has room for.
        3 | message m8           |
        3 | mailbox?             | waiting=1 scheduled=0 released=2 bytes=3 head=7 loss=5
        4 | s1 ack 6             | end m6 delivered all_devices seq=6; push s1 prev=7 [8:m8]
        """);
  }
}
