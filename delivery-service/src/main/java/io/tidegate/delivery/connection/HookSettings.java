package io.tidegate.delivery.connection;

import io.tidegate.contract.webhook.WebhookKey;
import io.tidegate.contract.webhook.WebhookRules;
import io.tidegate.delivery.webhook.Courier;
import io.tidegate.delivery.webhook.Gate;

/**
 * What endpoints are held to. Times in nanoseconds.
 *
 * @param most that this worker serves; further ones are left out
 * @param window messages that one is sent ahead, unacked
 * @param bytes of messages that may wait for all of them
 * @param gate requests at once, over all loops
 * @param connect for a connection to be there
 * @param timeout for a request to be answered
 */
public record HookSettings(
    WebhookRules rules,
    WebhookKey key,
    int most,
    int window,
    long bytes,
    Gate.Bounds gate,
    Courier.Rules courier,
    long connect,
    long timeout) {
  /** Several of the largest messages. */
  private static final long LEAST_BYTES = 1L << 20;

  /** One of so many loops' share. */
  HookSettings share(int loops) {
    return new HookSettings(
        rules,
        key,
        most,
        window,
        Math.max(LEAST_BYTES, bytes / loops),
        new Gate.Bounds(
            Math.max(1, gate.total() / loops), gate.perHost(), gate.failures(), gate.pause()),
        courier,
        connect,
        timeout);
  }
}
