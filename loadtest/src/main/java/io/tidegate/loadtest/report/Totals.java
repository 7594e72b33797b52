package io.tidegate.loadtest.report;

/**
 * Counts over the whole run, each at least 0.
 *
 * @param devices that were to be connected
 * @param welcomed of them that had a session at least once
 * @param offered messages that were due and were sent, or tried to be
 * @param accepted of them
 * @param refused of them: answered with a status that is no acceptance
 * @param failed of them: no answer
 * @param expected to be shown: each accepted message once for each device it is for
 * @param shown to a device, each once
 * @param acked by devices
 * @param repeats of messages that a device had, which the protocol allows after a reconnect
 * @param reconnects of devices
 * @param pending expected and not shown when the run ended
 */
public record Totals(
    long devices,
    long welcomed,
    long offered,
    long accepted,
    long refused,
    long failed,
    long expected,
    long shown,
    long acked,
    long repeats,
    long reconnects,
    long pending) {
  public Totals {
    Checks.count("devices", devices);
    Checks.count("welcomed", welcomed);
    Checks.count("offered", offered);
    Checks.count("accepted", accepted);
    Checks.count("refused", refused);
    Checks.count("failed", failed);
    Checks.count("expected", expected);
    Checks.count("shown", shown);
    Checks.count("acked", acked);
    Checks.count("repeats", repeats);
    Checks.count("reconnects", reconnects);
    Checks.count("pending", pending);
  }
}
