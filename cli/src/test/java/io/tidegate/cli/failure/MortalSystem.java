package io.tidegate.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * A broker, five processes that may die (two fan-out, two delivery, one ingest), and a device for
 * every user, connected. What the processes print stays in {@code target/process-failure}.
 */
final class MortalSystem implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path folder;
  private final Path logs;
  private final int users;
  private final ScheduledExecutorService retries = Executors.newScheduledThreadPool(1);
  // Not closed by try: that would wait for the devices' sockets for ever if an assertion fails.
  private final HttpClient http = HttpClient.newHttpClient();

  private final int kafkaPort;
  private final int ingest;
  private final int[] fanout;
  private final int[] delivery;
  private final TidegateProcess broker;
  private final List<TidegateProcess> mortal;
  private final List<FailureDevice> devices = new ArrayList<>();

  /**
   * @param folder for data
   * @param name of the folder for what the processes print
   */
  MortalSystem(Path folder, String name, int users) throws IOException {
    this.folder = folder;
    this.users = users;
    int[] ports = freePorts(6);
    kafkaPort = ports[0];
    ingest = ports[1];
    fanout = new int[] {ports[2], ports[3]};
    delivery = new int[] {ports[4], ports[5]};
    logs = Files.createDirectories(Path.of("target", "process-failure", name));
    broker = TidegateProcess.broker(kafkaPort, logs, folder);
    mortal =
        List.of(
            process("fanout-0", "fanout", fanout[0], "--state-dir", state(0)),
            process("fanout-1", "fanout", fanout[1], "--state-dir", state(1)),
            process("delivery-0", "delivery", delivery[0], "--slot", "0"),
            process("delivery-1", "delivery", delivery[1], "--slot", "1"),
            process("ingest", "ingest", ingest));
  }

  /** Returns when every process is ready; the devices connect after that. */
  void start() throws Exception {
    broker.start();
    await().atMost(Duration.ofMinutes(1)).until(() -> isListening(kafkaPort));
    new TidegateProcess("topics", 0, logs, "topics", "create", "--kafka", kafka()).run();
    // One after the other: five JVMs that start at once leave a small machine no time for Kafka.
    for (TidegateProcess each : mortal) {
      awaitReady(each.start());
    }
    List<URI> workers =
        IntStream.of(delivery)
            .mapToObj(port -> URI.create("ws://127.0.0.1:" + port + "/v1/connect"))
            .toList();
    for (int user = 0; user < users; user++) {
      devices.add(new FailureDevice(http, retries, workers, user, "u" + user));
    }
    devices.forEach(FailureDevice::connect);
  }

  int users() {
    return users;
  }

  List<TidegateProcess> mortal() {
    return mortal;
  }

  /** Until every process is ready; fails at once if one has ended. */
  void awaitReady() {
    mortal.forEach(this::awaitReady);
  }

  private void awaitReady(TidegateProcess process) {
    await()
        .atMost(Duration.ofSeconds(90))
        .failFast(process + " ended, its log in " + logs + " says why", () -> !process.isAlive())
        .until(() -> isReady(process.port()));
  }

  /** One message to every user. */
  void send(int round) {
    send(round, 0, users);
  }

  /** One message to each of those users, again with the same ids until all are accepted. */
  void send(int round, int firstUser, int count) {
    StringBuilder lines = new StringBuilder();
    for (int user = firstUser; user < firstUser + count; user++) {
      lines.append("{\"id\":\"m").append(round).append("\",\"to\":{\"user\":\"u").append(user);
      lines.append("\"},\"data\":").append(round).append("}\n");
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ingest + "/v1/messages"))
            .header("content-type", "application/x-ndjson")
            .timeout(Duration.ofSeconds(15))
            .POST(HttpRequest.BodyPublishers.ofString(lines.toString()))
            .build();
    await()
        .atMost(Duration.ofMinutes(1))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () -> {
              HttpResponse<String> answer =
                  http.send(request, HttpResponse.BodyHandlers.ofString());
              return answer.statusCode() == 200
                  && answer.body().lines().filter(l -> l.contains("\"accepted\"")).count() == count;
            });
  }

  /** Until every device has shown the message of that round. */
  void awaitShown(int round) {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> devices.stream().allMatch(d -> d.shown().contains(round)));
  }

  /** Every device ends with those rounds, in order, none twice, none missing, and stays so. */
  void assertExactly(int rounds) {
    List<Integer> all = IntStream.range(0, rounds).boxed().toList();
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(200))
        .during(Duration.ofSeconds(2))
        .untilAsserted(
            () -> assertThat(devices).allSatisfy(d -> assertThat(d.shown()).isEqualTo(all)));
    assertThat(devices).hasSize(users);
    assertThat(devices).allSatisfy(d -> assertThat(d.violations()).isEmpty());
    assertThat(devices).allSatisfy(d -> assertThat(d.resets()).isZero());
    assertThat(mortal).allSatisfy(p -> assertThat(p.isAlive()).isTrue());
  }

  /**
   * Whichever fan-out is asked for a user, the answer is the same. Of the two only one has the user
   * (asked as by the other, which forbids to ask on, one knows and one does not), so that half of
   * the answers came over the other instance.
   */
  void assertFanoutsAgree() {
    await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              for (int user = 0; user < users; user++) {
                HttpResponse<String> first = askFanout(0, user, false);
                HttpResponse<String> second = askFanout(1, user, false);
                assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
                assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
                assertThat(JSON.readTree(first.body())).isEqualTo(JSON.readTree(second.body()));
                assertThat(JSON.readTree(first.body()).at("/devices/0/device").asString(""))
                    .isEqualTo("d");
                assertThat(
                        List.of(
                            askFanout(0, user, true).statusCode(),
                            askFanout(1, user, true).statusCode()))
                    .containsExactlyInAnyOrder(200, 503);
              }
            });
  }

  /**
   * @param hopped as if another instance asked
   */
  private HttpResponse<String> askFanout(int instance, int user, boolean hopped)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + fanout[instance] + "/v1/users/u" + user))
            .timeout(Duration.ofSeconds(10));
    if (hopped) {
      request.header("tidegate-hop", "1");
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    devices.forEach(FailureDevice::close);
    http.shutdownNow();
    retries.shutdownNow();
    mortal.forEach(TidegateProcess::close);
    broker.close();
  }

  private TidegateProcess process(String name, String service, int port, String... more)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("run", service, "--kafka", kafka(), "--port", Integer.toString(port)));
    arguments.addAll(List.of(more));
    return new TidegateProcess(name, port, logs, arguments.toArray(String[]::new));
  }

  private String kafka() {
    return "127.0.0.1:" + kafkaPort;
  }

  private String state(int instance) {
    return folder.resolve("state-" + instance).toString();
  }

  private boolean isReady(int port) throws InterruptedException {
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

  static boolean isListening(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Different ones, and below those that the system gives to outgoing connections (32768 and up on
   * Linux), so that nobody takes one while its process is dead.
   */
  static int[] freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int attempt = 0; held.size() < count && attempt < 1_000; attempt++) {
        try {
          held.add(new ServerSocket(ThreadLocalRandom.current().nextInt(20_000, 32_000)));
        } catch (BindException _) {
          // Taken: another one.
        }
      }
      assertThat(held).as("free ports").hasSize(count);
      return held.stream().mapToInt(ServerSocket::getLocalPort).toArray();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }
}
