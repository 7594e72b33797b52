package io.tidegate.delivery.outgoing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/** Reads requests and answers each with the same bytes, whatever they are. */
final class Host implements AutoCloseable {
  private final ServerSocket listening;
  private final String answer;
  private final boolean closes;
  private final AtomicInteger connections = new AtomicInteger();
  private volatile String last = "";

  private Host(ServerSocketFactory factory, String answer, boolean closes) throws IOException {
    this.listening = factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.answer = answer;
    this.closes = closes;
    Thread.ofVirtual().start(this::accept);
  }

  static Host answering(String answer) throws IOException {
    return new Host(ServerSocketFactory.getDefault(), answer, false);
  }

  /** And closes after each answer. */
  static Host closing(String answer) throws IOException {
    return new Host(ServerSocketFactory.getDefault(), answer, true);
  }

  static Host secure(ServerSocketFactory factory, String answer) throws IOException {
    return new Host(factory, answer, false);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many it took so far. */
  int connections() {
    return connections.get();
  }

  /** The last request. */
  String request() {
    return last;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      do {
        StringBuilder request = new StringBuilder();
        while (!isWhole(request)) {
          int next = in.read();
          if (next < 0) {
            return;
          }
          request.append((char) next);
        }
        last = request.toString();
        socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
      } while (!closes);
    } catch (IOException e) {
      // The other side went.
    }
  }

  private static boolean isWhole(StringBuilder request) {
    int head = request.indexOf("\r\n\r\n");
    if (head < 0) {
      return false;
    }
    String length = request.substring(0, head).toLowerCase(Locale.ROOT);
    int at = length.indexOf("content-length: ") + "content-length: ".length();
    int end = length.indexOf("\r\n", at);
    int body = Integer.parseInt(length.substring(at, end < 0 ? length.length() : end));
    return request.length() >= head + 4 + body;
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
