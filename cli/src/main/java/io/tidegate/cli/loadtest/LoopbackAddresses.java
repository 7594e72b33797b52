package io.tidegate.cli.loadtest;

import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.run.RunOptions;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Addresses of this machine that devices come from where the worker is on it too: each has ports
 * for some 28,000 connections to one address. Linux has all of 127.0.0.0/8.
 */
final class LoopbackAddresses {
  /** Devices of one address. */
  static final int DEVICES_EACH = 20_000;

  /** The first beside the one that is taken where nobody chooses. */
  private static final int FIRST = 2;

  private LoopbackAddresses() {}

  /** Whether there are any for connections to that URL. */
  static boolean reach(URI delivery) {
    String host = String.valueOf(delivery.getHost());
    return System.getProperty("os.name", "").equals("Linux")
        && (host.equals("localhost") || host.startsWith("127."));
  }

  /**
   * Those of one of several processes, which have none together.
   *
   * @param devicesEach of each process, at most
   */
  static List<String> of(int index, int devicesEach) {
    int count = Math.ceilDiv(devicesEach, DEVICES_EACH);
    List<String> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      addresses.add("127.0.0." + (FIRST + index * count + i));
    }
    return addresses;
  }

  /** The options for a run by one process: with addresses where it needs more than one. */
  static RunOptions in(RunOptions options, Profile profile, URI delivery) {
    int devices = profile.receivers().allDevices();
    if (devices <= DEVICES_EACH || !options.from().isEmpty() || !reach(delivery)) {
      return options;
    }
    return options.withFrom(of(0, devices).stream().map(LoopbackAddresses::address).toList());
  }

  private static InetAddress address(String numbers) {
    try {
      return InetAddress.getByName(numbers);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
