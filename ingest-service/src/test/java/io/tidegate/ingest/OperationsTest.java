package io.tidegate.ingest;

import static io.tidegate.ingest.TestIngest.TO_ALICE;
import static io.tidegate.ingest.TestIngest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.ingest.lag.Eta;
import io.tidegate.ingest.policies.Policies;
import io.tidegate.ingest.publish.Copies;
import io.tidegate.ingest.publish.TableFeed;
import io.tidegate.ingest.publish.TopicProbe;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health, metrics, configuration, start. */
class OperationsTest {
  @Test
  void liveShouldNotDependOnKafka() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      ingest.topic = new TopicProbe.Answer.Unreachable("gone");

      // When
      HttpResponse<String> live = ingest.get("/health/live");

      // Then
      assertThat(live.statusCode()).isEqualTo(200);
      assertThat(json(live.body()).get("status").asString()).isEqualTo("UP");
    }
  }

  @Test
  void readyShouldFollowKafka() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      HttpResponse<String> before = ingest.get("/health/ready");
      assertThat(before.body())
          .isEqualTo(
              "{\"status\":\"UP\",\"checks\":{"
                  + "\"kafka\":{\"status\":\"UP\",\"detail\":\"12 partitions\"},"
                  + "\"policies\":{\"status\":\"UP\",\"detail\":\"0 policies\"}}}");

      // When
      ingest.topic = new TopicProbe.Answer.Unreachable("no route to broker");

      // Then
      await()
          .untilAsserted(
              () -> {
                HttpResponse<String> after = ingest.get("/health/ready");
                assertThat(after.statusCode()).isEqualTo(503);
                assertThat(after.headers().firstValue("Content-Type")).hasValue("application/json");
                assertThat(json(after.body()).at("/checks/kafka/detail").asString())
                    .isEqualTo("no route to broker");
              });
      assertThat(ingest.service.ready()).isFalse();
    }
  }

  @Test
  void readyShouldWaitForThePolicies() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      ingest.caughtUp = false;

      // When
      HttpResponse<String> before = ingest.get("/health/ready");
      boolean readyBefore = ingest.service.ready();
      ingest.caughtUp = true;

      // Then
      assertThat(before.statusCode()).isEqualTo(503);
      assertThat(json(before.body()).at("/checks/kafka/status").asString()).isEqualTo("UP");
      assertThat(json(before.body()).at("/checks/policies/status").asString()).isEqualTo("DOWN");
      assertThat(readyBefore).isFalse();
      assertThat(ingest.get("/health/ready").statusCode()).isEqualTo(200);
      assertThat(ingest.service.ready()).isTrue();
    }
  }

  @Test
  void metricsShouldShowTheSettingsInForce() throws Exception {
    try (TestIngest ingest = TestIngest.acking(config -> config.withMaxStreams(7))) {
      assertThat(ingest.get("/metrics").body())
          .contains(
              "tidegate_setting_info{name=\"TIDEGATE_INGEST_MAX_STREAMS\",value=\"7\"} 1\n",
              "tidegate_setting_info{name=\"TIDEGATE_INGEST_MAX_BLOCK\",value=\"1s\"} 1\n",
              "tidegate_setting_info{name=\"TIDEGATE_INGEST_TENANT_RATE\",value=\"none\"} 1\n")
          .contains("jvm_info{", "tidegate_kafka_client_info{version=\"")
          .contains("tidegate_jvm_option_info{name=\"processors\",value=\"")
          .doesNotContain("SIGNING_KEYS", "TIDEGATE_INGEST_HOST", "mock:9092");
    }
  }

  @Test
  void metricsShouldCountRequestsByRouteAndStatus() throws Exception {
    try (TestIngest ingest = TestIngest.acking(UnaryOperator.identity())) {
      // Given
      ingest.post(TO_ALICE);
      ingest.post("{}");
      ingest.get("/somewhere/else/entirely");

      // When
      String metrics = ingest.get("/metrics").body();

      // Then
      assertThat(metrics)
          .contains(
              "tidegate_ingest_request_seconds_count{route=\"/v1/messages\",status=\"202\"} 1",
              "tidegate_ingest_request_seconds_count{route=\"/v1/messages\",status=\"400\"} 1",
              "tidegate_ingest_request_seconds_count{route=\"other\",status=\"404\"} 1",
              "tidegate_ingest_request_seconds_bucket{route=\"/v1/messages\",status=\"202\",le=\"",
              "tidegate_ingest_requests_accepted_total 1",
              "tidegate_ingest_requests_rejected_total{problem=\"invalid-request\"} 1",
              "tidegate_ingest_requests_rejected_total{problem=\"not-found\"} 1",
              "tidegate_ingest_messages_accepted_total 1",
              "tidegate_ingest_inflight_bytes 0",
              "tidegate_ingest_acknowledged_copies 2",
              "tidegate_ingest_connections ")
          .doesNotContain("alice", "elsewhere");
    }
  }

  @Test
  void takenPortShouldBeOneLineAndLeaveNoThread() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // Given
      Set<Thread> before = threads();
      IngestConfig config =
          IngestConfig.defaults("mock:9092").withAddress("127.0.0.1", taken.getLocalPort());
      MockProducer<byte[], byte[]> kafka =
          new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());

      // When
      // Then
      assertThatExceptionOfType(StartupException.class)
          .isThrownBy(() -> start(config, kafka, new TopicProbe.Answer.Present(1)))
          .withMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .withMessageNotContaining("\n");
      assertThat(kafka.closed()).isTrue();
      await().until(() -> before.containsAll(threads()));
    }
  }

  @Test
  void missingTopicShouldSayHowToCreateIt() {
    // Given
    MockProducer<byte[], byte[]> kafka =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    IngestConfig config = IngestConfig.defaults("mock:9092").withTopics(new Topics("other"));

    // When
    // Then
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> start(config, kafka, new TopicProbe.Answer.Missing()))
        .withMessageContaining("other.messages")
        .withMessageContaining("tidegate topics create");
  }

  @ParameterizedTest
  @ValueSource(strings = {"users", "members"})
  void topicWithOtherPartitionsThanTheMessagesShouldBeNamed(String other) {
    // Given
    MockProducer<byte[], byte[]> kafka =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    TopicProbe probe =
        probe(topic -> new TopicProbe.Answer.Present(topic.endsWith("." + other) ? 6 : 12));

    // When
    // Then
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(
            () ->
                IngestService.start(
                    IngestConfig.defaults("mock:9092").withAddress("127.0.0.1", 0),
                    open(kafka, probe)))
        .withMessage(
            "topics tidegate.messages and tidegate."
                + other
                + " must have the same number of partitions, but have 12 and 6: recreate them with"
                + " `tidegate topics create`");
    assertThat(kafka.closed()).isTrue();
  }

  @Test
  void unreachableKafkaShouldBeOneLineInTimeAndLeaveNoThread() {
    // Given
    Set<Thread> before = threads();
    IngestConfig config =
        IngestConfig.defaults("127.0.0.1:1")
            .withKafkaTimeouts(
                Duration.ofMillis(500), Duration.ofMillis(100), Duration.ofSeconds(1));
    long start = System.nanoTime();

    // When
    // Then
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> IngestService.start(config))
        .withMessageContaining("Kafka at 127.0.0.1:1 is not reachable");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    await().until(() -> before.containsAll(threads()));
  }

  @Test
  void unresolvableKafkaShouldBeOneLine() {
    // Given
    IngestConfig config = IngestConfig.defaults("no.such.host.invalid:9092");

    // When
    // Then
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> IngestService.start(config))
        .withMessageContaining("no.such.host.invalid")
        .withMessageNotContaining("\n");
  }

  private static IngestService start(
      IngestConfig config, MockProducer<byte[], byte[]> kafka, TopicProbe.Answer answer)
      throws StartupException {
    return IngestService.start(config, open(kafka, probe(_ -> answer)));
  }

  private static OpenKafka open(MockProducer<byte[], byte[]> kafka, TopicProbe probe) {
    return new OpenKafka(
        kafka, probe, new Policies(), new IdleFeed(), null, null, new Eta(1), () -> {});
  }

  /** Of no records. */
  private static final class IdleFeed implements TableFeed {
    @Override
    public boolean caughtUp() {
      return true;
    }

    @Override
    public boolean awaitTold(long offset, Duration timeout) {
      return false;
    }

    @Override
    public long skipped() {
      return 0;
    }

    @Override
    public void close() {}
  }

  private static TopicProbe probe(Function<String, TopicProbe.Answer> answers) {
    return new TopicProbe() {
      @Override
      public Answer ask(String topic, Duration timeout) {
        return answers.apply(topic);
      }

      @Override
      public @Nullable Copies copies(String topic, Duration timeout) {
        return null;
      }

      @Override
      public void close() {}
    };
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("(?i).*(kafka|tidegate|helidon|server-).*"))
        .collect(Collectors.toSet());
  }
}
