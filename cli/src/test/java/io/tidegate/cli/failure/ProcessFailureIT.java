package io.tidegate.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two fan-out, two delivery processes and one ingest process on one broker; each is killed with
 * kill -9 once in the middle and started again. Every device must end with exactly the messages
 * sent to it, in order.
 */
final class ProcessFailureIT {
  @TempDir Path folder;

  @Test
  void everyDeviceShouldGetExactlyItsMessagesThoughEachProcessIsKilled() throws Exception {
    run(40, 50);
  }

  @Test
  @Tag("long")
  void everyDeviceOf200ShouldGetExactlyIts100Messages() throws Exception {
    run(200, 100);
  }

  private void run(int users, int messagesPerUser) throws Exception {
    // Given
    int broker = freePort();
    String kafka = "127.0.0.1:" + broker;
    int ingest = freePort();
    int[] fanout = {freePort(), freePort()};
    int[] delivery = {freePort(), freePort()};
    List<TidegateProcess> mortal =
        List.of(
            process("fanout-0", "run", "fanout", kafka, fanout[0], "--state-dir", state(0)),
            process("fanout-1", "run", "fanout", kafka, fanout[1], "--state-dir", state(1)),
            process("delivery-0", "run", "delivery", kafka, delivery[0], "--slot", "0"),
            process("delivery-1", "run", "delivery", kafka, delivery[1], "--slot", "1"),
            process("ingest", "run", "ingest", kafka, ingest));
    ScheduledExecutorService retries = Executors.newScheduledThreadPool(1);
    List<FailureDevice> devices = new ArrayList<>();
    // Not closed by try: that would wait for the devices' sockets for ever if an assertion fails.
    HttpClient http = HttpClient.newHttpClient();
    try (TidegateProcess kafkaProcess =
        new TidegateProcess(
            "broker",
            folder,
            "broker",
            "--data-dir",
            folder.resolve("data").toString(),
            "--port",
            Integer.toString(broker))) {
      kafkaProcess.start();
      await().atMost(Duration.ofMinutes(1)).until(() -> isListening(broker));
      new TidegateProcess("topics", folder, "topics", "create", "--kafka", kafka).run();
      for (TidegateProcess each : mortal) {
        each.start();
      }
      for (int port : new int[] {ingest, fanout[0], fanout[1], delivery[0], delivery[1]}) {
        await().atMost(Duration.ofSeconds(90)).until(() -> isReady(http, port));
      }
      List<URI> workers =
          IntStream.of(delivery)
              .mapToObj(port -> URI.create("ws://127.0.0.1:" + port + "/v1/connect"))
              .toList();
      for (int user = 0; user < users; user++) {
        devices.add(new FailureDevice(http, retries, workers, user, "u" + user));
      }
      devices.forEach(FailureDevice::connect);

      // When
      URI messages = URI.create("http://127.0.0.1:" + ingest + "/v1/messages");
      int killEvery = messagesPerUser / (mortal.size() + 1);
      for (int round = 0; round < messagesPerUser; round++) {
        send(http, messages, users, round);
        int victim = round / killEvery - 1;
        if (round % killEvery == 0 && victim >= 0 && victim < mortal.size()) {
          mortal.get(victim).kill();
          mortal.get(victim).start();
        }
      }

      // Then
      List<Integer> all = IntStream.range(0, messagesPerUser).boxed().toList();
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(200))
          .untilAsserted(
              () -> assertThat(devices).allSatisfy(d -> assertThat(d.shown()).isEqualTo(all)));
      assertThat(devices).allSatisfy(d -> assertThat(d.violations()).isEmpty());
      assertThat(devices).allSatisfy(d -> assertThat(d.resets()).isZero());
      assertThat(mortal).allSatisfy(p -> assertThat(p.isAlive()).isTrue());
    } finally {
      devices.forEach(FailureDevice::close);
      http.shutdownNow();
      retries.shutdownNow();
      mortal.forEach(TidegateProcess::close);
    }
  }

  /** One message to every user, again with the same ids until all are accepted. */
  private static void send(HttpClient http, URI messages, int users, int round) {
    StringBuilder lines = new StringBuilder();
    for (int user = 0; user < users; user++) {
      lines.append("{\"id\":\"m").append(round).append("\",\"to\":{\"user\":\"u").append(user);
      lines.append("\"},\"data\":").append(round).append("}\n");
    }
    HttpRequest request =
        HttpRequest.newBuilder(messages)
            .header("content-type", "application/x-ndjson")
            .timeout(Duration.ofSeconds(15))
            .POST(HttpRequest.BodyPublishers.ofString(lines.toString()))
            .build();
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              HttpResponse<String> answer =
                  http.send(request, HttpResponse.BodyHandlers.ofString());
              return answer.statusCode() == 200
                  && answer.body().lines().filter(l -> l.contains("\"accepted\"")).count() == users;
            });
  }

  private TidegateProcess process(
      String name, String run, String what, String kafka, int port, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of(run, what, "--kafka", kafka, "--port", Integer.toString(port)));
    arguments.addAll(List.of(more));
    return new TidegateProcess(name, folder, arguments.toArray(String[]::new));
  }

  private String state(int instance) {
    return folder.resolve("state-" + instance).toString();
  }

  private static boolean isReady(HttpClient http, int port) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
