package io.tidegate.cli.broker;

import io.tidegate.contract.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The two ports of an embedded broker on 127.0.0.1.
 *
 * @param client where producers and consumers connect
 * @param controller where the broker reaches its own controller
 */
record BrokerPorts(int client, int controller) {
  static final int DEFAULT_CLIENT_PORT = 19092;

  /** How many ports after the client port are tried for the controller. */
  private static final int NEIGHBOURS = 32;

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final String FILE = "broker.properties";
  private static final String CLIENT_KEY = "port";

  /**
   * The port asked for; else the one this folder's broker had before; else the default; else any.
   *
   * @param requested 0 for any free port, null for the remembered one
   * @throws StartupException if the port asked for is in use
   */
  static BrokerPorts choose(DataFolder folder, @Nullable Integer requested)
      throws StartupException {
    try {
      int client = requested == null ? remembered(folder) : requested;
      if (client != 0 && !isFree(client)) {
        if (requested != null) {
          throw new StartupException(
              "port "
                  + client
                  + " on 127.0.0.1 is in use (wanted for the embedded Kafka broker; choose another"
                  + " with --kafka-port, or --port of `broker`)");
        }
        client = 0;
      }
      if (client == 0) {
        client = anyFree();
      }
      BrokerPorts ports = new BrokerPorts(client, controllerPort(client));
      remember(folder, client);
      return ports;
    } catch (IOException e) {
      throw new StartupException("no port for the embedded Kafka broker: " + e.getMessage(), e);
    }
  }

  private static int controllerPort(int client) throws IOException {
    for (int port = client + 1; port <= Math.min(65_535, client + NEIGHBOURS); port++) {
      if (isFree(port)) {
        return port;
      }
    }
    return anyFree();
  }

  private static int remembered(DataFolder folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return DEFAULT_CLIENT_PORT;
    }
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
      int port = Integer.parseInt(properties.getProperty(CLIENT_KEY, ""));
      return port > 0 && port < 65_536 ? port : DEFAULT_CLIENT_PORT;
    } catch (IllegalArgumentException e) {
      // A convenience only: a file that can't be read is a port that was never chosen.
      return DEFAULT_CLIENT_PORT;
    }
  }

  private static void remember(DataFolder folder, int client) throws IOException {
    Files.writeString(folder.resolve(FILE), CLIENT_KEY + "=" + client + "\n");
  }

  private static boolean isFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(LOOPBACK, port));
      return true;
    } catch (java.net.BindException e) {
      return false;
    }
  }

  private static int anyFree() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
      return socket.getLocalPort();
    }
  }
}
