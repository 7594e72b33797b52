package io.tidegate.fanout.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.contract.Topics;
import io.tidegate.fanout.metrics.FanoutMetrics;
import io.tidegate.fanout.sequencer.SequencerSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class UserProcessorTest {
  private final MockProcessorContext<Object, byte[]> context = new MockProcessorContext<>();
  private final UserProcessor processor =
      new UserProcessor(
          Topics.DEFAULT,
          1,
          () -> UserHandler.sequencer(SequencerSettings.defaults()),
          (slot, value, nowMillis) -> {},
          Duration.ofMillis(15),
          new FanoutMetrics(new SimpleMeterRegistry()));

  private void begin() {
    KeyValueStore<Bytes, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(FanoutTopology.STORE),
                Serdes.Bytes(),
                Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    context.setCurrentSystemTimeMs(1_000_000);
    processor.init(context);
  }

  /** Streams keeps the timers of a task that it revives after a fault, and begins it anew. */
  @Test
  void taskThatIsBegunAnewShouldHaveNoTimerOfBefore() {
    // Given
    begin();
    List<CapturedPunctuator> before = List.copyOf(context.scheduledPunctuators());
    assertThat(before).isNotEmpty().noneMatch(CapturedPunctuator::cancelled);

    // When
    processor.close();
    processor.init(context);

    // Then
    assertThat(before).allMatch(CapturedPunctuator::cancelled);
    assertThat(context.scheduledPunctuators())
        .filteredOn(each -> !each.cancelled())
        .hasSameSizeAs(before);

    // And what goes off late sets no other
    int all = context.scheduledPunctuators().size();
    before.forEach(each -> each.getPunctuator().punctuate(0));
    assertThat(context.scheduledPunctuators()).hasSize(all);
  }

  /**
   * Nobody reads before that what was written, and Streams itself is told to take longer. On a
   * thread of its own: when to commit is a matter of the thread.
   */
  @Test
  void whatIsWrittenShouldBeCommittedSoon() throws Exception {
    FutureTask<Boolean> committed = new FutureTask<>(this::isCommittedSoon);
    Thread.ofPlatform().start(committed);

    assertThat(committed.get()).isTrue();
  }

  private boolean isCommittedSoon() {
    begin();
    context.setRecordMetadata(Topics.DEFAULT.messages(), 0, 7);
    List<CapturedPunctuator> before = List.copyOf(context.scheduledPunctuators());

    processor.process(new Record<>(null, new byte[] {1}, 1_000_000));

    assertThat(context.forwarded()).isNotEmpty();
    List<CapturedPunctuator> commits =
        context.scheduledPunctuators().stream()
            .filter(each -> !before.contains(each))
            .filter(each -> each.getInterval().equals(Duration.ofMillis(8)))
            .toList();
    assertThat(commits).hasSize(1);
    commits.getFirst().getPunctuator().punctuate(1_000_008);
    return context.committed();
  }
}
