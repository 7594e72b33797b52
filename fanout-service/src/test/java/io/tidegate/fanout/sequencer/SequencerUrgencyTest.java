package io.tidegate.fanout.sequencer;

import org.junit.jupiter.api.Test;

/**
 * Devices that do not want everything: what is below their minimum urgency they are never sent. See
 * {@link Script} for how to read these.
 */
class SequencerUrgencyTest {

  @Test
  void messageThatNoDeviceWantsShouldWaitUntilOneDoes() {
    Script.play(
        """
        0 | phone up s1 urgency=high | attach s1 fresh e1 seq=0 head=0
        1 | message m1               |
        2 | message m2 high          | push s1 prev=0 [1:m2]
        3 | mailbox?                 | waiting=1 scheduled=0 released=1 bytes=2 head=1 loss=0
        4 | tablet up s2             | attach s2 fresh e1 seq=0 head=1; push s2 prev=0 [1:m2];
          |                          | push s2 prev=1 [2:m1]
        """);
  }

  @Test
  void messageAtTheMinimumShouldGo() {
    Script.play(
        """
        0 | phone up s1 urgency=low | attach s1 fresh e1 seq=0 head=0
        1 | message m1 very-low     |
        2 | message m2 low          | push s1 prev=0 [1:m2]
        """);
  }

  @Test
  void messageThatOneDeviceWantsShouldPassTheOtherBy() {
    Script.play(
        """
        0 | phone up s1 urgency=high | attach s1 fresh e1 seq=0 head=0
        0 | tablet up s2             | attach s2 fresh e1 seq=0 head=0
        1 | message m1               | push s2 prev=0 [1:m1]
        2 | message m2 high          | push s1 prev=0 [2:m2]; push s2 prev=1 [2:m2]
        3 | devices?                 | phone s1 acked=1 sent=2 window=100;
          |                          | tablet s2 acked=0 sent=2 window=100
        4 | s2 ack 2                 | end m1 delivered all_devices seq=1
        5 | s1 ack 2                 | end m2 delivered all_devices seq=2
        """);
  }

  @Test
  void whatPassedByShouldCountOnceNothingIsUnderWayBeforeIt() {
    Script.play(
        """
        0 | phone up s1 urgency=high | attach s1 fresh e1 seq=0 head=0
        0 | tablet up s2             | attach s2 fresh e1 seq=0 head=0
        1 | message m1 high          | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        2 | message m2               | push s2 prev=1 [2:m2]
        3 | devices?                 | phone s1 acked=0 sent=1 window=100;
          |                          | tablet s2 acked=0 sent=2 window=100
        4 | s2 ack 2                 |
        5 | s1 ack 1                 | end m1 delivered all_devices seq=1; end m2 delivered all_devices seq=2
        """);
  }

  @Test
  void whatPassedByShouldUseNoRoomInTheWindow() {
    Script.play(
        """
        0 | phone up s1 urgency=high window=2 | attach s1 fresh e1 seq=0 head=0
        0 | tablet up s2                      | attach s2 fresh e1 seq=0 head=0
        1 | message m1 high                   | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        2 | message m2                        | push s2 prev=1 [2:m2]
        3 | message m3                        | push s2 prev=2 [3:m3]
        4 | message m4 high                   | push s1 prev=1 [4:m4]; push s2 prev=3 [4:m4]
        # Two are under way to the phone: its window is full.
        5 | message m5 high                   | push s2 prev=4 [5:m5]
        6 | s1 ack 1                          | push s1 prev=4 [5:m5]
        7 | devices?                          | phone s1 acked=1 sent=5 window=2;
          |                                   | tablet s2 acked=0 sent=5 window=100
        """);
  }

  @Test
  void roomOfADeviceThatDoesNotWantItShouldReleaseNothing() {
    Script.play(
        """
        0 | phone up s1 urgency=high | attach s1 fresh e1 seq=0 head=0
        1 | message m1               |
        1 | message m2               |
        2 | tablet up s2 window=1    | attach s2 fresh e1 seq=0 head=0; push s2 prev=0 [1:m1]
        3 | mailbox?                 | waiting=1 scheduled=0 released=1 bytes=2 head=1 loss=0
        4 | s2 ack 1                 | end m1 delivered all_devices seq=1; push s2 prev=1 [2:m2]
        """);
  }

  @Test
  void backlogShouldBeTakenUpBehindWhatTheDeviceDoesNotWant() {
    Script.play(
        """
        0 | phone up s1               | attach s1 fresh e1 seq=0 head=0
        0 | tablet up s2              | attach s2 fresh e1 seq=0 head=0
        0 | s2 down                   |
        1 | message m1                | push s1 prev=0 [1:m1]
        2 | message m2 high           | push s1 prev=1 [2:m2]
        3 | message m3                | push s1 prev=2 [3:m3]
        4 | tablet up s3 urgency=high | attach s3 resumed e1 seq=0 head=3; push s3 prev=0 [2:m2]
        5 | devices?                  | phone s1 acked=0 sent=3 window=100;
          |                           | tablet s3 acked=1 sent=2 window=100
        """);
  }

  @Test
  void cursorOfADeviceShouldFitAfterMessagesPassedItBy() {
    Script.play(
        """
        0 | phone up s1 urgency=high             | attach s1 fresh e1 seq=0 head=0
        0 | tablet up s2                         | attach s2 fresh e1 seq=0 head=0
        1 | message m1 high                      | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        2 | s1 ack 1                             |
        3 | message m2                           | push s2 prev=1 [2:m2]
        4 | message m3                           | push s2 prev=2 [3:m3]
        5 | s1 down                              |
        6 | message m4 high                      | push s2 prev=3 [4:m4]
        # It knows nothing of 2 and 3, so the push links to 1.
        7 | phone up s3 resume=e1:1 urgency=high | attach s3 resumed e1 seq=1 head=4;
          |                                      | push s3 prev=1 [4:m4]
        """);
  }

  @Test
  void lowerMinimumShouldGetWhatWaitsAndNotWhatPassedBy() {
    Script.play(
        """
        0 | phone up s1 urgency=high | attach s1 fresh e1 seq=0 head=0
        0 | tablet up s2 urgency=low | attach s2 fresh e1 seq=0 head=0
        1 | message m1               | push s2 prev=0 [1:m1]
        2 | message m2 very-low      |
        3 | s1 down                  |
        4 | message m3 low           | push s2 prev=1 [2:m3]
        # 1 passed it by; 2 came while it was away, and m2 nobody wanted.
        5 | phone up s3              | attach s3 resumed e1 seq=1 head=2; push s3 prev=1 [2:m3];
          |                          | push s3 prev=2 [3:m2]
        6 | s2 ack 2                 | end m1 delivered all_devices seq=1
        """);
  }

  @Test
  void lastDeviceThatRaisesItsMinimumShouldEndWhatWasOnItsWay() {
    Script.play(
        """
        0 | phone up s1              | attach s1 fresh e1 seq=0 head=0
        1 | message m1               | push s1 prev=0 [1:m1]
        2 | message m2 high          | push s1 prev=1 [2:m2]
        3 | s1 down                  |
        4 | phone up s2 urgency=high | attach s2 resumed e1 seq=0 head=2; push s2 prev=0 [2:m2]
        # Nobody has it, so nobody is told that it was delivered.
        5 | due                      | end m1 dropped device_urgency seq=1
        6 | s2 ack 2                 | end m2 delivered all_devices seq=2
        """);
  }

  @Test
  void raisedMinimumShouldNotUndoWhatTheDeviceHas() {
    Script.play(
        """
        0 | tablet up s1             | attach s1 fresh e1 seq=0 head=0
        0 | phone up s2              | attach s2 fresh e1 seq=0 head=0
        1 | message m1 ttl=1m        | push s1 prev=0 [1:m1]; push s2 prev=0 [1:m1]
        2 | s2 ack 1                 |
        3 | phone up s3 urgency=high | kick s2 replaced; attach s3 resumed e1 seq=1 head=1
        1m+1 | due                   | end m1 delivered some_devices seq=1
        """);
  }

  @Test
  void whatPassedADeviceByAndExpiresShouldNotCountAsDelivered() {
    Script.play(
        """
        0 | tablet up s1                        | attach s1 fresh e1 seq=0 head=0
        0 | phone up s2 urgency=high            | attach s2 fresh e1 seq=0 head=0
        1 | message m1 ttl=1m                   | push s1 prev=0 [1:m1]
        2 | s1 down                             |
        1m+1 | due                              | end m1 expired ttl seq=1
        # The phone lost nothing, the tablet did.
        2m | phone up s3 resume=e1:0 urgency=high | kick s2 replaced; attach s3 resumed e1 seq=0 head=1
        3m | tablet up s4 resume=e1:0           | attach s4 reset e1 seq=1 head=1
        """);
  }

  @Test
  void lossBehindWhatPassesByShouldBeToldUntilTheDeviceHeardOfIt() {
    Script.play(
        "entries=2",
        """
        0 | phone up s1 urgency=normal             | attach s1 fresh e1 seq=0 head=0
        1 | message m1 low                         |
        2 | message m2 low                         |
        3 | message m3 low                         | end m1 dropped mailbox_full
        4 | tablet up s2                           | attach s2 fresh e1 seq=0 head=1;
          |                                        | reset s1 e1 seq=0; push s2 prev=0 [2:m2 3:m3]
        5 | devices?                               | phone s1 acked=3 sent=0 window=100;
          |                                        | tablet s2 acked=0 sent=3 window=100
        # Whether the phone heard is not known: it has acked nothing since.
        6 | phone up s3 resume=e1:0 urgency=normal | kick s1 replaced; attach s3 reset e1 seq=3 head=3
        7 | phone up s4 resume=e1:3 urgency=normal | kick s3 replaced; attach s4 resumed e1 seq=3 head=3
        """);
  }

  @Test
  void fullMailboxShouldDropWhatNoSessionIsToGetFirst() {
    Script.play(
        "entries=2",
        """
        0 | tablet up s1             | attach s1 fresh e1 seq=0 head=0
        0 | phone up s2 urgency=high | attach s2 fresh e1 seq=0 head=0
        1 | message m1               | push s1 prev=0 [1:m1]
        1 | message m2               | push s1 prev=1 [2:m2]
        2 | s1 down                  |
        # What is for the tablet alone makes room for what the phone is waiting for.
        3 | message m3 high          | end m1 dropped mailbox_full seq=1; push s2 prev=0 [3:m3]
        """);
  }

  @Test
  void liveMessageShouldGoOnlyToDevicesThatWantIt() {
    Script.play(
        """
        0 | phone up s1 urgency=high | attach s1 fresh e1 seq=0 head=0
        1 | message m1 ttl=0         | end m1 expired device_urgency
        2 | tablet up s2             | attach s2 fresh e1 seq=0 head=0
        3 | message m2 ttl=0         | live s2 m2; end m2 delivered live
        4 | message m3 high ttl=0    | live s1 m3; live s2 m3; end m3 delivered live
        """);
  }

  @Test
  void messageThatNobodyWantsShouldCountAgainstNoLimit() {
    Script.play(
        "limit=1/10s/1",
        """
        0 | phone up s1 urgency=high | attach s1 fresh e1 seq=0 head=0
        1 | message m1               |
        2 | message m2 high          | push s1 prev=0 [1:m2]
        3 | due?                     | 604800001
        """);
  }
}
