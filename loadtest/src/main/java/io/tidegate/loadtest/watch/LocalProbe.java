package io.tidegate.loadtest.watch;

import io.tidegate.contract.meters.ProcessMeters;
import io.tidegate.loadtest.report.Watched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process of this machine, by {@code /proc}: for a broker, which has no metrics of its own. */
final class LocalProbe implements Probe {
  /** USER_HZ, which Linux has kept at this for all programs. */
  private static final double TICKS_PER_SECOND = 100;

  /** Of utime and stime in stat, counted behind the name, which may have spaces. */
  private static final int UTIME = 11;

  private static final int STIME = 12;

  private final String name;
  private final long pid;
  private final Path folder;
  private final GaugeSeries series = new GaugeSeries();
  private double lastSeconds = Double.NaN;
  private long lastNanos;

  LocalProbe(String name, long pid) {
    this(name, pid, Path.of("/proc", Long.toString(pid)));
  }

  LocalProbe(String name, long pid, Path folder) {
    this.name = name;
    this.pid = pid;
    this.folder = folder;
  }

  @Override
  public void read(int second, long nanos) throws IOException {
    String stat = Files.readString(folder.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    try {
      double seconds =
          (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) / TICKS_PER_SECOND;
      series.add(Watched.CPU_CORES, second, (seconds - lastSeconds) * 1e9 / (nanos - lastNanos));
      lastSeconds = seconds;
      lastNanos = nanos;
      series.add(
          Watched.RESIDENT_BYTES, second, ProcessMeters.residentBytes(folder.resolve("status")));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IOException(folder + " is not as proc(5) says", e);
    }
  }

  @Override
  public Watched watched() {
    return new Watched(name, "pid " + pid, "", series.gauges());
  }

  @Override
  public String process() {
    return "pid " + pid;
  }
}
