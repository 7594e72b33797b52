package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** HTTP/2 frame by frame, to send what no client library would. */
final class TestHttp2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  static final int NO_ERROR = 0;
  static final int PROTOCOL_ERROR = 1;
  static final int REFUSED_STREAM = 7;
  static final int CANCEL = 8;
  static final int ENHANCE_YOUR_CALM = 11;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  final Socket socket;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private final Map<Integer, Answer> answers = new HashMap<>();

  /** What has come on a stream. */
  static final class Answer {
    final Map<String, String> headers = new HashMap<>();
    final ByteArrayOutputStream body = new ByteArrayOutputStream();
    boolean ended;

    /** The code of its reset; null: none came. */
    @Nullable Integer reset;

    int status() {
      return Integer.parseInt(headers.getOrDefault(":status", "0"));
    }

    String text() {
      return body.toString(UTF_8);
    }
  }

  record Frame(int type, int flags, int stream, byte[] payload) {
    int number() {
      return ByteBuffer.wrap(payload).getInt();
    }
  }

  private TestHttp2(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  /** With preface and settings exchanged. */
  static TestHttp2 open(int port) throws IOException {
    TestHttp2 opened = silent(port);
    opened.write(PREFACE.getBytes(ISO_8859_1));
    opened.frame(SETTINGS, 0, 0, new byte[0]);
    opened.awaitFrame(SETTINGS);
    opened.frame(SETTINGS, ACK, 0, new byte[0]);
    return opened;
  }

  /** With nothing said yet. */
  static TestHttp2 silent(int port) throws IOException {
    return new TestHttp2(port);
  }

  TestHttp2 write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  TestHttp2 frame(int type, int flags, int stream, byte[] payload) throws IOException {
    return write(
        ByteBuffer.allocate(9 + payload.length)
            .put((byte) (payload.length >> 16))
            .putShort((short) payload.length)
            .put((byte) type)
            .put((byte) flags)
            .putInt(stream)
            .put(payload)
            .array());
  }

  TestHttp2 number(int type, int stream, int number) throws IOException {
    return frame(type, 0, stream, ByteBuffer.allocate(4).putInt(number).array());
  }

  TestHttp2 data(int stream, String text, boolean end) throws IOException {
    return frame(DATA, end ? END_STREAM : 0, stream, text.getBytes(UTF_8));
  }

  /**
   * A request's head.
   *
   * @param fields names and values, behind those that each request has
   */
  TestHttp2 head(int stream, String method, String path, boolean end, String... fields)
      throws IOException {
    String[] all = new String[8 + fields.length];
    String[] usual = {":method", method, ":scheme", "http", ":authority", "x", ":path", path};
    System.arraycopy(usual, 0, all, 0, usual.length);
    System.arraycopy(fields, 0, all, usual.length, fields.length);
    return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(all));
  }

  /** A message for alice in one frame. */
  TestHttp2 post(int stream, String json) throws IOException {
    return head(stream, "POST", "/v1/messages", false, "content-type", "application/json")
        .data(stream, json, true);
  }

  /** Fields as literals that are not indexed (RFC 7541, 6.2.2). */
  static byte[] block(String... fields) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      block.write(0);
      text(block, fields[i]);
      text(block, fields[i + 1]);
    }
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    int length = bytes.length;
    if (length < 127) {
      block.write(length);
    } else {
      block.write(127);
      for (length -= 127; length >= 128; length /= 128) {
        block.write(128 + length % 128);
      }
      block.write(length);
    }
    block.writeBytes(bytes);
  }

  /** The next frame, put with its answer; null at the end of the connection. */
  @Nullable Frame read() throws IOException {
    byte[] head = new byte[9];
    try {
      in.readFully(head);
    } catch (EOFException e) {
      return null;
    }
    ByteBuffer fields = ByteBuffer.wrap(head);
    byte[] payload = new byte[(fields.get() & 0xFF) << 16 | (fields.getShort() & 0xFFFF)];
    Frame frame = new Frame(fields.get(), fields.get(), fields.getInt(), payload);
    in.readFully(payload);
    Answer answer = answer(frame.stream());
    switch (frame.type()) {
      case HEADERS -> decode(frame, answer);
      case DATA -> answer.body.writeBytes(payload);
      case RST_STREAM -> answer.reset = frame.number();
      default -> {}
    }
    if (frame.type() <= HEADERS && (frame.flags() & END_STREAM) != 0) {
      answer.ended = true;
    }
    return frame;
  }

  private void decode(Frame frame, Answer answer) throws IOException {
    try {
      Http2Headers headers =
          decoder.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
      headers.forEach(
          header -> answer.headers.put(header.getKey().toString(), header.getValue().toString()));
    } catch (Http2Exception e) {
      throw new IOException(e);
    }
  }

  /** What has come so far. */
  Answer answer(int stream) {
    return answers.computeIfAbsent(stream, _ -> new Answer());
  }

  /** Reads until the stream has ended or was reset, or the connection has. */
  Answer await(int stream) throws IOException {
    Answer answer = answer(stream);
    while (!answer.ended && answer.reset == null && read() != null) {
      // what came is kept
    }
    return answer;
  }

  /** Reads until a frame of the type comes. */
  Frame awaitFrame(int type) throws IOException {
    for (Frame frame = read(); frame != null; frame = read()) {
      if (frame.type() == type) {
        return frame;
      }
    }
    throw new EOFException("the connection ended without a frame of type " + type);
  }

  /** The error code of the GOAWAY that ends the connection. */
  int awaitGoAway() throws IOException {
    return ByteBuffer.wrap(awaitFrame(GOAWAY).payload()).getInt(4);
  }

  boolean ends() throws IOException {
    while (read() != null) {
      // what came is kept
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
