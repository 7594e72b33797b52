package io.tidegate.loadtest.devices;

/**
 * How many devices of a fleet are what at one moment; counted one after the other, so that sums may
 * be off by those that change meanwhile.
 *
 * @param connected have a session
 * @param connecting have a connection, or try to, and no session yet
 * @param welcomedEver had a session at any time
 * @param over were told not to come again
 * @param ackFailures how often an ack by request was not taken; it was sent again
 */
public record FleetCounts(
    int connected, int connecting, int welcomedEver, int over, int ackFailures) {}
