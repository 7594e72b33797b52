package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.tidegate.contract.CloseCode;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.webhook.Endpoint;
import io.tidegate.contract.webhook.EndpointKey;
import io.tidegate.contract.webhook.EndpointStatus;
import io.tidegate.contract.webhook.Endpoints;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an endpoint does of all that a client does, and what it does not. */
final class HookTest extends HookFixture {
  private static final Set<Integer> ALL = Set.of(0, 1, 2, 3);

  @Test
  void whoLeavesWhileHeWaitsShouldNotCostOthersTheirTurn() throws Exception {
    // Given
    HookLoop hooks = hooks(1, 1_000_000);
    for (String user : List.of("a", "b", "c")) {
      serve(hooks, user);
    }
    push(1, "a");
    push(2, "b");
    push(3, "c");
    await().until(() -> wasPosted("a"));

    // When
    on(() -> hooks.drop(key("b"), () -> {}));
    answers.countDown();

    // Then
    await().until(() -> wasPosted("c"));
    assertThat(wasPosted("b")).isFalse();
    await()
        .untilAsserted(
            () -> assertThat(String.join(" ", records())).contains("default/a=1", "default/c=1"));
  }

  @Test
  void fencedSessionShouldComeAgainOnceTheWorkerHasItsSlot() throws Exception {
    // Given
    HookLoop hooks = hooks(1, 1_000_000);
    serve(hooks, "a");
    assertThat(records()).containsExactly("up default/a webhook:crm 17.1");

    // When
    on(() -> loop.fence("cut off"));
    on(() -> loop.open(18));

    // Then
    await()
        .untilAsserted(
            () ->
                assertThat(records())
                    .containsExactly(
                        "up default/a webhook:crm 17.1",
                        "down default/a webhook:crm 17.1",
                        "up default/a webhook:crm 18.2"));
  }

  @Test
  void messageThatIsLargerThanAllMayHoldShouldBePostedAllTheSame() throws Exception {
    // Given
    HookLoop hooks = hooks(1, 10);
    serve(hooks, "a");
    answers.countDown();

    // When
    push(1, "a");

    // Then
    await().until(() -> records().contains("acks default/a=1"));
    assertThat(records()).noneMatch(r -> r.startsWith("down"));
  }

  @Test
  void whoHoldsMostShouldPayWhereTooMuchWaits() throws Exception {
    // Given one that waits for its answer with much behind it, and one with less
    HookLoop hooks = hooks(1, 5 * bytes(message("a", 1)));
    serve(hooks, "a");
    serve(hooks, "c");
    serve(hooks, "b");
    push(1, "a");
    obey(1, "a", message("a", 2));
    obey(1, "a", message("a", 3));
    push(2, "c");
    obey(2, "c", message("c", 2));
    assertThat(records()).noneMatch(r -> r.startsWith("down"));

    // When
    push(3, "b");

    // Then
    assertThat(records())
        .contains("down default/a webhook:crm 17.1")
        .noneMatch(r -> r.startsWith("down default/b") || r.startsWith("down default/c"));
    assertThat(metrics.scrape()).contains("tidegate_delivery_endpoint_sessions_crowded_total 1.0");
    answers.countDown();
    await().until(() -> records().contains("acks default/b=1"));
  }

  @Test
  void requestThatCannotBeMadeShouldLeaveNothingBehind() throws Exception {
    // Given
    HookLoop hooks = hooks(1, 1_000_000);
    serve(hooks, "a");
    serve(hooks, "b");
    answers.countDown();
    obey(1, "a", new InboxCommand.Attach(7, 0, Wire.WELCOME));

    // When there is no message in it
    obey(1, "a", new InboxCommand.Live(Frame.of(new byte[] {'x'})));

    // Then
    assertThat(records()).contains("down default/a webhook:crm 17.1");
    push(2, "b");
    await().until(() -> records().contains("acks default/b=1"));
  }

  @Test
  void refusedMessageShouldBeGivenUpOnlyOnceItsEvidenceAndThenItsRefusalAreWritten()
      throws Exception {
    // Given
    status = 400;
    refusals = 1;
    answers.countDown();
    HookLoop hooks = hooks(1, 1_000_000);
    serve(hooks, "a");
    push(1, "a");
    await().until(() -> letters.size() == 1);

    // When the dead letter is not written, it is tried again
    letters.get(0).accept(false);
    await().until(() -> letters.size() == 2);
    assertThat(records()).noneMatch(r -> r.startsWith("acks"));

    // When the refusal is not, likewise
    letters.get(1).accept(true);
    await().until(() -> records().stream().anyMatch(r -> r.startsWith("acks")));
    on(() -> log.acks.get(0).accept(false));
    await().until(() -> letters.size() == 3);

    // Then
    letters.get(2).accept(true);
    await().until(() -> thread.submit(() -> log.batches.size() == 2).get());
    on(() -> log.acks.get(1).accept(true));
    assertThat(thread.submit(() -> List.copyOf(log.batches)).get())
        .allSatisfy(batch -> assertThat(batch.getAcks(0).getRefused()).isTrue());
    assertThat(posted).hasSize(3);
  }

  private Hooks serving(HookLoop hooks, Endpoints endpoints) {
    return new Hooks(
        endpoints,
        4,
        hooks.settings(),
        List.of(hooks),
        outgoing,
        new DeliveryMetrics().endpoints());
  }

  private void put(Hooks serving, Endpoints endpoints, UserKey user, long offset) {
    serving.changed(
        endpoints.changed(
            new EndpointKey(user, "crm").toBytes(),
            new Endpoint(
                    "http://127.0.0.1:" + server.getAddress().getPort() + "/" + user.user(),
                    offset,
                    ByteString.copyFrom(new byte[Endpoint.SALT_BYTES]),
                    1,
                    0)
                .toBytes(),
            offset));
  }

  @Test
  void endpointThatChangesTwiceShouldNotBeginBeforeItsRequestHasEnded() throws Exception {
    // Given
    Endpoints endpoints = new Endpoints();
    Hooks serving = serving(hooks(5, 1_000_000), endpoints);
    serving.assigned(ALL, Duration.ofSeconds(1));
    UserKey user = new UserKey("default", "a");
    put(serving, endpoints, user, 1);
    await().until(() -> records().contains("up default/a webhook:crm 17.1"));
    push(1, "a");
    await().until(() -> wasPosted("a"));

    // When
    put(serving, endpoints, user, 2);
    put(serving, endpoints, user, 3);

    // Then
    assertThat(records()).noneMatch(r -> r.endsWith("17.2"));
    answers.countDown();
    await().until(() -> records().contains("up default/a webhook:crm 17.2"));
    assertThat(records()).noneMatch(r -> r.endsWith("17.3"));
  }

  @Test
  void stopThatIsInAHurryShouldCutWhatIsUnderWay() throws Exception {
    // Given
    Endpoints endpoints = new Endpoints();
    Hooks serving = serving(hooks(5, 1_000_000), endpoints);
    serving.assigned(ALL, Duration.ofSeconds(1));
    put(serving, endpoints, new UserKey("default", "a"), 1);
    await().until(() -> records().contains("up default/a webhook:crm 17.1"));
    push(1, "a");
    await().until(() -> wasPosted("a"));

    // When
    long begun = System.nanoTime();
    serving.assigned(Set.of(), Duration.ofMillis(200));

    // Then
    assertThat(records()).endsWith("down default/a webhook:crm 17.1");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void tenantWithTooManyEndpointsShouldNotTakeTheRoomOfAnother() throws Exception {
    // Given
    Endpoints endpoints = new Endpoints();
    Hooks serving = serving(hooks(5, 1_000_000), endpoints);
    for (int i = 0; i < 12; i++) {
      put(serving, endpoints, new UserKey("big", "u" + i), i);
    }
    put(serving, endpoints, new UserKey("small", "u"), 12);

    // When
    serving.assigned(ALL, Duration.ofSeconds(1));

    // Then
    await().until(() -> records().size() == 10);
    assertThat(records()).anyMatch(r -> r.startsWith("up small/u "));
  }

  @Test
  void goneShouldBeKeptAndEndTheSessionWithoutAnAck() throws Exception {
    // Given
    status = 410;
    answers.countDown();
    HookLoop hooks = hooks(1, 1_000_000);
    serve(hooks, "a");

    // When
    push(1, "a");

    // Then
    await().until(() -> records().contains("down default/a webhook:crm 17.1"));
    assertThat(statuses).extracting(EndpointStatus::offset).containsExactly(42L);
    assertThat(records()).noneMatch(r -> r.startsWith("acks"));
  }

  @Test
  void sessionThatIsKickedWhileARequestIsUnderWayShouldNotBeginAnother() throws Exception {
    // Given
    HookLoop hooks = hooks(5, 1_000_000);
    serve(hooks, "a");
    push(1, "a");
    await().until(() -> wasPosted("a"));

    // When
    obey(1, "a", new InboxCommand.Kick(CloseCode.FENCED.code()));
    await().until(() -> records().contains("up default/a webhook:crm 17.2"));
    push(2, "a");

    // Then
    assertThat(posted).hasSize(1);
    answers.countDown();
    await().until(() -> posted.size() == 2);
    await().until(() -> records().stream().anyMatch(r -> r.startsWith("acks")));
  }
}
