package io.tidegate.fanout.topology;

import static io.tidegate.fanout.topology.FanoutDriver.ALICE;
import static io.tidegate.fanout.topology.FanoutDriver.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchedRecordsTest {
  private static final long NOW = 1_000_000;

  @TempDir private Path folder;

  @Test
  void recordShouldHoldUpTurnsFromItsFetchUntilItIsHandled() {
    ThreadTurns turns = ThreadTurns.current();
    try (FanoutDriver fanout = new FanoutDriver(folder);
        FetchedRecords fetched = new FetchedRecords();
        ThreadTurns.Place place = turns.place()) {
      // Given
      turns.gaveUpRecords();
      place.done(NOW - 1_000, 1_000_000_000);

      // When
      TopicPartition partition = new TopicPartition("messages", 0);
      var _ =
          fetched.onConsume(
              new ConsumerRecords<>(
                  Map.of(
                      partition,
                      List.of(new ConsumerRecord<>("messages", 0, 0, new byte[0], new byte[0]))),
                  Map.of()));

      // Then
      assertThat(place.take(false, NOW + 10)).isFalse();
      fanout.send(ALICE, message("m1", "1"));
      assertThat(place.take(false, NOW + 10)).isTrue();
    }
  }
}
