package io.tidegate.testkafka;

import io.tidegate.testtls.TestAuthority;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/** A real Kafka of one node, in this JVM; it creates no topics by itself. */
public final class JvmKafka implements AutoCloseable {
  private final Map<String, String> settings = new HashMap<>();
  private final @Nullable Login login;
  private final String bootstrapServers;
  private final String secureServers;
  private KafkaRaftServer server;

  /**
   * Returns when it takes requests.
   *
   * @param folder for its data, empty or not there
   */
  public JvmKafka(Path folder) throws Exception {
    this(folder, null);
  }

  /**
   * A second way in, over TLS and for who knows the password.
   *
   * @param certificate for 127.0.0.1
   */
  public record Login(TestAuthority.Issued certificate, String user, String password) {}

  /** As the other, also with a listener at {@link #secureServers} where there is a login. */
  public JvmKafka(Path folder, @Nullable Login login) throws Exception {
    int client = freePort();
    int controller = freePort();
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(1)
        .setClusterId(Uuid.randomUuid().toString())
        .setControllerListenerName("CONTROLLER")
        .setMetadataLogDirectory(folder.toString())
        .addDirectory(folder.toString())
        .run();
    bootstrapServers = "127.0.0.1:" + client;
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put(
        "listeners", "PLAINTEXT://" + bootstrapServers + ",CONTROLLER://127.0.0.1:" + controller);
    settings.put("advertised.listeners", "PLAINTEXT://" + bootstrapServers);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("log.dirs", folder.toString());
    settings.put("auto.create.topics.enable", "false");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
    settings.put("broker.session.timeout.ms", "1000");
    settings.put("broker.heartbeat.interval.ms", "200");
    secureServers = "127.0.0.1:" + freePort();
    this.login = login;
    if (login != null) {
      secure(login);
    }
    server = started();
  }

  private void secure(Login login) {
    for (String key : new String[] {"listeners", "advertised.listeners"}) {
      settings.merge(key, "SASL_SSL://" + secureServers, (old, more) -> old + "," + more);
    }
    settings.merge(
        "listener.security.protocol.map", "SASL_SSL:SASL_SSL", (old, more) -> old + "," + more);
    settings.put("sasl.enabled.mechanisms", "PLAIN");
    taking(login.user(), login.password());
    settings.put("ssl.keystore.type", "PEM");
    settings.put("ssl.keystore.certificate.chain", login.certificate().certificatePem());
    settings.put("ssl.keystore.key", login.certificate().keyPem());
  }

  private void taking(String user, String password) {
    settings.put(
        "listener.name.sasl_ssl.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required user_%s=\"%s\";"
            .formatted(user, password));
  }

  /** Starts again with the data and the port that it had. */
  public void restart() {
    server = started();
  }

  /** As the other, taking another password from the user of the login. */
  public void restart(String password) {
    if (login == null) {
      throw new IllegalStateException("there is no login");
    }
    taking(login.user(), password);
    restart();
  }

  private KafkaRaftServer started() {
    KafkaRaftServer started = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    started.startup();
    return started;
  }

  /** {@code host:port} for clients. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** {@code host:port} of the listener with TLS and login. */
  public String secureServers() {
    return secureServers;
  }

  /** Until {@link #restart} nobody listens on its port. */
  public void stop() {
    server.shutdown();
    server.awaitShutdown();
  }

  @Override
  public void close() {
    stop();
  }

  /** A port that nobody had a moment ago. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
