package io.tidegate.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.cli.broker.DataFolder;
import io.tidegate.loadtest.devices.DeviceEvents;
import io.tidegate.loadtest.devices.Devices;
import io.tidegate.loadtest.devices.Fleet;
import io.tidegate.loadtest.devices.FleetCounts;
import io.tidegate.loadtest.devices.FleetSettings;
import io.tidegate.loadtest.devices.FleetSettings.Crowd;
import io.tidegate.loadtest.devices.FleetSettings.Dialing;
import io.tidegate.loadtest.devices.FleetSettings.Speech;
import io.tidegate.loadtest.devices.FleetSettings.StreamAcks;
import io.tidegate.loadtest.devices.FleetSettings.Target;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The generator's devices against the pipeline: all get everything once, whatever is done to them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FleetIT {
  private static final int DEVICES = 40;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Seen seen = new Seen();
  private final Pipeline pipeline;
  private int sent;

  FleetIT(@TempDir Path temporary) throws Exception {
    pipeline =
        Pipeline.start(
            DataFolder.open(temporary), Pipeline.Settings.anyPorts(PipelineContract.PLAN));
  }

  @BeforeAll
  void pipelineShouldBeReady() {
    await().atMost(Duration.ofSeconds(60)).until(pipeline::ready);
  }

  @AfterAll
  void stop() {
    pipeline.close();
    http.shutdownNow();
  }

  /** What devices were shown, and what else should not be. */
  private static final class Seen implements DeviceEvents {
    final Map<Integer, List<String>> shown = new ConcurrentHashMap<>();
    final List<String> resets = Collections.synchronizedList(new ArrayList<>());
    final Map<String, Integer> ends = new ConcurrentHashMap<>();
    final Map<String, Integer> modes = new ConcurrentHashMap<>();

    @Override
    public void welcomed(int device, String mode, long nanos) {
      modes.merge(mode, 1, Integer::sum);
    }

    @Override
    public void readsAgain(int device) {}

    @Override
    public void shown(int device, long seq, String messageId, long nanos) {
      shown
          .computeIfAbsent(device, _ -> Collections.synchronizedList(new ArrayList<>()))
          .add(messageId);
    }

    @Override
    public void pushed(int device, int fresh, long nanos) {}

    @Override
    public void repeated(int device, long seq, boolean inSession) {}

    @Override
    public void reset(int device, long seq) {
      resets.add(device + " " + seq);
    }

    @Override
    public void ackSent(int device, long oldestNanos, long nanos) {}

    @Override
    public void acked(int device, int messages) {}

    @Override
    public void ackRefused(int device, String answer, boolean forGood) {}

    @Override
    public void disconnected(int device, String code, long nanos) {
      ends.merge(code, 1, Integer::sum);
    }

    @Override
    public void ticked(int loop, long late, long nanos) {}
  }

  @Test
  void everyDeviceShouldBeShownEverythingOnceInOrderThroughStormsAndAbsence() throws Exception {
    // Given
    FleetSettings settings =
        new FleetSettings(
            new Target(URI.create("http://127.0.0.1:" + pipeline.deliveryPort()), null),
            new Crowd(0, DEVICES, i -> "fleet-" + i, _ -> "phone"),
            new Speech(0.5, StreamAcks.REQUEST, 64, null),
            Dialing.DEFAULT,
            2);
    try (Fleet fleet = new Fleet(settings, seen)) {
      fleet.open().get(30, TimeUnit.SECONDS);

      // When
      send(20);
      awaitAll(fleet);
      fleet.stopReading(Devices.range(10, 4));
      fleet.leave(Devices.range(20, 8));
      send(20);
      fleet.cut(Devices.ALL, false);
      send(20);
      fleet.cut(Devices.range(0, 20), true);
      send(20);
      fleet.comeBack(Devices.range(20, 8), 100);
      fleet.readAgain(Devices.ALL);

      // Then
      awaitAll(fleet);
      awaitEmptyMailboxes();
      assertThat(seen.resets).isEmpty();
      assertThat(seen.modes.keySet()).containsExactlyInAnyOrder("fresh", "resumed");
      assertThat(seen.modes).containsEntry("fresh", DEVICES);
      assertThat(seen.ends).containsKeys("cut here", "left");
      assertThat(fleet.counts()).isEqualTo(new FleetCounts(DEVICES, 0, DEVICES, 0, 0));
      assertThat(fleet.fault()).isNull();
    }
  }

  private void awaitAll(Fleet fleet) {
    List<String> all = IntStream.range(0, sent).mapToObj(n -> "m-" + n).toList();
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              for (int device = 0; device < DEVICES; device++) {
                assertThat(List.copyOf(seen.shown.getOrDefault(device, List.of())))
                    .as("device %d, %s, %s", device, seen.ends, fleet.counts())
                    .isEqualTo(all);
              }
            });
  }

  private void send(int count) throws Exception {
    int from = sent;
    sent += count;
    String lines =
        IntStream.range(from, sent)
            .boxed()
            .flatMap(
                n ->
                    IntStream.range(0, DEVICES)
                        .mapToObj(
                            device ->
                                "{\"to\":{\"user\":\"fleet-%d\"},\"id\":\"m-%d\",\"data\":%d}\n"
                                    .formatted(device, n, n)))
            .collect(Collectors.joining());
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + pipeline.ingestPort() + "/v1/messages"))
            .header("content-type", "application/x-ndjson")
            .timeout(Duration.ofSeconds(60))
            .POST(HttpRequest.BodyPublishers.ofString(lines))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).doesNotContain("\"status\"");
  }

  /** Everything was acked. */
  private void awaitEmptyMailboxes() {
    for (int device = 0; device < DEVICES; device++) {
      URI user =
          URI.create("http://127.0.0.1:" + pipeline.fanoutPort() + "/v1/users/fleet-" + device);
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(
                          http.send(
                                  HttpRequest.newBuilder(user).build(),
                                  HttpResponse.BodyHandlers.ofString())
                              .body())
                      .contains("\"waiting\":0", "\"released\":0"));
    }
  }
}
