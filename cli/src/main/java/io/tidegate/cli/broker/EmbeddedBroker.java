package io.tidegate.cli.broker;

import io.tidegate.cli.Reason;
import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka of one node in this JVM: it takes requests once {@link #start} returns, and its data
 * outlives it. After a failed start threads of Kafka may be left that keep a JVM alive, so a
 * process whose start failed ends itself with {@code System.exit}.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final Duration CLEAN_UP = Duration.ofSeconds(5);
  private static final Duration SHUTDOWN = Duration.ofSeconds(6);

  private static final int FATAL_EXIT = 70;
  private static final AtomicInteger RUNNING = new AtomicInteger();

  private final AtomicBoolean closed = new AtomicBoolean();
  private final KafkaRaftServer server;
  private final BrokerPorts ports;

  private EmbeddedBroker(KafkaRaftServer server, BrokerPorts ports) {
    this.server = server;
    this.ports = ports;
  }

  /**
   * @param port on 127.0.0.1; 0 for any free one, null for the one this folder had before
   * @throws StartupException if the port is in use or the data can't be read
   */
  public static EmbeddedBroker start(DataFolder folder, @Nullable Integer port)
      throws StartupException {
    BrokerPorts ports = BrokerPorts.choose(folder, port);
    Path logs = folder.resolve("kafka");
    format(logs);
    Map<String, String> settings = BrokerSettings.of(ports, logs);
    takeOverExits();
    KafkaRaftServer server = null;
    try {
      server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
      server.startup();
      RUNNING.incrementAndGet();
      return new EmbeddedBroker(server, ports);
    } catch (Throwable e) {
      LOGGER.atError().setCause(e).log("the embedded Kafka broker did not start");
      if (server != null) {
        shutDown(server, CLEAN_UP);
      }
      throw new StartupException("the embedded Kafka broker did not start: " + Reason.of(e), e);
    }
  }

  /** {@code host:port} for clients. */
  public String bootstrapServers() {
    return "127.0.0.1:" + ports.client();
  }

  public int port() {
    return ports.client();
  }

  /** Where the broker reaches its own controller; of no use to clients, but in use. */
  public int controllerPort() {
    return ports.controller();
  }

  /** Stops it, so that the next start has nothing to recover; gives up after a few seconds. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      RUNNING.decrementAndGet();
      shutDown(server, SHUTDOWN);
    }
  }

  private static void format(Path logs) throws StartupException {
    if (Files.exists(logs.resolve("meta.properties"))) {
      return;
    }
    try {
      Files.createDirectories(logs);
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(BrokerSettings.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
          .setMetadataLogDirectory(logs.toString())
          .addDirectory(logs.toString())
          .setIgnoreFormatted(true)
          .run();
    } catch (IOException e) {
      throw new StartupException("data folder " + logs + " can't be written: " + e, e);
    } catch (Exception e) {
      throw new StartupException("data folder " + logs + " can't be formatted: " + Reason.of(e), e);
    }
  }

  /**
   * Kafka ends its JVM when it finds something fatal, such as a full disk. While it starts or stops
   * that becomes an error; a broker that runs has nothing left to save, and half a broker is worse
   * than none.
   */
  private static void takeOverExits() {
    Exit.Procedure procedure =
        (status, message) -> {
          String reason = message == null ? "it wanted to exit with status " + status : message;
          LOGGER.atError().addKeyValue("reason", reason).log("the Kafka broker met a fatal fault");
          if (RUNNING.get() > 0) {
            System.err.println("tidegate: the embedded Kafka broker met a fatal fault: " + reason);
            Runtime.getRuntime().halt(FATAL_EXIT);
          }
          throw new IllegalStateException(reason);
        };
    Exit.setExitProcedure(procedure);
    Exit.setHaltProcedure(procedure);
  }

  private static void shutDown(KafkaRaftServer server, Duration bound) {
    Thread stopper =
        Thread.ofPlatform()
            .daemon()
            .name("broker-stop")
            .start(
                () -> {
                  try {
                    server.shutdown();
                    server.awaitShutdown();
                  } catch (Throwable e) {
                    LOGGER.atWarn().setCause(e).log("the embedded Kafka broker stopped with error");
                  }
                });
    try {
      if (!stopper.join(bound)) {
        LOGGER.atWarn().addKeyValue("after", bound).log("gave up on stopping the Kafka broker");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
