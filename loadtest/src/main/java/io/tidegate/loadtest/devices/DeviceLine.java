package io.tidegate.loadtest.devices;

import io.tidegate.loadtest.devices.rule.Ending;

/** The connection of a device. */
abstract class DeviceLine extends Line {
  private final Device device;

  /** A hello may have reached the server. */
  private boolean saidHello;

  DeviceLine(DeviceLoop loop, Device device) {
    super(loop);
    this.device = device;
  }

  final Device device() {
    return device;
  }

  final void helloSent() {
    saidHello = true;
  }

  final boolean saidHello() {
    return saidHello;
  }

  /** Acks every message up to that one; the device is told once it was handed to a socket. */
  abstract void ack(long seq);

  /** Ends in good order. */
  abstract void leave();

  @Override
  final void readAll(long nanos) {
    device.readAll(nanos);
  }

  @Override
  final void ended(Ending ending) {
    device.ended(this, ending);
  }
}
