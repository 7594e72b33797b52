package io.tidegate.loadtest.devices;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tidegate.loadtest.net.Sockets;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Thousands of devices on a few threads. Each keeps its cursor in memory, acks, and comes again by
 * the rules of the protocol; what they see is told to {@link DeviceEvents}. Commands return at
 * once, may be given by any thread, and are carried out in their order.
 */
public final class Fleet implements AutoCloseable {
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final FleetSettings settings;
  private final MultiThreadIoEventLoopGroup group;
  private final List<DeviceLoop> loops = new ArrayList<>();
  private final FleetTally tally;

  /**
   * Makes the devices; none connects yet.
   *
   * @throws IOException if the host has no address
   */
  public Fleet(FleetSettings settings, DeviceEvents events) throws IOException {
    this.settings = settings;
    FleetSettings.Crowd crowd = settings.crowd();
    tally = new FleetTally(crowd.count());
    Dialer dialer = new Dialer(settings);
    group =
        new MultiThreadIoEventLoopGroup(
            settings.loops(), new DefaultThreadFactory("devices", true), Sockets.io());
    for (int i = 0; i < settings.loops(); i++) {
      loops.add(new DeviceLoop(i, (EventLoop) group.next(), settings, dialer, events, tally));
    }
    for (int i = 0; i < crowd.count(); i++) {
      loops.get(i % loops.size()).add(crowd.first() + i);
    }
    loops.forEach(DeviceLoop::start);
  }

  /**
   * Asks all devices to connect, at the pace of the settings.
   *
   * @return is done once each was welcomed, or told not to come again: {@link #counts} says which
   */
  public CompletableFuture<Void> open() {
    comeBack(Devices.ALL, settings.dialing().perSecond());
    return tally.opened.copy();
  }

  /**
   * Cuts the connections of those devices, all at once, as far as the thread can.
   *
   * @param atOnce whether they come again without a pause; else as after any connection that is
   *     lost, within 0.5 s for the first time
   */
  public void cut(Devices who, boolean atOnce) {
    loops.forEach(loop -> loop.forEach(who, device -> device.cut(atOnce)));
  }

  /**
   * Those devices read nothing any more once they have been welcomed, over further connections too,
   * until {@link #readAgain}. That the other side ends the connection they may learn only then.
   */
  public void stopReading(Devices who) {
    loops.forEach(loop -> loop.forEach(who, device -> device.pause(true)));
  }

  public void readAgain(Devices who) {
    loops.forEach(loop -> loop.forEach(who, device -> device.pause(false)));
  }

  /** Those devices ack what they have, disconnect, and stay away until {@link #comeBack}. */
  public void leave(Devices who) {
    loops.forEach(loop -> loop.forEach(who, Device::leave));
  }

  /**
   * Asks those devices that are not connected to connect, also those that were told not to.
   *
   * @param perSecond how many begin each second; 0: all at once, up to as many as may be under way
   */
  public void comeBack(Devices who, double perSecond) {
    loops.forEach(loop -> loop.depart(who, perSecond / loops.size()));
  }

  public FleetCounts counts() {
    return tally.counts();
  }

  /** The first fault of ours, or of whoever is told; null: there was none. */
  public @Nullable Throwable fault() {
    return tally.fault.get();
  }

  /** Lets all devices leave; nobody is told anything any more when it returns, within about 5 s. */
  @Override
  public void close() {
    long deadline = System.nanoTime() + CLOSING.toNanos();
    loops.forEach(DeviceLoop::close);
    while (tally.sockets.get() > 0 && System.nanoTime() < deadline && !Thread.interrupted()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    var _ =
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
