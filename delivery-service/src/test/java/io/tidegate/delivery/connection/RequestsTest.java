package io.tidegate.delivery.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.delivery.inbox.InboxCommand;
import io.tidegate.delivery.pace.Label;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the next request goes, and what follows from an answer. */
final class RequestsTest extends HookFixture {
  private static InboxCommand.Push expiring(String user, long seq, long expiryMillis) {
    InboxCommand.Push plain = message(user, seq);
    return new InboxCommand.Push(
        plain.prev(),
        plain.last(),
        plain.messages(),
        plain.frame(),
        List.of(new Label(null, expiryMillis, false)));
  }

  @Test
  void messageThatHasExpiredShouldBeAckedAndNotPosted() throws Exception {
    // Given
    HookLoop hooks = hooks(1, 1_000_000);
    serve(hooks, "a");
    answers.countDown();
    obey(1, "a", new InboxCommand.Attach(7, 0, Wire.WELCOME));

    // When it expired longer ago than clocks differ
    obey(1, "a", expiring("a", 1, System.currentTimeMillis() - 60_000));

    // Then
    await().until(() -> records().contains("acks default/a=1"));
    assertThat(posted).isEmpty();
    assertThat(metrics.scrape()).contains("tidegate_delivery_endpoint_messages_expired_total 1.0");
  }

  @Test
  void messageThatFailedShouldBePostedAgainBeforeTheNext() throws Exception {
    // Given
    status = 500;
    HookLoop hooks = hooks(1, 1_000_000);
    serve(hooks, "a");
    answers.countDown();
    push(1, "a");
    obey(1, "a", message("a", 2));
    await().until(() -> metrics.scrape().contains("endpoint_retries_total 1.0"));

    // When
    status = 204;

    // Then
    await().until(() -> records().stream().anyMatch(r -> r.equals("acks default/a=2")));
    assertThat(posted).hasSize(3);
    assertThat(posted.get(0)).isEqualTo(posted.get(1)).containsPattern("\"sequence\":\"0*1\"");
    assertThat(posted.get(2)).containsPattern("\"sequence\":\"0*2\"");
  }

  @Test
  void whoWaitsForTheGateShouldHaveHisTurnBeforeTheNextOfWhoHadIt() throws Exception {
    // Given one with two messages, and one who waits for the only place there is
    HookLoop hooks = hooks(1, 1_000_000);
    serve(hooks, "a");
    serve(hooks, "b");
    push(1, "a");
    obey(1, "a", message("a", 2));
    push(2, "b");
    await().until(() -> wasPosted("a"));

    // When
    answers.countDown();

    // Then
    await().until(() -> posted.size() == 3);
    assertThat(posted.get(1)).contains("\"m-b\"");
  }

  @Test
  void hostThatFailedShouldBeLeftAloneForAllWhoAreThere() throws Exception {
    // Given
    failures = 1;
    status = 500;
    HookLoop hooks = hooks(5, 1_000_000);
    serve(hooks, "a");
    serve(hooks, "b");
    answers.countDown();
    push(1, "a");
    await().until(() -> metrics.scrape().contains("endpoint_breaker_openings_total 1.0"));
    long opened = System.nanoTime();
    status = 204;

    // When
    push(2, "b");

    // Then after its pause of a second
    await().until(() -> records().contains("acks default/b=1"));
    assertThat(Duration.ofNanos(System.nanoTime() - opened)).isGreaterThan(Duration.ofMillis(500));
  }

  @Test
  void answerOfASessionThatIsOverShouldSayNothingToTheNext() throws Exception {
    // Given
    HookLoop hooks = hooks(5, 1_000_000);
    serve(hooks, "a");
    push(1, "a");
    await().until(() -> wasPosted("a"));
    on(() -> loop.fence("cut off"));
    on(() -> loop.open(17));

    // When
    answers.countDown();
    await().until(() -> thread.submit(() -> hooks.gate().underWay() == 0).get());

    // Then
    assertThat(records()).noneMatch(r -> r.startsWith("acks"));
  }
}
