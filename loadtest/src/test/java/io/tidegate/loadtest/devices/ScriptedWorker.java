package io.tidegate.loadtest.devices;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/** A worker that says and hears what the test tells it to, connection by connection. */
final class ScriptedWorker implements AutoCloseable {
  private static final int WAIT_SECONDS = 10;
  private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: (\\S+)");
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: ([0-9]+)");

  private final ServerSocket listening;
  private final boolean isTls;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();

  ScriptedWorker() throws IOException {
    this(null, false);
  }

  /**
   * @param tls null: none
   * @param asksClients whoever shows no certificate gets no connection
   */
  ScriptedWorker(@Nullable ServerSocketFactory tls, boolean asksClients) throws IOException {
    ServerSocketFactory factory = tls == null ? ServerSocketFactory.getDefault() : tls;
    isTls = tls != null;
    listening = factory.createServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    if (listening instanceof SSLServerSocket secure) {
      secure.setNeedClientAuth(asksClients);
    }
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        socket.setSoTimeout(WAIT_SECONDS * 1_000);
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        peers.add(new Peer(socket));
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  URI url() {
    return URI.create((isTls ? "https" : "http") + "://127.0.0.1:" + listening.getLocalPort());
  }

  /** The next connection. */
  Peer next() throws InterruptedException {
    return requireNonNull(peers.poll(WAIT_SECONDS, TimeUnit.SECONDS), "no connection came");
  }

  /** The next connection, if it comes within that time. */
  @Nullable Peer within(long millis) throws InterruptedException {
    return peers.poll(millis, TimeUnit.MILLISECONDS);
  }

  /** The next connection's WebSocket, with its hello read. */
  Peer nextSocket() throws Exception {
    Peer peer = next();
    peer.upgrade();
    peer.hello = peer.hear();
    return peer;
  }

  /** The next connection's WebSocket, welcomed. */
  Peer nextWelcomed(String mode, long seq) throws Exception {
    Peer peer = nextSocket();
    peer.say(welcome(mode, seq));
    return peer;
  }

  static String welcome(String mode, long seq) {
    return "{'op':'welcome','epoch':'00c0ffee00c0ffee','mode':'%s','seq':%d,'head':%d,'session':'0.1'}"
        .formatted(mode, seq, seq);
  }

  /** With a message for each seq, whose id is {@code m} and its seq. */
  static String push(long prev, long... seqs) {
    StringBuilder frame = new StringBuilder("{'op':'push','prev':" + prev + ",'messages':[");
    for (int i = 0; i < seqs.length; i++) {
      frame
          .append(i == 0 ? "" : ",")
          .append("{'seq':" + seqs[i] + ",'id':'m" + seqs[i] + "','data':{'id':'no','seq':99}}");
    }
    return frame.append("]}").toString();
  }

  /** The worker's end of one connection. */
  static final class Peer {
    final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    String hello = "";

    private Peer(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    /** A request with its body. */
    String request() throws IOException {
      StringBuilder text = new StringBuilder();
      while (text.indexOf("\r\n\r\n") < 0) {
        text.append((char) in.readUnsignedByte());
      }
      Matcher length = LENGTH.matcher(text);
      if (length.find()) {
        byte[] body = new byte[Integer.parseInt(length.group(1))];
        in.readFully(body);
        text.append(new String(body, UTF_8));
      }
      return text.toString();
    }

    void upgrade() throws Exception {
      String request = request();
      Matcher key = KEY.matcher(request);
      if (!key.find()) {
        throw new AssertionError("no key in " + request);
      }
      byte[] hash =
          MessageDigest.getInstance("SHA-1")
              .digest((key.group(1) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(UTF_8));
      write(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + Base64.getEncoder().encodeToString(hash)
              + "\r\n\r\n");
    }

    void write(String text) throws IOException {
      write(text.getBytes(ISO_8859_1));
    }

    void write(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    /** A text frame, with single quotes. */
    void say(String singleQuoted) throws IOException {
      write(frame(0x81, singleQuoted.replace('\'', '"').getBytes(UTF_8)));
    }

    /** An event, with single quotes. */
    void event(String singleQuoted) throws IOException {
      write("event: x\nid: 1-2\ndata: " + singleQuoted.replace('\'', '"') + "\n\n");
    }

    void close(int code) throws IOException {
      write(frame(0x88, new byte[] {(byte) (code >> 8), (byte) code}));
    }

    static byte[] frame(int first, byte[] payload) {
      int length = payload.length;
      int head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
      byte[] frame = new byte[head + length];
      frame[0] = (byte) first;
      frame[1] = (byte) (head == 2 ? length : head == 4 ? 126 : 127);
      for (int i = 0; i < head - 2; i++) {
        frame[head - 1 - i] = (byte) (length >> (i < 4 ? 8 * i : 31));
      }
      System.arraycopy(payload, 0, frame, head, length);
      return frame;
    }

    /** The next frame, with single quotes; {@code close CODE} and {@code pong TEXT} for others. */
    String hear() throws IOException {
      int first = in.readUnsignedByte();
      int second = in.readUnsignedByte();
      if ((second & 0x80) == 0) {
        throw new AssertionError("a frame without a mask");
      }
      int length = second & 0x7f;
      if (length == 126) {
        length = in.readUnsignedShort();
      }
      byte[] mask = new byte[4];
      in.readFully(mask);
      byte[] payload = new byte[length];
      in.readFully(payload);
      for (int i = 0; i < length; i++) {
        payload[i] ^= mask[i % 4];
      }
      String text = new String(payload, UTF_8).replace('"', '\'');
      return switch (first) {
        case 0x81 -> text;
        case 0x88 -> "close " + ((payload[0] & 0xff) << 8 | (payload[1] & 0xff));
        case 0x8a -> "pong " + text;
        default -> throw new AssertionError("a frame of kind " + first);
      };
    }

    /** Whether the other side has ended it. */
    boolean isEnded() throws IOException {
      try {
        return in.read() < 0;
      } catch (SocketTimeoutException e) {
        return false;
      } catch (SocketException e) {
        return true;
      }
    }

    /** Ends without a word, with a reset. */
    void cut() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  /** Nobody listens any more, and all connections end. */
  void die() throws IOException {
    listening.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    die();
  }
}
