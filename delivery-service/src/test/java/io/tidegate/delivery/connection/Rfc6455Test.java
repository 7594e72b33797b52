package io.tidegate.delivery.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.delivery.auth.Door;
import io.tidegate.delivery.auth.Origins;
import io.tidegate.delivery.health.Health;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of RFC 6455 against the server, over a socket of the kernel's, each as one write and
 * byte by byte. The order is that of Autobahn's test suite, which counts these cases as well.
 * Behind each a ping is sent: a connection that goes on answers it.
 */
class Rfc6455Test {
  private static final int FIN = 0x80;
  private static final int RSV1 = 0x40;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int MAX_FRAME_BYTES = 16 * 1024;

  private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate\r\n";

  private static final String GOES_ON = "pong probe";
  private static final String HEARD = "hello heard, " + GOES_ON;
  private static final String PROTOCOL_ERROR = "close 1002";
  private static final String NOT_UTF8 = "close 1007";
  private static final String TOO_BIG = "close 1009";

  private static final DeliveryMetrics METRICS = new DeliveryMetrics();
  private static final RecordingLog LOG = new RecordingLog();

  @SuppressWarnings("NullAway.Init")
  private static Server server;

  @BeforeAll
  static void start() throws Exception {
    server =
        Server.start(
            Wire.settings(1_000, 60, Origins.NONE),
            null,
            4,
            LOG,
            new Door.Open(),
            new NoHealth(),
            METRICS);
    server.open(17);
  }

  @AfterAll
  static void stop() {
    server.close();
    METRICS.close();
  }

  private static final class NoHealth implements Health.Source {
    @Override
    public Health live() {
      return new Health(List.of());
    }

    @Override
    public Health ready() {
      return live();
    }
  }

  /** What a client writes after the handshake. */
  static final class Bytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A masked frame. */
    Bytes frame(int head, byte[] payload) {
      bytes.writeBytes(Wire.masked(head, payload));
      return this;
    }

    Bytes frame(int head, String payload) {
      return frame(head, payload.getBytes(UTF_8));
    }

    Bytes raw(String hex) {
      bytes.writeBytes(HexFormat.ofDelimiter(" ").parseHex(hex));
      return this;
    }
  }

  private static Bytes frame(int head, String payload) {
    return new Bytes().frame(head, payload);
  }

  private static Bytes frame(int head, byte[] payload) {
    return new Bytes().frame(head, payload);
  }

  /** A hello of so many bytes. */
  private static String hello(int bytes) {
    String bare = "{\"op\":\"hello\",\"user\":\"alice\",\"device\":\"phone\",\"x\":\"\"}";
    return bare.replace("\"\"}", "\"" + "y".repeat(bytes - bare.length()) + "\"}");
  }

  private static final String HELLO = hello(100);

  /** A hello that has these bytes in a string that nobody reads. */
  private static byte[] helloWith(String hex) {
    ByteArrayOutputStream hello = new ByteArrayOutputStream();
    String[] parts = hello(80).split("y+");
    hello.writeBytes(parts[0].getBytes(UTF_8));
    hello.writeBytes(HexFormat.ofDelimiter(" ").parseHex(hex));
    hello.writeBytes(parts[1].getBytes(UTF_8));
    return hello.toByteArray();
  }

  private static Bytes closing(int code, String reason) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.write(code >> 8);
    payload.write(code);
    payload.writeBytes(reason.getBytes(UTF_8));
    return frame(FIN | CLOSE, payload.toByteArray());
  }

  private static Arguments row(String name, Bytes bytes, String outcome) {
    return Arguments.of(name, bytes, outcome);
  }

  private static Stream<Arguments> framing() {
    return Stream.of(
        row("1 text of 100 bytes", frame(FIN | TEXT, HELLO), HEARD),
        row("1 text of 125 bytes", frame(FIN | TEXT, hello(125)), HEARD),
        row("1 text of 126 bytes", frame(FIN | TEXT, hello(126)), HEARD),
        row("1 text of 127 bytes", frame(FIN | TEXT, hello(127)), HEARD),
        row("1 text of 128 bytes", frame(FIN | TEXT, hello(128)), HEARD),
        row("1 text of as much as may be", frame(FIN | TEXT, hello(MAX_FRAME_BYTES)), HEARD),
        row("1 text of a byte more", frame(FIN | TEXT, hello(MAX_FRAME_BYTES + 1)), TOO_BIG),
        row("1 text that says 64 KiB", new Bytes().raw("81 ff 00 00 00 00 00 01 00 00"), TOO_BIG),
        row("1 empty text", frame(FIN | TEXT, ""), "close 4502"),
        row("1 binary", frame(FIN | BINARY, HELLO), "close 1003"),
        row("1 empty binary", frame(FIN | BINARY, ""), "close 1003"),
        row(
            "1 length not minimal, of 16 bits",
            new Bytes().raw("89 fe 00 01 00 00 00 00 61"),
            PROTOCOL_ERROR),
        row(
            "1 length not minimal, of 64 bits",
            new Bytes().raw("89 ff 00 00 00 00 00 00 00 01 00 00 00 00 61"),
            PROTOCOL_ERROR),
        row(
            "1 text whose length of 64 bits is not minimal",
            new Bytes().raw("81 ff 00 00 00 00 00 00 00 01 00 00 00 00 61"),
            PROTOCOL_ERROR),
        row(
            "1 length with the highest bit",
            new Bytes().raw("81 ff 80 00 00 00 00 00 00 01 00 00 00 00 61"),
            PROTOCOL_ERROR),
        row("1 unmasked text", new Bytes().raw("81 01 61"), PROTOCOL_ERROR),
        row("1 unmasked ping", new Bytes().raw("89 00"), PROTOCOL_ERROR),
        row("1 unmasked close", new Bytes().raw("88 02 03 e8"), PROTOCOL_ERROR),
        row("1 mask of zeros", new Bytes().raw("89 81 00 00 00 00 61"), "pong a, " + GOES_ON));
  }

  private static Stream<Arguments> pings() {
    String most = "p".repeat(125);
    return Stream.of(
        row("2 empty ping", frame(FIN | PING, ""), "pong , " + GOES_ON),
        row("2 ping", frame(FIN | PING, "Hello"), "pong Hello, " + GOES_ON),
        row("2 ping of 125 bytes", frame(FIN | PING, most), "pong " + most + ", " + GOES_ON),
        row("2 ping of 126 bytes", frame(FIN | PING, most + "p"), PROTOCOL_ERROR),
        row("2 pong nobody asked for", frame(FIN | PONG, ""), GOES_ON),
        row("2 pong with a payload", frame(FIN | PONG, "Hello"), GOES_ON),
        row("2 pong of 126 bytes", frame(FIN | PONG, most + "p"), PROTOCOL_ERROR),
        row(
            "2 pong, then ping",
            frame(FIN | PONG, "a").frame(FIN | PING, "b"),
            "pong b, " + GOES_ON),
        row(
            "2 ten pings",
            new Bytes()
                .frame(FIN | PING, "0")
                .frame(FIN | PING, "1")
                .frame(FIN | PING, "2")
                .frame(FIN | PING, "3")
                .frame(FIN | PING, "4")
                .frame(FIN | PING, "5")
                .frame(FIN | PING, "6")
                .frame(FIN | PING, "7")
                .frame(FIN | PING, "8")
                .frame(FIN | PING, "9"),
            "pong 0, pong 1, pong 2, pong 3, pong 4, pong 5, pong 6, pong 7, pong 8, pong 9, "
                + GOES_ON));
  }

  private static Stream<Arguments> reserved() {
    List<Arguments> rows = new ArrayList<>();
    for (int bits = 1; bits <= 7; bits++) {
      int head = FIN | (bits << 4);
      rows.add(row("3 text with RSV " + bits, frame(head | TEXT, HELLO), PROTOCOL_ERROR));
      rows.add(row("3 ping with RSV " + bits, frame(head | PING, "a"), PROTOCOL_ERROR));
      rows.add(row("3 close with RSV " + bits, frame(head | CLOSE, ""), PROTOCOL_ERROR));
    }
    rows.add(
        row("3 RSV 4 in a continuation", frame(TEXT, HELLO).frame(FIN | 0x40, ""), PROTOCOL_ERROR));
    for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
      rows.add(row("4 opcode " + opcode, frame(FIN | opcode, "a"), PROTOCOL_ERROR));
      rows.add(row("4 opcode " + opcode + ", empty", frame(FIN | opcode, ""), PROTOCOL_ERROR));
      rows.add(
          row(
              "4 opcode " + opcode + " behind a text",
              frame(FIN | TEXT, HELLO).frame(FIN | opcode, ""),
              "hello heard, " + PROTOCOL_ERROR));
    }
    return rows.stream();
  }

  private static Stream<Arguments> fragments() {
    String start = HELLO.substring(0, 40);
    String end = HELLO.substring(40);
    return Stream.of(
        row("5 ping in fragments", frame(PING, "a").frame(FIN, "b"), PROTOCOL_ERROR),
        row("5 pong in fragments", frame(PONG, "a").frame(FIN, "b"), PROTOCOL_ERROR),
        row("5 close in fragments", frame(CLOSE, "").frame(FIN, ""), PROTOCOL_ERROR),
        row("5 text in two", frame(TEXT, start).frame(FIN, end), HEARD),
        row(
            "5 text in two, a ping between",
            frame(TEXT, start).frame(FIN | PING, "a").frame(FIN, end),
            "hello heard, pong a, " + GOES_ON),
        row(
            "5 text in three, a pong between",
            frame(TEXT, start).frame(FIN | PONG, "a").frame(0, end).frame(FIN, ""),
            HEARD),
        row(
            "5 empty fragments",
            frame(TEXT, "").frame(0, "").frame(0, HELLO).frame(0, "").frame(FIN, ""),
            HEARD),
        row("5 text of empty fragments", frame(TEXT, "").frame(0, "").frame(FIN, ""), "close 4502"),
        row("5 nothing to continue", frame(FIN, HELLO), PROTOCOL_ERROR),
        row("5 nothing to continue, not the last", frame(0, HELLO), PROTOCOL_ERROR),
        row(
            "5 nothing more to continue",
            frame(TEXT, start).frame(FIN, end).frame(FIN, "a"),
            "hello heard, " + PROTOCOL_ERROR),
        row("5 text within a text", frame(TEXT, start).frame(FIN | TEXT, end), PROTOCOL_ERROR),
        row("5 binary within a text", frame(TEXT, start).frame(FIN | BINARY, end), PROTOCOL_ERROR),
        row("5 start within a text", frame(TEXT, start).frame(TEXT, end), PROTOCOL_ERROR),
        row("5 binary in fragments", frame(BINARY, start).frame(FIN, end), "close 1003"),
        row(
            "5 more than may be, in fragments",
            frame(TEXT, hello(MAX_FRAME_BYTES)).frame(0, "").frame(FIN, "a"),
            TOO_BIG),
        row("5 close within a text", frame(TEXT, start).frame(FIN | CLOSE, ""), "close 1000"),
        row("5 unfinished text", frame(TEXT, start).frame(0, "a"), GOES_ON));
  }

  private static Stream<Arguments> utf8() {
    byte[] kappa = helloWith("ce ba e1 bd b9 cf 83 ce bc ce b5 f0 9f 8c 8a");
    List<Arguments> rows = new ArrayList<>();
    rows.add(row("6 two, three and four bytes", frame(FIN | TEXT, kappa), HEARD));
    for (int at = 0; at <= 15; at++) {
      int cut = new String(kappa, ISO_8859_1).indexOf("\u00ce") + at;
      rows.add(
          row(
              "6 cut behind " + at + " bytes",
              frame(TEXT, Arrays.copyOf(kappa, cut))
                  .frame(FIN, Arrays.copyOfRange(kappa, cut, kappa.length)),
              HEARD));
    }
    for (String good :
        new String[] {
          "7f",
          "c2 80",
          "df bf",
          "e0 a0 80",
          "ed 9f bf",
          "ee 80 80",
          "ef bf bd",
          "ef bf be",
          "ef bf bf",
          "f0 90 80 80",
          "f4 8f bf bf"
        }) {
      rows.add(row("6 legal " + good, frame(FIN | TEXT, helloWith(good)), HEARD));
    }
    for (String bad :
        new String[] {
          "80",
          "bf",
          "80 bf 80",
          "c0 20",
          "c0 80",
          "c0 af",
          "c1 bf",
          "c2",
          "df",
          "e0 80 80",
          "e0 9f bf",
          "e0 a0",
          "ed a0 80",
          "ed bf bf",
          "ed a0 80 ed b0 80",
          "ef bf",
          "f0 80 80 80",
          "f0 8f bf bf",
          "f0 90 80",
          "f4 90 80 80",
          "f5 80 80 80",
          "f8 88 80 80 80",
          "fc 84 80 80 80 80",
          "fe",
          "ff",
          "ce ba ff"
        }) {
      rows.add(row("6 not legal " + bad, frame(FIN | TEXT, helloWith(bad)), NOT_UTF8));
    }
    rows.add(
        row(
            "6 not legal over a border",
            frame(TEXT, new byte[] {'{', (byte) 0xed})
                .frame(FIN, new byte[] {(byte) 0xa0, (byte) 0x80}),
            NOT_UTF8));
    return rows.stream();
  }

  private static Stream<Arguments> closes() {
    List<Arguments> rows = new ArrayList<>();
    rows.add(row("7 close without a code", frame(FIN | CLOSE, ""), "close 1000"));
    rows.add(row("7 close with half a code", frame(FIN | CLOSE, "a"), PROTOCOL_ERROR));
    rows.add(row("7 close with a reason", closing(1000, "Hello"), "close 1000"));
    rows.add(row("7 reason of 123 bytes", closing(1000, "r".repeat(123)), "close 1000"));
    rows.add(row("7 reason of 124 bytes", closing(1000, "r".repeat(124)), PROTOCOL_ERROR));
    rows.add(
        row(
            "7 reason that is not UTF-8",
            frame(FIN | CLOSE, new byte[] {3, (byte) 0xe8, (byte) 0xff}),
            NOT_UTF8));
    for (int code :
        new int[] {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999}) {
      rows.add(row("7 close " + code, closing(code, ""), "close " + code));
    }
    for (int code :
        new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535}) {
      rows.add(row("7 close " + code + ", which is none", closing(code, ""), PROTOCOL_ERROR));
    }
    rows.add(row("7 two closes", closing(1000, "").frame(FIN | CLOSE, ""), "close 1000"));
    rows.add(row("7 ping behind a close", closing(1000, "").frame(FIN | PING, "a"), "close 1000"));
    rows.add(
        row("7 text behind a close", closing(1000, "").frame(FIN | TEXT, HELLO), "close 1000"));
    rows.add(
        row(
            "7 hello, then close",
            frame(FIN | TEXT, HELLO).raw("88 82 00 00 00 00 03 e8"),
            "hello heard, close 1000"));
    return rows.stream();
  }

  private static Stream<Arguments> cases() {
    return Stream.of(framing(), pings(), reserved(), fragments(), utf8(), closes())
        .flatMap(rows -> rows);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void caseShouldEndAsTheRfcSays(String name, Bytes bytes, String outcome) throws Exception {
    assertThat(play(bytes.bytes.toByteArray(), Integer.MAX_VALUE)).as(name).isEqualTo(outcome);
  }

  @ParameterizedTest(name = "{0}, byte by byte")
  @MethodSource("cases")
  void byteByByteItShouldEndTheSame(String name, Bytes bytes, String outcome) throws Exception {
    // The long ones in larger pieces, since each is a turn of the server's.
    int piece = bytes.bytes.size() > 1_000 ? 977 : 1;
    assertThat(play(bytes.bytes.toByteArray(), piece)).as(name).isEqualTo(outcome);
  }

  @ParameterizedTest(name = "{0}, permessage-deflate")
  @MethodSource("cases")
  void whereMessagesMayBeCompressedItShouldEndTheSame(String name, Bytes bytes, String outcome)
      throws Exception {
    assertThat(play(bytes.bytes.toByteArray(), Integer.MAX_VALUE, OFFER))
        .as(name)
        .isEqualTo(outcome);
  }

  /** RFC 7692. */
  private static Stream<Arguments> compressed() {
    byte[] hello = packed(HELLO);
    byte[] start = Arrays.copyOf(hello, 20);
    byte[] end = Arrays.copyOfRange(hello, 20, hello.length);
    byte[] notUtf8 = packed(new String(helloWith("c3 28"), ISO_8859_1));
    return Stream.of(
        row("12 compressed text", frame(FIN | RSV1 | TEXT, hello), HEARD),
        row(
            "12 as much as may be",
            frame(FIN | RSV1 | TEXT, packed(hello(MAX_FRAME_BYTES))),
            HEARD),
        row(
            "12 a byte more",
            frame(FIN | RSV1 | TEXT, packed(hello(MAX_FRAME_BYTES + 1))),
            TOO_BIG),
        row(
            "12 sixteen MiB in few bytes",
            frame(FIN | RSV1 | TEXT, packed("a".repeat(16 << 20))),
            TOO_BIG),
        row("12 no deflate", frame(FIN | RSV1 | TEXT, new byte[] {-1, 1, 2}), PROTOCOL_ERROR),
        row("12 empty", frame(FIN | RSV1 | TEXT, new byte[] {0}), "close 4502"),
        row("12 not UTF-8", frame(FIN | RSV1 | TEXT, notUtf8), NOT_UTF8),
        row("12 binary", frame(FIN | RSV1 | BINARY, hello), "close 1003"),
        row("12 in two frames", frame(RSV1 | TEXT, start).frame(FIN, end), HEARD),
        row(
            "12 a ping between",
            frame(RSV1 | TEXT, start).frame(FIN | PING, "a").frame(FIN, end),
            "hello heard, pong a, " + GOES_ON),
        row(
            "12 the bit in a continuation",
            frame(RSV1 | TEXT, start).frame(FIN | RSV1, end),
            PROTOCOL_ERROR),
        row(
            "12 the bit in a continuation alone",
            frame(TEXT, HELLO.substring(0, 9)).frame(FIN | RSV1, HELLO.substring(9)),
            PROTOCOL_ERROR),
        row("12 a compressed ping", frame(FIN | RSV1 | PING, "a"), PROTOCOL_ERROR),
        row("12 a compressed close", frame(FIN | RSV1 | CLOSE, ""), PROTOCOL_ERROR),
        row("12 the bit beside", frame(FIN | RSV1 | 0x20 | TEXT, hello), PROTOCOL_ERROR),
        row("12 more than may be, packed", frame(FIN | RSV1 | TEXT, noise()), TOO_BIG));
  }

  private static byte[] noise() {
    byte[] noise = new byte[MAX_FRAME_BYTES + 1];
    new Random(1).nextBytes(noise);
    return noise;
  }

  /** As ISO 8859-1, so that it can be no UTF-8. */
  private static byte[] packed(String text) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(text.getBytes(ISO_8859_1));
    byte[] bytes = new byte[text.length() + 100];
    int length = deflater.deflate(bytes, 0, bytes.length, Deflater.SYNC_FLUSH);
    deflater.end();
    return Arrays.copyOf(bytes, length - 4);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("compressed")
  void compressedCaseShouldEndAsTheRfcSays(String name, Bytes bytes, String outcome)
      throws Exception {
    assertThat(play(bytes.bytes.toByteArray(), Integer.MAX_VALUE, OFFER))
        .as(name)
        .isEqualTo(outcome);
    assertThat(play(bytes.bytes.toByteArray(), 7, OFFER)).as(name).isEqualTo(outcome);
  }

  private static String play(byte[] bytes, int piece) throws IOException {
    return play(bytes, piece, "");
  }

  /**
   * What the server says to these bytes, sent in pieces, and to a ping behind them.
   *
   * @param offer a line of the handshake
   */
  private static String play(byte[] bytes, int piece, String offer) throws IOException {
    List<String> said = new ArrayList<>();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      socket.getOutputStream().write((Wire.REQUEST + offer + "\r\n").getBytes(UTF_8));
      readHead(in);
      int heard = heard();
      write(socket, bytes, piece);
      write(socket, Wire.masked(FIN | PING, "probe".getBytes(UTF_8)), piece);
      String last;
      do {
        last = readFrame(in);
        said.add(last);
      } while (!last.equals(GOES_ON) && !last.startsWith("close"));
      if (heard() > heard) {
        said.addFirst("hello heard");
      }
      end(socket, in, last);
    }
    return String.join(", ", said);
  }

  private static int heard() {
    return (int) List.copyOf(LOG.records).stream().filter(each -> each.startsWith("up ")).count();
  }

  private static void write(Socket socket, byte[] bytes, int piece) throws IOException {
    try {
      for (int at = 0; at < bytes.length; at += Math.min(piece, bytes.length - at)) {
        socket.getOutputStream().write(bytes, at, Math.min(piece, bytes.length - at));
      }
    } catch (SocketException e) {
      // The server has closed already; what it said is still to be read.
    }
  }

  /**
   * Ends the connection as it should; nothing may come behind a close. Who broke the rules has 2 s
   * to read why, for which nobody waits here.
   */
  private static void end(Socket socket, DataInputStream in, String last) throws IOException {
    write(socket, Wire.masked(FIN | CLOSE, new byte[] {3, (byte) 0xe8}), Integer.MAX_VALUE);
    if (last.equals(GOES_ON)) {
      assertThat(readFrame(in)).isEqualTo("close 1000");
    } else {
      socket.setSoTimeout(10);
    }
    try {
      assertThat(in.read()).isEqualTo(-1);
    } catch (SocketException e) {
      assertThat(e).hasMessage("Connection reset");
    } catch (SocketTimeoutException e) {
      assertThat(last).startsWith("close");
    }
  }

  private static String readHead(DataInputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(UTF_8).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException(head.toString(UTF_8));
      }
      head.write(next);
    }
    return head.toString(UTF_8);
  }

  /** {@code pong PAYLOAD} or {@code close CODE}, and legal as a server's frame. */
  private static String readFrame(DataInputStream in) throws IOException {
    int head = in.readUnsignedByte();
    int length = in.readUnsignedByte();
    assertThat(length).as("unmasked, and no more than a control frame may have").isLessThan(126);
    byte[] payload = in.readNBytes(length);
    return switch (head) {
      case FIN | PONG -> "pong " + new String(payload, UTF_8);
      case FIN | CLOSE -> "close " + (((payload[0] & 0xff) << 8) | (payload[1] & 0xff));
      default -> "frame 0x" + Integer.toHexString(head);
    };
  }

  private static Stream<Arguments> handshakes() {
    return Stream.of(
        Arguments.of("as it should be", "", "", "101"),
        Arguments.of("tokens in other letters", "Upgrade: websocket", "UPGRADE: WebSocket", "101"),
        Arguments.of("more tokens", "keep-alive, Upgrade", "foo, upgrade", "101"),
        Arguments.of("a list of upgrades", "Upgrade: websocket", "Upgrade: h2c, websocket", "101"),
        Arguments.of("no Upgrade", "Upgrade: websocket\r\n", "", "426"),
        Arguments.of("another Upgrade", "Upgrade: websocket", "Upgrade: h2c", "426"),
        Arguments.of("no Connection", "Connection: keep-alive, Upgrade\r\n", "", "426"),
        Arguments.of("another Connection", "keep-alive, Upgrade", "keep-alive", "426"),
        Arguments.of("an older version", "Version: 13", "Version: 8", "426"),
        Arguments.of("a newer version", "Version: 13", "Version: 14", "426"),
        Arguments.of("no version", "Sec-WebSocket-Version: 13\r\n", "", "426"),
        Arguments.of("no key", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", "400"),
        Arguments.of("a short key", "dGhlIHNhbXBsZSBub25jZQ==", "dGhl", "400"),
        Arguments.of("a key that is none", "dGhlIHNhbXBsZSBub25jZQ==", "?".repeat(24), "400"),
        Arguments.of("HTTP/1.0", "HTTP/1.1", "HTTP/1.0", "400"),
        Arguments.of("no host", "Host: x\r\n", "", "400"),
        Arguments.of("another method", "GET /", "POST /", "405"),
        Arguments.of("another protocol", "Host: x", "Host: x\r\nSec-WebSocket-Protocol: y", "400"),
        Arguments.of(
            "extensions that nobody here has",
            "Host: x",
            "Host: x\r\nSec-WebSocket-Extensions: x-a; b=1, x-c",
            "101"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("handshakes")
  void handshakeShouldBeAnsweredAsTheRfcSays(
      String name, String part, String instead, String status) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      // When
      socket.setSoTimeout(10_000);
      String request = Wire.REQUEST.replace(part, instead) + "\r\n";
      socket.getOutputStream().write(request.getBytes(UTF_8));
      String head = readHead(new DataInputStream(socket.getInputStream()));

      // Then
      assertThat(head).as(name).startsWith("HTTP/1.1 " + status + " ");
      if (status.equals("101")) {
        assertThat(head)
            .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
            .doesNotContainIgnoringCase("sec-websocket-extensions");
      }
      if (status.equals("426")) {
        assertThat(head)
            .containsIgnoringCase("upgrade: websocket\r\n")
            .containsIgnoringCase("sec-websocket-version: 13\r\n");
      }
    }
  }
}
