package io.tidegate.fanout.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.fanout.store.TreeBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Why each waiting message waits, and until when. */
final class WaitsTest {
  private static final UserKey ALICE = new UserKey("default", "alice");
  private static final long START = 1_700_000_000_000L;
  private static final SessionRef SESSION = new SessionRef(0, 1, 1);

  private final TreeBytes store = new TreeBytes();
  private Sequencer sequencer = new Sequencer(SequencerSettings.defaults());
  private long now = START;

  @Test
  void limitAndItsInstantShouldBeNamed() {
    // Given
    policy("{\"limits\":[{\"name\":\"slow\",\"limit\":1,\"window\":\"PT10S\"}]}");
    connect(10);
    message("m1", Urgency.NORMAL, null, 0);
    now += 100;
    message("m2", Urgency.NORMAL, null, 0);
    message("m3", Urgency.HIGH, "news", 0);

    // When
    List<WaitView> waits = view().waits();

    // Then
    assertThat(waits)
        .containsExactly(
            new WaitView("m3", "/test", "high", "news", now, "limit", "slow", START + 10_000),
            new WaitView("m2", "/test", "normal", null, now, "limit", "slow", START + 10_000));
  }

  @Test
  void quietHoursShouldBeNamedWithTheirEnd() {
    // Given 22:13 UTC
    policy("{\"quiet_hours\":[{\"from\":\"22:00\",\"until\":\"07:00\"}]}");
    connect(10);
    message("m1", Urgency.NORMAL, null, 0);

    // When
    WaitView wait = view().waits().getFirst();

    // Then
    assertThat(wait.waitsFor()).isEqualTo("quiet_hours");
    assertThat(wait.notBeforeMillis()).isEqualTo(1_700_031_600_000L);
  }

  @Test
  void absentDeviceFullWindowAndLaterInstantShouldBeNamed() {
    message("m1", Urgency.NORMAL, null, 0);
    message("m2", Urgency.NORMAL, null, START + 5_000);
    assertThat(view().waits())
        .extracting(WaitView::waitsFor)
        .containsExactly("session", "deliver_at");
    assertThat(view().waits().getLast().notBeforeMillis()).isEqualTo(START + 5_000);

    connect(1);
    message("m3", Urgency.NORMAL, null, 0);
    assertThat(view().waits())
        .extracting(WaitView::id, WaitView::waitsFor)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("m3", "window"),
            org.assertj.core.groups.Tuple.tuple("m2", "deliver_at"));
  }

  @Test
  void deviceThatDoesNotWantItShouldBeNamed() {
    // Given
    handle(new UserEvent.SessionUp(SESSION, "phone", 1, null, Urgency.NORMAL, now));
    message("m1", Urgency.LOW, null, 0);
    message("m2", Urgency.NORMAL, null, 0);
    message("m3", Urgency.HIGH, null, 0);

    // When
    List<WaitView> waits = view().waits();

    // Then
    assertThat(waits)
        .extracting(WaitView::id, WaitView::waitsFor)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("m3", "window"),
            org.assertj.core.groups.Tuple.tuple("m1", "device_urgency"));
    assertThat(view().devices().getFirst().urgency()).isEqualTo("normal");
  }

  @Test
  void onlySoManyShouldBeExplained() {
    for (int i = 0; i < Waits.MOST + 20; i++) {
      message("m" + i, Urgency.NORMAL, null, 0);
    }

    assertThat(view().waits()).hasSize(Waits.MOST);
    assertThat(view().waiting()).isEqualTo(Waits.MOST + 20);
  }

  private UserView view() {
    UserView view = sequencer.view(store, ALICE, now);
    if (view == null) {
      throw new AssertionError("unknown");
    }
    return view;
  }

  private void policy(String json) {
    sequencer = new Sequencer(SequencerSettings.defaults().withPolicy(Policy.parse(json)));
  }

  private void connect(int window) {
    handle(new UserEvent.SessionUp(SESSION, "phone", window, null, Urgency.VERY_LOW, now));
  }

  private void message(String id, Urgency urgency, @Nullable String category, long deliverAt) {
    handle(
        new UserEvent.Arrived(
            new Message(
                id,
                "/test",
                "test",
                now,
                urgency,
                Message.NEVER,
                deliverAt,
                null,
                category,
                null,
                null,
                new byte[1])));
  }

  private void handle(UserEvent event) {
    sequencer.handle(store, ALICE, event, new At(now, 1), _ -> {});
  }
}
