package io.tidegate.client;

import io.tidegate.client.protocol.Transport;
import io.tidegate.client.protocol.Urgency;
import io.tidegate.client.rule.Bounds;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a client was told, checked.
 *
 * @param base of the delivery service, http or https, without a slash at its end
 * @param token shown as it is; null: there is none, or {@code tokens} gets them
 */
record Options(
    String base,
    @Nullable String user,
    @Nullable String device,
    @Nullable String token,
    @Nullable TokenSource tokens,
    AsyncMessageHandler onMessage,
    MissedHandler onMissed,
    Consumer<State> onState,
    Consumer<TidegateException> onError,
    CursorStore store,
    int window,
    @Nullable Urgency urgency,
    List<Transport> transports,
    Bounds bounds) {

  /** Without what a log should not have. */
  @Override
  public String toString() {
    return "Options[" + base + ' ' + user + ' ' + device + ']';
  }
}
