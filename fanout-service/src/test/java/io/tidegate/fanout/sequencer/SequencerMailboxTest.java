package io.tidegate.fanout.sequencer;

import org.junit.jupiter.api.Test;

/** The mailbox's bounds, and that what falls out of it is told; invariants 2, 3 and 21. */
class SequencerMailboxTest {

  @Test
  void fullMailboxShouldDropTheOldest() {
    Script.play(
        "entries=2",
        """
        0 | message m1  |
        1 | message m2  |
        2 | message m3  | end m1 dropped mailbox_full
        3 | mailbox?    | waiting=2 scheduled=0 released=0 bytes=2 head=1 loss=1
        # The phone is new, it lost nothing; but the seq is used up.
        4 | phone up s1 | attach s1 fresh e1 seq=0 head=1; push s1 prev=0 [2:m2 3:m3]
        """);
  }

  @Test
  void oldestShouldBeThatOfAllUrgencies() {
    Script.play(
        "entries=2",
        """
        0 | message m1 high |
        1 | message m2 low  |
        2 | message m3      | end m1 dropped mailbox_full
        3 | message m4 high | end m2 dropped mailbox_full
        """);
  }

  @Test
  void scheduledShouldBeDroppedLastUnlessTheyAreMost() {
    Script.play(
        "entries=2",
        """
        0 | message m1 at=1h |
        1 | message m2       |
        2 | message m3       | end m2 dropped mailbox_full
        3 | message m4 at=2h | end m1 dropped mailbox_full
        4 | message m5 at=3h | end m4 dropped mailbox_full
        """);
  }

  @Test
  void releasedShouldBeDroppedFirstWhereThereIsNoSession() {
    Script.play(
        "entries=2",
        """
        0 | phone up s1             | attach s1 fresh e1 seq=0 head=0
        1 | message m1              | push s1 prev=0 [1:m1]
        2 | message m2              | push s1 prev=1 [2:m2]
        3 | s1 down                 |
        4 | message m3              | end m1 dropped mailbox_full seq=1
        5 | phone up s2 resume=e1:0 | attach s2 reset e1 seq=1 head=2;
          |                         | push s2 prev=1 [2:m2]; push s2 prev=2 [3:m3]
        """);
  }

  @Test
  void cursorBehindTheLossShouldNotBeReset() {
    Script.play(
        "entries=2",
        """
        0 | phone up s1             | attach s1 fresh e1 seq=0 head=0
        1 | message m1              | push s1 prev=0 [1:m1]
        2 | message m2              | push s1 prev=1 [2:m2]
        3 | s1 down                 |
        4 | message m3              | end m1 dropped mailbox_full seq=1
        5 | phone up s2 resume=e1:1 | attach s2 resumed e1 seq=1 head=2;
          |                         | push s2 prev=1 [2:m2]; push s2 prev=2 [3:m3]
        """);
  }

  @Test
  void waitingShouldBeDroppedFirstWhereASessionIsAndTheGapBeTold() {
    Script.play(
        "entries=2",
        """
        0 | phone up s1 window=1 | attach s1 fresh e1 seq=0 head=0
        1 | message m1           | push s1 prev=0 [1:m1]
        2 | message m2           |
        3 | message m3           | end m2 dropped mailbox_full
        4 | s1 ack 1             | end m1 delivered all_devices seq=1;
          |                      | reset s1 e1 seq=1; push s1 prev=1 [3:m3]
        # It is told once.
        5 | s1 ack 3             | end m3 delivered all_devices seq=3
        6 | message m4           | push s1 prev=3 [4:m4]
        """);
  }

  @Test
  void everyLossShouldBeTold() {
    Script.play(
        "entries=2",
        """
        0 | phone up s1 window=1 | attach s1 fresh e1 seq=0 head=0
        1 | message m1           | push s1 prev=0 [1:m1]
        2 | message m2           |
        3 | message m3           | end m2 dropped mailbox_full
        4 | s1 ack 1             | end m1 delivered all_devices seq=1;
          |                      | reset s1 e1 seq=1; push s1 prev=1 [3:m3]
        5 | message m4           |
        6 | message m5           | end m4 dropped mailbox_full
        7 | s1 ack 3             | end m3 delivered all_devices seq=3;
          |                      | reset s1 e1 seq=3; push s1 prev=3 [5:m5]
        """);
  }

  @Test
  void releasedShouldBeDroppedWhereNothingElseIsThere() {
    Script.play(
        "bytes=10",
        """
        0 | phone up s1          | attach s1 fresh e1 seq=0 head=0
        1 | message m1 bytes=6   | push s1 prev=0 [1:m1]
        2 | message m2 bytes=11  | end m2 dropped mailbox_full
        3 | mailbox?             | waiting=0 scheduled=0 released=1 bytes=6 head=2 loss=2
        4 | message m3 bytes=4   | reset s1 e1 seq=1; push s1 prev=1 [3:m3]
        """);
  }

  @Test
  void bytesShouldBeBounded() {
    Script.play(
        "bytes=10",
        """
        0 | message m1 bytes=4   |
        1 | message m2 bytes=4   |
        2 | message m3 bytes=4   | end m1 dropped mailbox_full
        3 | message m4 bytes=10  | end m2 dropped mailbox_full; end m3 dropped mailbox_full
        4 | mailbox?             | waiting=1 scheduled=0 released=0 bytes=10 head=3 loss=3
        """);
  }

  @Test
  void dropAfterADeviceHadItShouldBeADelivery() {
    Script.play(
        "entries=1",
        """
        0 | phone up s1  | attach s1 fresh e1 seq=0 head=0
        0 | tablet up s2 | attach s2 fresh e1 seq=0 head=0
        1 | message m1   | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        2 | s1 ack 1     |
        3 | s1 down      |
        4 | s2 down      |
        5 | message m2   | end m1 delivered some_devices seq=1
        """);
  }

  @Test
  void ackShouldMakeRoomBeforeAnythingIsDropped() {
    Script.play(
        "turn=2 bytes=10",
        """
        0 | phone up s1 window=3 | attach s1 fresh e1 seq=0 head=0
        1 | message m1 bytes=3   | push s1 prev=0 [1:m1]
        1 | message m2 bytes=3   | push s1 prev=1 [2:m2]
        1 | message m3 bytes=3   | push s1 prev=2 [3:m3]
        2 | message m4 bytes=1   |
        3 | mailbox?             | waiting=1 scheduled=0 released=3 bytes=10 head=3 loss=0
        4 | s1 ack 3             | end m1 delivered all_devices seq=1;
          |                      | end m2 delivered all_devices seq=2; push s1 prev=3 [4:m4]
        4 | run                  | end m3 delivered all_devices seq=3
        """);
  }

  @Test
  void mailboxShouldKeepNothingLongerThanItsAge() {
    Script.play(
        "age=1h",
        """
        0      | message m1       |
        1m     | message m2 low   |
        2m     | message m3       |
        2m     | due?             | 3600000
        1h     | due              | end m1 dropped mailbox_age
        1h     | due?             | 3660000
        1h+1m  | due              | end m2 dropped mailbox_age
        1h+1m  | phone up s1      | attach s1 fresh e1 seq=0 head=2; push s1 prev=0 [3:m3]
        1h+2m  | due              | end m3 dropped mailbox_age seq=3
        # What is left to wake for: the phone may be gone.
        1h+2m  | due?             | 2595660000
        """);
  }

  @Test
  void scheduledMessageShouldAgeFromItsInstant() {
    Script.play(
        "age=1h",
        """
        0   | message m1 at=5h |
        1h  | run              |
        5h  | run              |
        6h  | due              | end m1 dropped mailbox_age
        6h  | user?            | unknown
        """);
  }

  @Test
  void agedOutShouldBeToldToWhoIsAway() {
    Script.play(
        "age=1h",
        """
        0    | phone up s1              | attach s1 fresh e1 seq=0 head=0
        1    | s1 down                  |
        2    | message m1               |
        1h+2 | due                      | end m1 dropped mailbox_age
        2h   | message m2               |
        2h   | phone up s2 resume=e1:0  | attach s2 reset e1 seq=1 head=1; push s2 prev=1 [2:m2]
        """);
  }

  @Test
  void lossShouldBeToldToADeviceWithoutACursorUntilItHasSomethingLater() {
    Script.play(
        "entries=1",
        """
        0 | phone up s1 | attach s1 fresh e1 seq=0 head=0
        1 | s1 down     |
        2 | message m1  |
        3 | message m2  | end m1 dropped mailbox_full
        4 | phone up s2 | attach s2 reset e1 seq=1 head=1; push s2 prev=1 [2:m2]
        # The worker died before the phone saw any of it.
        5 | s2 unknown  |
        6 | phone up s3 | attach s3 reset e1 seq=1 head=2; push s3 prev=1 [2:m2]
        7 | s3 ack 2    | end m2 delivered all_devices seq=2
        8 | s3 down     |
        9 | phone up s4 | attach s4 resumed e1 seq=2 head=2
        """);
  }

  @Test
  void lossToldInASessionThatDiedShouldBeToldAgain() {
    Script.play(
        "entries=2",
        """
        0 | phone up s1 window=1 | attach s1 fresh e1 seq=0 head=0
        1 | message m1           | push s1 prev=0 [1:m1]
        2 | message m2           |
        3 | message m3           | end m2 dropped mailbox_full
        4 | s1 ack 1             | end m1 delivered all_devices seq=1;
          |                      | reset s1 e1 seq=1; push s1 prev=1 [3:m3]
        5 | s1 unknown           |
        6 | phone up s2          | attach s2 reset e1 seq=2 head=3; push s2 prev=2 [3:m3]
        """);
  }
}
