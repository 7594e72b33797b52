package io.tidegate.loadtest.schedule;

import io.tidegate.loadtest.profile.Receivers;

/**
 * What one of several generators has of a run: devices that follow each other, with all those of
 * their users, and the messages whose first device is one of them. Together they have all, and none
 * has what another has. A message to a group or to all may go to devices of several.
 *
 * @param index 0 to one less than {@code of}
 * @param of how many generators there are
 * @param first device
 * @param end the first device that is not its any more
 */
public record Share(int index, int of, int first, int end) {
  /** Generators at most. */
  public static final int MOST = 64;

  /** A lone generator has all. */
  public static Share whole(Receivers receivers) {
    return of(receivers, 0, 1);
  }

  /**
   * @param of 1 to as many as there are users
   */
  public static Share of(Receivers receivers, int index, int of) {
    if (index < 0 || index >= of || of > receivers.users()) {
      throw new IllegalArgumentException("share: want 0 to %d, got %d".formatted(of - 1, index));
    }
    return new Share(index, of, border(receivers, index, of), border(receivers, index + 1, of));
  }

  private static int border(Receivers receivers, int index, int of) {
    int user = (int) ((long) receivers.users() * index / of);
    int members = receivers.members();
    boolean inGroups =
        receivers.kind() == Receivers.Kind.GROUP && user < (long) receivers.groups() * members;
    if (inGroups && members <= receivers.users() / of) {
      // A group stays together where each generator can have one.
      user -= user % members;
    }
    return user * receivers.devices();
  }

  /**
   * How many generators are needed so that none has more devices than that.
   *
   * @throws IllegalArgumentException if more than {@value #MOST} are, or a user has more devices
   */
  public static int needed(Receivers receivers, int devicesEach) {
    for (int of = 1; of <= Math.min(MOST, receivers.users()); of++) {
      if (most(receivers, of) <= devicesEach) {
        return of;
      }
    }
    throw new IllegalArgumentException(
        "%,d devices, %,d in each process, are more than %d processes can have"
            .formatted(receivers.allDevices(), devicesEach, MOST));
  }

  private static int most(Receivers receivers, int of) {
    int most = 0;
    for (int index = 0; index < of; index++) {
      most = Math.max(most, of(receivers, index, of).devices());
    }
    return most;
  }

  public int devices() {
    return end - first;
  }

  public boolean isWhole() {
    return of == 1;
  }

  /** Whether it hands a message in. */
  public boolean handsIn(Audience audience, long message) {
    int device = audience.firstDevice(message);
    return device >= first && device < end;
  }

  /** Whether a message is for any of its devices. */
  public boolean isFor(Audience audience, long message) {
    return endReceiver(audience, message) > firstReceiver(audience, message);
  }

  /** Whether a message is for devices of others too. */
  public boolean isSpread(Audience audience, long message) {
    int device = audience.firstDevice(message);
    return device < first || device + audience.perMessage() > end;
  }

  /** The first of the receivers of a message that it has, counted from the message's first. */
  public int firstReceiver(Audience audience, long message) {
    return Math.clamp((long) first - audience.firstDevice(message), 0, audience.perMessage());
  }

  /** And the first after those. */
  public int endReceiver(Audience audience, long message) {
    return Math.clamp((long) end - audience.firstDevice(message), 0, audience.perMessage());
  }
}
