package io.tidegate.loadtest.watch;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The machine that this runs on, by which its processes are told from those of others. */
public final class LocalHost {
  private LocalHost() {}

  public static String name() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
