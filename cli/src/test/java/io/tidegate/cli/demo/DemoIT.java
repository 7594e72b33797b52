package io.tidegate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.cli.topics.TopicPlan;
import io.tidegate.cli.up.Pipeline;
import io.tidegate.contract.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code tidegate demo} against a pipeline that runs, with a feed small enough to count by hand.
 */
final class DemoIT {
  private static final TopicPlan PLAN = new TopicPlan(Topics.DEFAULT, 4, 2);
  private static final int EVENTS = 50;
  private static final int PEOPLE = 10;

  /** Event n (from 0) is by person n modulo 10 in the one area, so it goes to min(n, 10) people. */
  private static final int PAIRS = 45 + (EVENTS - PEOPLE) * PEOPLE;

  /** One of ten people never comes: the last, who hears of events 10 to 49. */
  private static final int WAITING = EVENTS - PEOPLE;

  @TempDir static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static Pipeline pipeline;

  @BeforeAll
  static void start() throws Exception {
    pipeline =
        Pipeline.start(DataFolder.open(folder.resolve("data")), Pipeline.Settings.anyPorts(PLAN));
    List<String> lines =
        IntStream.range(0, EVENTS)
            .mapToObj(
                n ->
                    "{\"id\":\"e%d\",\"time\":\"%s\",\"who\":\"p%d\",\"areas\":[\"all\"],\"files\":1}"
                        .formatted(n, Instant.EPOCH.plusSeconds(n), n % PEOPLE))
            .toList();
    Files.write(folder.resolve("feed.ndjson"), lines);
  }

  @AfterAll
  static void stop() {
    pipeline.close();
  }

  @Test
  void feedShouldBeAccountedForToTheLastEvent() {
    // When
    Ended demo = demo(Duration.ofSeconds(60));

    // Then
    assertThat(demo.exitCode()).as(demo.errors()).isZero();
    assertThat(demo.account().path("accounted_for").asBoolean()).isTrue();
    assertThat(demo.account().path("events").asInt()).isEqualTo(EVENTS);
    assertThat(demo.account().path("offered").asInt()).isEqualTo(PAIRS);
    assertThat(demo.account().path("accepted").asInt()).isEqualTo(PAIRS);
    assertThat(demo.account().path("waiting").asInt()).isEqualTo(WAITING);
    assertThat(demo.account().path("delivered").asInt()).isEqualTo(PAIRS - WAITING);
    assertThat(demo.account().path("shown").asInt()).isEqualTo(PAIRS - WAITING);
  }

  @Test
  void outcomeToldTwiceShouldBeNoticed() throws Exception {
    // Given
    try (OutcomeForger _ = new OutcomeForger(pipeline.kafka(), PLAN.topics())) {

      // When
      Ended demo = demo(Duration.ofSeconds(8));

      // Then
      assertThat(demo.exitCode()).as(demo.errors()).isEqualTo(1);
      assertThat(demo.account().path("accounted_for").asBoolean()).isFalse();
      assertThat(demo.account().path("delivered").asInt()).isEqualTo(PAIRS - WAITING + 1);
      assertThat(demo.account().path("waiting").asInt()).isEqualTo(WAITING);
    }
  }

  private record Ended(int exitCode, JsonNode account, String errors) {}

  private static Ended demo(Duration patience) {
    DemoCommand command = new DemoCommand();
    command.patience = patience;
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        new CommandLine(command)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(
                "--json",
                "--feed=" + folder.resolve("feed.ndjson"),
                "--speed=1000",
                "--kafka=" + pipeline.kafka(),
                "--ingest-port=" + pipeline.ingestPort(),
                "--delivery-port=" + pipeline.deliveryPort(),
                "--fanout-port=" + pipeline.fanoutPort());
    JsonNode account =
        JsonMapper.shared().readTree(out.toString().isEmpty() ? "{}" : out.toString());
    return new Ended(exitCode, account, err.toString());
  }
}
