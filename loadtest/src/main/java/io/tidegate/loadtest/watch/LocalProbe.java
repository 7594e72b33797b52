package io.tidegate.loadtest.watch;

import io.tidegate.contract.meters.ProcessMeters;
import io.tidegate.loadtest.report.Watched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process of this machine, by {@code /proc}: for a broker, which has no metrics of its own. Of a
 * JVM garbage collection too, where it says so, and what it is.
 */
final class LocalProbe implements Probe {
  /** USER_HZ, which Linux has kept at this for all programs. */
  static final double TICKS_PER_SECOND = 100;

  /** Of utime and stime in stat, counted behind the name, which may have spaces. */
  private static final int UTIME = 11;

  private static final int STIME = 12;

  /** Of {@code status}. */
  private static final Pattern ALLOWED =
      Pattern.compile("(?m)^Cpus_allowed_list:\\s*(\\d{1,5}(?:[-,]\\d{1,5})*)$");

  private final String name;
  private final long pid;
  private final Path folder;
  private final Path temporary;
  private final GaugeSeries series = new GaugeSeries();
  private double lastSeconds = Double.NaN;
  private double lastGcSeconds = Double.NaN;
  private String jvm = "";
  private Map<String, String> runtime = Map.of();
  private long lastNanos;

  LocalProbe(String name, long pid) {
    this(name, pid, Path.of("/proc", Long.toString(pid)), Path.of("/tmp"));
  }

  /**
   * @param temporary where JVMs have what they tell
   */
  LocalProbe(String name, long pid, Path folder, Path temporary) {
    this.temporary = temporary;
    this.name = name;
    this.pid = pid;
    this.folder = folder;
  }

  @Override
  public void read(int second, long nanos) throws IOException {
    if (runtime.isEmpty()) {
      runtime = runtime();
    }
    String stat = Files.readString(folder.resolve("stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    try {
      double seconds =
          (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) / TICKS_PER_SECOND;
      series.add(Watched.CPU_CORES, second, (seconds - lastSeconds) * 1e9 / (nanos - lastNanos));
      readGc(second, nanos);
      lastSeconds = seconds;
      lastNanos = nanos;
      series.add(
          Watched.RESIDENT_BYTES, second, ProcessMeters.residentBytes(folder.resolve("status")));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new IOException(folder + " is not as proc(5) says", e);
    }
  }

  private Map<String, String> runtime() throws IOException {
    Map<String, String> all = new TreeMap<>(LocalJvm.of(folder));
    int processors = processors(Files.readString(folder.resolve("status")));
    if (processors > 0) {
      all.put(Watched.PROCESSORS, Integer.toString(processors));
    }
    return all;
  }

  /** Those that it may run on, such as {@code 0-3,6}; 0: not known. A quota is not counted. */
  private static int processors(String status) {
    int processors = 0;
    Matcher allowed = ALLOWED.matcher(status);
    if (allowed.find()) {
      for (String range : allowed.group(1).split(",")) {
        String[] ends = range.split("-");
        processors += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
      }
    }
    return processors;
  }

  private void readGc(int second, long nanos) {
    Path counters = JvmCounters.file(temporary, pid);
    if (counters == null) {
      return;
    }
    try {
      JvmCounters read = JvmCounters.read(counters);
      double gc = read.gcSeconds();
      series.add(Watched.GC_SECONDS, second, (gc - lastGcSeconds) * 1e9 / (nanos - lastNanos));
      lastGcSeconds = gc;
      jvm = read.version();
    } catch (IOException e) {
      // It is another's, or of a JVM that has it otherwise: then it is not known.
      lastGcSeconds = Double.NaN;
    }
  }

  @Override
  public Watched watched() {
    String place = process() + " on " + LocalHost.name();
    return new Watched(name, place, version(), runtime, Map.of(), series.gauges());
  }

  private String version() {
    StringJoiner version = new StringJoiner(", ").setEmptyValue("not known");
    String kafka = runtime.get(LocalJvm.KAFKA);
    if (kafka != null) {
      version.add("Kafka " + kafka);
    }
    String jdk = jvm.isEmpty() ? runtime.getOrDefault(LocalJvm.JDK, "") : jvm;
    if (!jdk.isEmpty()) {
      version.add("JVM " + jdk);
    }
    return version.toString();
  }

  @Override
  public String process() {
    return "pid " + pid;
  }
}
