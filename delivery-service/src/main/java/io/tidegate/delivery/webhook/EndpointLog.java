package io.tidegate.delivery.webhook;

import io.tidegate.contract.webhook.EndpointStatus;
import io.tidegate.contract.webhook.Endpoints;
import java.util.function.Consumer;

/** Where event loops leave what is to be kept of endpoints. Never blocks. */
public interface EndpointLog {
  /** False: no room, nothing was left. */
  boolean status(Endpoints.Known endpoint, EndpointStatus status);

  /**
   * A message that the endpoint will never take, as evidence; its end is told by an ack.
   *
   * @param detail why
   * @param body as it was posted
   * @param done told on any thread whether it was written
   * @return false: no room, nothing was left
   */
  boolean deadLetter(Endpoints.Known endpoint, String detail, byte[] body, Consumer<Boolean> done);
}
