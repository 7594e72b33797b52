package io.tidegate.loadtest.devices;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.tidegate.loadtest.devices.FleetSettings.Crowd;
import io.tidegate.loadtest.devices.FleetSettings.Dialing;
import io.tidegate.loadtest.devices.FleetSettings.Speech;
import io.tidegate.loadtest.devices.FleetSettings.Target;
import io.tidegate.loadtest.devices.wire.FrameScan;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a fleet takes from a worker that costs nothing, in a process of its own, and what that costs
 * here. Arguments: devices, pushes a second, seconds, event loops.
 *
 * <pre>java -cp … io.tidegate.loadtest.devices.FleetBench 15000 100000 10 1</pre>
 */
final class FleetBench implements DeviceEvents {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final LongAdder pushes = new LongAdder();
  private final LongAdder messages = new LongAdder();
  private final LongAdder acks = new LongAdder();
  private final Map<String, LongAdder> ends = new ConcurrentHashMap<>();

  public static void main(String[] args) throws Exception {
    scan(1);
    scan(10);
    new FleetBench()
        .run(
            Integer.parseInt(args[0]),
            Integer.parseInt(args[1]),
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]));
    System.exit(0);
  }

  /** What reading a frame of so many messages of 200 bytes costs, without the network. */
  private static void scan(int count) throws Exception {
    byte[] frame = new NullWorker.Template(count, 200).payload();
    FrameScan scan = new FrameScan();
    long length = 0;
    for (int round = 0; round < 5; round++) {
      long allocated = THREADS.getCurrentThreadAllocatedBytes();
      long began = THREADS.getCurrentThreadCpuTime();
      int times = 2_000_000 / count;
      for (int i = 0; i < times; i++) {
        scan.read(frame, 0, frame.length);
        for (int m = 0; m < scan.messages(); m++) {
          length += scan.id(m).length();
        }
      }
      long nanos = THREADS.getCurrentThreadCpuTime() - began;
      if (round == 4) {
        System.out.printf(
            "scan of %,d bytes with %d messages of 200: %,d ns CPU and %,d bytes a push (%d)%n",
            frame.length,
            count,
            nanos / times,
            (THREADS.getCurrentThreadAllocatedBytes() - allocated) / times,
            length % 10);
      }
    }
  }

  private void run(int devices, int perSecond, int seconds, int loops) throws Exception {
    Process process = worker();
    try (BufferedReader said =
            new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII));
        PrintStream orders = new PrintStream(process.getOutputStream(), true, US_ASCII);
        Fleet fleet = fleet(devices, loops, said.readLine())) {
      long empty = heap();
      long began = System.nanoTime();
      fleet.open().get(2, TimeUnit.MINUTES);
      System.out.printf(
          "%,d devices connected after %.1f s%n", devices, (System.nanoTime() - began) / 1e9);
      System.out.printf("heap of a device: %,d bytes live%n", (heap() - empty) / devices);
      for (int count : new int[] {1, 1, 10}) {
        orders.println(perSecond / count + " " + count);
        TimeUnit.SECONDS.sleep(5);
        turn(seconds, count);
        orders.println("0 1");
        TimeUnit.SECONDS.sleep(1);
      }
      System.out.printf(
          "heap of a device after that: %,d bytes live%n", (heap() - empty) / devices);
      System.out.println(fleet.counts() + ", ends: " + ends + ", fault: " + fleet.fault());
    } finally {
      process.destroy();
    }
  }

  private void turn(int seconds, int count) throws InterruptedException {
    long[] before = now();
    TimeUnit.SECONDS.sleep(seconds);
    long[] after = now();
    double time = (after[0] - before[0]) / 1e9;
    double turnPushes = after[1] - before[1];
    System.out.printf(
        "%d messages a push: %,.0f pushes/s, %,.0f messages/s, %,.0f acks/s; of a push: %.2f us CPU"
            + " of the fleet's threads, %.2f of the process, %,.0f bytes allocated; %.0f %% of a"
            + " core%n",
        count,
        turnPushes / time,
        (after[2] - before[2]) / time,
        (after[3] - before[3]) / time,
        (after[4] - before[4]) / 1e3 / turnPushes,
        (after[5] - before[5]) / 1e3 / turnPushes,
        (after[6] - before[6]) / turnPushes,
        (after[4] - before[4]) / 1e7 / time);
  }

  private long[] now() {
    long cpu = 0;
    long allocated = 0;
    for (long id : THREADS.getAllThreadIds()) {
      var thread = THREADS.getThreadInfo(id);
      if (thread != null && thread.getThreadName().startsWith("devices-")) {
        cpu += THREADS.getThreadCpuTime(id);
        allocated += THREADS.getThreadAllocatedBytes(id);
      }
    }
    return new long[] {
      System.nanoTime(),
      pushes.sum(),
      messages.sum(),
      acks.sum(),
      cpu,
      SYSTEM.getProcessCpuTime(),
      allocated
    };
  }

  private static long heap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private Fleet fleet(int devices, int loops, String port) throws Exception {
    return new Fleet(
        new FleetSettings(
            new Target(URI.create("http://127.0.0.1:" + port), null),
            Crowd.of(devices),
            Speech.DEFAULT,
            new Dialing(
                5_000, 1_024, Dialing.DEFAULT.timeout(), Dialing.DEFAULT.welcome(), List.of(), 1),
            loops),
        this);
  }

  private static Process worker() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), NullWorker.class.getName()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @Override
  public void welcomed(int device, String mode, long nanos) {}

  @Override
  public void readsAgain(int device) {}

  @Override
  public void shown(int device, long seq, String messageId, long nanos) {
    messages.increment();
  }

  @Override
  public void pushed(int device, int fresh, long nanos) {
    pushes.increment();
  }

  @Override
  public void repeated(int device, long seq, boolean inSession) {}

  @Override
  public void reset(int device, long seq) {}

  @Override
  public void ackSent(int device, long oldestNanos, long nanos) {
    acks.increment();
  }

  @Override
  public void acked(int device, int count) {}

  @Override
  public void ackRefused(int device, String answer, boolean forGood) {}

  @Override
  public void disconnected(int device, String code, long nanos) {
    ends.computeIfAbsent(code, _ -> new LongAdder()).increment();
  }

  @Override
  public void ticked(int loop, long late, long nanos) {}
}
