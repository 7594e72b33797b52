package io.tidegate.testhttp2;

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
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** HTTP/2 frame by frame, to send what no client library would. */
public final class TestHttp2 implements AutoCloseable {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  public static final int END_STREAM = 1;
  public static final int ACK = 1;
  public static final int END_HEADERS = 4;

  public static final int NO_ERROR = 0;
  public static final int PROTOCOL_ERROR = 1;
  public static final int REFUSED_STREAM = 7;
  public static final int CANCEL = 8;
  public static final int ENHANCE_YOUR_CALM = 11;

  /** Of the settings. */
  public static final int INITIAL_WINDOW_SIZE = 4;

  /** Of a frame that we read. */
  private static final int MOST_BYTES = 1 << 20;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final @Nullable Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private final Map<Integer, Answer> answers = new HashMap<>();

  /** What has come on a stream. */
  public static final class Answer {
    public final Map<String, String> headers = new HashMap<>();
    public final ByteArrayOutputStream body = new ByteArrayOutputStream();
    public boolean ended;

    /** The code of its reset; null: none came. */
    public @Nullable Integer reset;

    public int status() {
      return Integer.parseInt(headers.getOrDefault(":status", "0"));
    }

    public String text() {
      return body.toString(UTF_8);
    }
  }

  public record Frame(int type, int flags, int stream, byte[] payload) {
    public int number() {
      return ByteBuffer.wrap(payload).getInt();
    }
  }

  private TestHttp2(@Nullable Socket socket, InputStream in, OutputStream out) {
    this.socket = socket;
    this.in = new DataInputStream(in);
    this.out = out;
  }

  /** With preface and settings exchanged. */
  public static TestHttp2 open(int port) throws IOException {
    return silent(port).begin();
  }

  /**
   * The same over anything.
   *
   * @param in its end may be that of what has come so far, if it can be reset to a mark
   */
  public static TestHttp2 open(InputStream in, OutputStream out) throws IOException {
    return new TestHttp2(null, in, out).begin();
  }

  /** With nothing said yet. */
  public static TestHttp2 silent(int port) throws IOException {
    Socket opened = new Socket(InetAddress.getLoopbackAddress(), port);
    opened.setSoTimeout(20_000);
    opened.setTcpNoDelay(true);
    return new TestHttp2(opened, opened.getInputStream(), opened.getOutputStream());
  }

  private TestHttp2 begin() throws IOException {
    write(PREFACE.getBytes(ISO_8859_1));
    frame(SETTINGS, 0, 0, new byte[0]);
    awaitFrame(SETTINGS);
    return frame(SETTINGS, ACK, 0, new byte[0]);
  }

  /** Only where it was opened by its port. */
  public Socket socket() {
    return Objects.requireNonNull(socket);
  }

  public TestHttp2 write(byte[] bytes) throws IOException {
    out.write(bytes);
    return this;
  }

  public TestHttp2 frame(int type, int flags, int stream, byte[] payload) throws IOException {
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

  public TestHttp2 number(int type, int stream, int number) throws IOException {
    return frame(type, 0, stream, ByteBuffer.allocate(4).putInt(number).array());
  }

  public TestHttp2 data(int stream, String text, boolean end) throws IOException {
    return frame(DATA, end ? END_STREAM : 0, stream, text.getBytes(UTF_8));
  }

  /**
   * A request's head.
   *
   * @param fields names and values, behind those that each request has
   */
  public TestHttp2 head(int stream, String method, String path, boolean end, String... fields)
      throws IOException {
    String[] all = new String[8 + fields.length];
    String[] usual = {":method", method, ":scheme", "http", ":authority", "x", ":path", path};
    System.arraycopy(usual, 0, all, 0, usual.length);
    System.arraycopy(fields, 0, all, usual.length, fields.length);
    return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(all));
  }

  /** A request with its body in one frame. */
  public TestHttp2 post(int stream, String path, String json) throws IOException {
    return head(stream, "POST", path, false, "content-type", "application/json")
        .data(stream, json, true);
  }

  /** Fields as literals that are not indexed (RFC 7541, 6.2.2). */
  public static byte[] block(String... fields) {
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

  /** Changes one setting. */
  public TestHttp2 setting(int id, int value) throws IOException {
    byte[] setting = ByteBuffer.allocate(6).putShort((short) id).putInt(value).array();
    return frame(SETTINGS, 0, 0, setting);
  }

  /** The next frame, put with its answer; null at the end of the connection. */
  public @Nullable Frame read() throws IOException {
    if (in.markSupported()) {
      in.mark(MOST_BYTES);
    }
    Frame frame;
    try {
      byte[] head = in.readNBytes(9);
      ByteBuffer fields = ByteBuffer.wrap(head);
      byte[] payload = new byte[(fields.get() & 0xFF) << 16 | (fields.getShort() & 0xFFFF)];
      frame = new Frame(fields.get(), fields.get(), fields.getInt(), payload);
      in.readFully(payload);
    } catch (EOFException | BufferUnderflowException e) {
      if (in.markSupported()) {
        in.reset();
      }
      return null;
    }
    Answer answer = answer(frame.stream());
    switch (frame.type()) {
      case HEADERS -> decode(frame, answer);
      case DATA -> answer.body.writeBytes(frame.payload());
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
  public Answer answer(int stream) {
    return answers.computeIfAbsent(stream, _ -> new Answer());
  }

  /** Reads until the stream has ended or was reset, or the connection has. */
  public Answer await(int stream) throws IOException {
    Answer answer = answer(stream);
    while (!answer.ended && answer.reset == null && read() != null) {
      // what came is kept
    }
    return answer;
  }

  /** Reads until a frame of the type comes. */
  public Frame awaitFrame(int type) throws IOException {
    for (Frame frame = read(); frame != null; frame = read()) {
      if (frame.type() == type) {
        return frame;
      }
    }
    throw new EOFException("the connection ended without a frame of type " + type);
  }

  /** The error code of the GOAWAY that ends the connection. */
  public int awaitGoAway() throws IOException {
    return ByteBuffer.wrap(awaitFrame(GOAWAY).payload()).getInt(4);
  }

  public boolean ends() throws IOException {
    while (read() != null) {
      // what came is kept
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
    }
  }
}
