package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** A producer's WebSocket that can also write what no library would. */
final class TestStream implements AutoCloseable {
  static final int TEXT = 0x81;
  static final int CLOSE = 0x88;
  static final int PING = 0x89;

  final Socket socket;
  private final DataInputStream in;

  private TestStream(int port, String headers) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    socket
        .getOutputStream()
        .write(("GET /v1/messages/stream HTTP/1.1\r\n" + headers + "\r\n").getBytes(UTF_8));
  }

  static final String HANDSHAKE =
      """
      Host: x
      Upgrade: websocket
      Connection: keep-alive, Upgrade
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
      Sec-WebSocket-Protocol: other, tidegate.ingest.v1
      """
          .replace("\n", "\r\n");

  /** Open, and told what it may do. */
  static TestStream open(TestIngest ingest, String... headers) throws IOException {
    TestStream stream = new TestStream(ingest.service.port(), with(headers));
    String head = stream.head();
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new AssertionError(head);
    }
    JsonNode ready = stream.next();
    if (!ready.get("op").asString().equals("ready")) {
      throw new AssertionError(ready.toString());
    }
    return stream;
  }

  /** What one that is opened is told that it may do. */
  static JsonNode ready(TestIngest ingest, String... headers) throws IOException {
    try (TestStream stream = new TestStream(ingest.service.port(), with(headers))) {
      var _ = stream.head();
      return stream.next();
    }
  }

  static String with(String... headers) {
    return HANDSHAKE + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n");
  }

  /** What a handshake is answered with, headers and all. */
  static String handshake(TestIngest ingest, String headers) throws IOException {
    try (TestStream stream = new TestStream(ingest.service.port(), headers)) {
      return stream.head();
    }
  }

  private String head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      head.write(in.readByte());
    }
    return head.toString(ISO_8859_1);
  }

  TestStream send(String text) throws IOException {
    return frame(TEXT, text.getBytes(UTF_8));
  }

  /**
   * @param first FIN, reserved bits and opcode
   */
  TestStream frame(int first, byte[] payload) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(first);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else if (payload.length < 1 << 16) {
      frame.writeBytes(
          new byte[] {(byte) 0xfe, (byte) (payload.length >> 8), (byte) payload.length});
    } else {
      frame.write(0xff);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frame.write((int) ((long) payload.length >> shift));
      }
    }
    byte[] mask = {1, 2, 3, 4};
    frame.writeBytes(mask);
    for (int i = 0; i < payload.length; i++) {
      frame.write(payload[i] ^ mask[i & 3]);
    }
    return raw(frame.toByteArray());
  }

  TestStream raw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** The next text of the server; pings are passed over. */
  JsonNode next() throws IOException {
    String text = frame();
    while (text.equals("ping")) {
      text = frame();
    }
    return TestIngest.json(text);
  }

  /** The next frame: its text, {@code ping}, {@code pong …} or {@code close CODE REASON}. */
  String frame() throws IOException {
    int opcode = in.readUnsignedByte() & 0x0f;
    int length = in.readUnsignedByte();
    if (length == 126) {
      length = in.readUnsignedShort();
    }
    byte[] payload = in.readNBytes(length);
    return switch (opcode) {
      case 1 -> new String(payload, UTF_8);
      case 9 -> "ping";
      case 10 -> "pong " + new String(payload, UTF_8);
      case 8 ->
          "close "
              + (((payload[0] & 0xff) << 8) | (payload[1] & 0xff))
              + " "
              + new String(Arrays.copyOfRange(payload, 2, payload.length), UTF_8);
      default -> throw new AssertionError("opcode " + opcode);
    };
  }

  /** All up to the close, which is the last; or {@code cut} where there is none. */
  String farewell() throws IOException {
    try {
      String frame = frame();
      while (!frame.startsWith("close ")) {
        frame = frame();
      }
      return frame;
    } catch (EOFException | SocketException e) {
      return "cut";
    }
  }

  boolean isEnded() throws IOException {
    return in.read() < 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
