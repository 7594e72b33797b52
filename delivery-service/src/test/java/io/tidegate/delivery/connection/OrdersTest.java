package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.inbox.LiveDeliver;
import io.tidegate.delivery.frame.Frame;
import io.tidegate.delivery.frame.FrameWriter;
import io.tidegate.delivery.inbox.InboxCommand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of each thing that the sequencer has for an endpoint. */
final class OrdersTest extends HookFixture {
  private static final InboxCommand.Live LIVE =
      new InboxCommand.Live(
          Frame.of(
              new FrameWriter().live(LiveDeliver.newBuilder().setMessage(pushed("live")).build())));

  @SuppressWarnings("NullAway.Init")
  private HookLoop hooks;

  @BeforeEach
  void attach() throws Exception {
    hooks = hooks(5, 1_000_000);
    serve(hooks, "a");
    obey(1, "a", new InboxCommand.Attach(7, 0, Wire.WELCOME));
  }

  private String lives(String result, int count) {
    return "tidegate_delivery_live_messages_total{result=\"" + result + "\"} " + count + ".0";
  }

  @Test
  void liveMessageShouldBePostedWhereNothingWaitsAndNeverBeAcked() throws Exception {
    // Given
    answers.countDown();

    // When
    obey(1, "a", LIVE);

    // Then
    await().until(() -> wasPosted("live"));
    await().until(() -> thread.submit(() -> hooks.gate().underWay() == 0).get());
    assertThat(metrics.scrape()).contains(lives("sent", 1));
    assertThat(records()).noneMatch(r -> r.startsWith("acks"));
  }

  @Test
  void liveMessageShouldBeDroppedWhileARequestIsUnderWay() throws Exception {
    // Given
    obey(1, "a", message("a", 1));
    await().until(() -> wasPosted("a"));

    // When
    obey(1, "a", LIVE);
    answers.countDown();

    // Then
    await().until(() -> records().contains("acks default/a=1"));
    assertThat(metrics.scrape()).contains(lives("slow", 1));
    assertThat(wasPosted("live")).isFalse();
  }

  @Test
  void liveMessageShouldBeDroppedWhileAnotherIsToBePostedAgain() throws Exception {
    // Given
    status = 500;
    answers.countDown();
    obey(1, "a", message("a", 1));
    await().until(() -> metrics.scrape().contains("endpoint_retries_total 1.0"));

    // When
    obey(1, "a", LIVE);

    // Then
    assertThat(metrics.scrape()).contains(lives("slow", 1));
    assertThat(wasPosted("live")).isFalse();
  }

  @Test
  void resetShouldEndNothing() throws Exception {
    // Given
    answers.countDown();

    // When
    obey(1, "a", new InboxCommand.Reset(7, 0, Wire.WELCOME));
    obey(1, "a", message("a", 1));

    // Then
    await().until(() -> records().contains("acks default/a=1"));
    assertThat(records()).noneMatch(r -> r.startsWith("down"));
  }
}
