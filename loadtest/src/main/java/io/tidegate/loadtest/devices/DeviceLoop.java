package io.tidegate.loadtest.devices;

import io.netty.channel.EventLoop;
import io.tidegate.loadtest.devices.rule.Wheel;
import io.tidegate.loadtest.devices.wire.FrameHead;
import io.tidegate.loadtest.devices.wire.FrameScan;
import io.tidegate.loadtest.net.Ticks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The devices of one thread, and what they share. Everything is called on that thread. */
final class DeviceLoop {
  /** Of a frame's payload, and of a message in several frames. */
  static final int MOST_FRAME_BYTES = 1 << 20;

  private static final int SLOTS = 32;
  private static final int TICKS_A_SWEEP = 100;

  private final int number;
  private final EventLoop eventLoop;
  private final FleetSettings settings;
  private final Dialer dialer;
  private final DeviceEvents events;
  private final FleetTally tally;
  private final ClientText text;
  private final FrameScan scan = new FrameScan();
  private final FrameHead head = new FrameHead(MOST_FRAME_BYTES);
  private final Wheel<Device> wheel = new Wheel<>(Ticks.NANOS, SLOTS, System.nanoTime());
  private final AckPosts acks;
  private final List<Device> devices = new ArrayList<>();
  private final List<Departures> departures = new ArrayList<>();

  /** Devices that wait for their turn to connect. */
  private final Deque<Device> queue = new ArrayDeque<>();

  private final int mostUnderWay;
  private int underWay;
  private boolean isDraining;
  private boolean isClosing;
  private int ticks;
  private byte[] scratch = new byte[16_384];

  /**
   * @param number of the loop, from 0
   */
  DeviceLoop(
      int number,
      EventLoop eventLoop,
      FleetSettings settings,
      Dialer dialer,
      DeviceEvents events,
      FleetTally tally) {
    this.number = number;
    this.eventLoop = eventLoop;
    this.settings = settings;
    this.dialer = dialer;
    this.events = events;
    this.tally = tally;
    this.text = new ClientText(settings);
    this.acks = new AckPosts(this);
    this.mostUnderWay = Math.max(1, settings.dialing().atOnce() / settings.loops());
  }

  /** Before {@link #start}, by whoever makes the loop. */
  void add(int device) {
    devices.add(new Device(this, device));
  }

  void start() {
    var _ = Ticks.start(eventLoop, (now, late) -> guarded(() -> tick(now, late)));
  }

  private void tick(long now, long late) {
    events.ticked(number, late, now);
    wheel.advance(now, device -> device.wheelCame(now));
    departures.removeIf(each -> each.go(now));
    ticks++;
    if (ticks % TICKS_A_SWEEP == 0) {
      devices.forEach(device -> device.sweep(now));
      acks.sweep(now);
    }
  }

  /** Whatever is thrown is kept to be told, and stops nothing. */
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      tally.fault.compareAndSet(null, e);
    }
  }

  /** Runs it on the loop's thread. */
  void execute(Runnable task) {
    eventLoop.execute(() -> guarded(task));
  }

  void after(long millis, Runnable task) {
    if (!isClosing) {
      var _ = eventLoop.schedule(() -> guarded(task), millis, TimeUnit.MILLISECONDS);
    }
  }

  /** Does something to each of those devices. */
  void forEach(Devices who, Consumer<Device> what) {
    execute(
        () -> {
          for (Device device : devices) {
            if (who.test(device.index())) {
              what.accept(device);
            }
          }
        });
  }

  /**
   * Asks those devices to connect, one after the other.
   *
   * @param perSecond 0: all at once
   */
  void depart(Devices who, double perSecond) {
    execute(
        () -> {
          List<Device> chosen =
              devices.stream().filter(device -> who.test(device.index())).toList();
          if (perSecond > 0) {
            departures.add(new Departures(chosen, perSecond, System.nanoTime()));
          } else {
            chosen.forEach(Device::come);
          }
        });
  }

  /** A device wants to connect. */
  void queue(Device device) {
    if (!isClosing) {
      queue.add(device);
      drain();
    }
  }

  /** One that was connecting has a session, or has no connection any more. */
  void turnDone() {
    underWay--;
    drain();
  }

  private void drain() {
    if (isDraining) {
      return;
    }
    isDraining = true;
    while (underWay < mostUnderWay) {
      Device device = queue.poll();
      if (device == null) {
        break;
      }
      underWay++;
      if (!device.connect()) {
        underWay--;
      }
    }
    isDraining = false;
  }

  /** Every device leaves. */
  void close() {
    execute(
        () -> {
          isClosing = true;
          queue.clear();
          departures.clear();
          devices.forEach(Device::leave);
          acks.close();
        });
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  FleetSettings settings() {
    return settings;
  }

  Dialer dialer() {
    return dialer;
  }

  DeviceEvents events() {
    return events;
  }

  FleetTally tally() {
    return tally;
  }

  ClientText text() {
    return text;
  }

  FrameScan scan() {
    return scan;
  }

  FrameHead head() {
    return head;
  }

  Wheel<Device> wheel() {
    return wheel;
  }

  AckPosts acks() {
    return acks;
  }

  @Nullable String token(String user, String device) {
    FleetSettings.TokenSource tokens = settings.speech().tokens();
    return tokens == null ? null : tokens.token(user, device);
  }

  /** An array of at least that length, whose content is anybody's. */
  byte[] scratch(int length) {
    if (scratch.length < length) {
      scratch = new byte[Integer.highestOneBit(length - 1) << 1];
    }
    return scratch;
  }
}
