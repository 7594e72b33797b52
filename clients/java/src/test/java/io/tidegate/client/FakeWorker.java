package io.tidegate.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A worker that says and hears what the test tells it to, request by request. */
final class FakeWorker implements AutoCloseable {
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final ServerSocket listening;
  private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();
  private final List<Peer> early = new ArrayList<>();

  FakeWorker() throws IOException {
    listening = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::accept, "fake-worker");
    thread.setDaemon(true);
    thread.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  /** The next connection, whose request has come. */
  Peer next() throws InterruptedException, IOException {
    return next("");
  }

  /** The next one whose request begins so; others wait for who asks for them. */
  Peer next(String start) throws InterruptedException, IOException {
    for (Peer peer : early) {
      if (peer.head.startsWith(start)) {
        early.remove(peer);
        return peer;
      }
    }
    while (true) {
      Peer peer = peers.poll(20, TimeUnit.SECONDS);
      if (peer == null) {
        throw new AssertionError("no connection");
      }
      peer.readRequest();
      if (peer.head.startsWith(start)) {
        return peer;
      }
      early.add(peer);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        socket.setSoTimeout(20_000);
        peers.add(new Peer(socket));
      }
    } catch (IOException e) {
      // The port is closed.
    }
  }

  /** The worker's end of one connection. */
  static final class Peer implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** The request's line and headers. */
    String head = "";

    /** The request's body, as long as its length says. */
    String body = "";

    private Peer(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    /** Reads the next request of a connection that stands. */
    void readRequest() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
        bytes.write(in.readByte());
      }
      head = bytes.toString(ISO_8859_1);
      String length = header("content-length");
      body = length == null ? "" : new String(in.readNBytes(Integer.parseInt(length)), UTF_8);
    }

    @Nullable String header(String name) {
      return head.lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse(null);
    }

    void write(String text) throws IOException {
      write(text.getBytes(UTF_8));
    }

    void write(byte[] bytes) throws IOException {
      out.write(bytes);
    }

    /** A whole answer; single quotes stand for double ones in the body. */
    void answer(String status, String type, String body, String... headers) throws IOException {
      String json = body.replace('\'', '"');
      write(
          "HTTP/1.1 %s\r\ncontent-type: %s\r\ncontent-length: %d\r\n%s\r\n%s"
              .formatted(
                  status,
                  type,
                  json.getBytes(UTF_8).length,
                  headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n",
                  json));
    }

    void problem(int status, String detail, String... headers) throws IOException {
      answer(status + " No", "application/problem+json", "{'detail':'" + detail + "'}", headers);
    }

    /** Begins a stream that has no length. */
    void stream() throws IOException {
      write("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n");
    }

    void event(String singleQuoted) throws IOException {
      write("data: " + singleQuoted.replace('\'', '"') + "\n\n");
    }

    void upgrade() throws IOException {
      try {
        byte[] digest =
            MessageDigest.getInstance("SHA-1")
                .digest((header("sec-websocket-key") + MAGIC).getBytes(ISO_8859_1));
        write(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
                + "sec-websocket-protocol: tidegate.v1\r\nsec-websocket-accept: "
                + Base64.getEncoder().encodeToString(digest)
                + "\r\n\r\n");
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }

    /** A text frame; single quotes stand for double ones. */
    void say(String singleQuoted) throws IOException {
      frame(0x81, singleQuoted.replace('\'', '"').getBytes(UTF_8));
    }

    void frame(int first, byte[] payload) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.write(first);
      if (payload.length < 126) {
        bytes.write(payload.length);
      } else {
        bytes.write(127);
        for (int shift = 56; shift >= 0; shift -= 8) {
          bytes.write((int) ((long) payload.length >> shift));
        }
      }
      bytes.writeBytes(payload);
      out.write(bytes.toByteArray());
    }

    void close(int code, String reason) throws IOException {
      byte[] text = reason.getBytes(UTF_8);
      byte[] payload = new byte[2 + text.length];
      payload[0] = (byte) (code >> 8);
      payload[1] = (byte) code;
      System.arraycopy(text, 0, payload, 2, text.length);
      frame(0x88, payload);
    }

    /** The next frame with single quotes, or {@code close CODE}, or {@code pong}. */
    String hear() throws IOException {
      int first = in.readUnsignedByte();
      int length = in.readUnsignedByte() & 0x7f;
      if (length == 126) {
        length = in.readUnsignedShort();
      }
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes(length);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      return switch (first & 0xf) {
        case 8 -> "close " + (((payload[0] & 0xff) << 8) | (payload[1] & 0xff));
        case 10 -> "pong";
        default -> new String(payload, UTF_8).replace('"', '\'');
      };
    }

    /** Whether the client has gone. */
    boolean isGone() throws IOException {
      return in.read() < 0;
    }

    /** Ends it without a word. */
    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
