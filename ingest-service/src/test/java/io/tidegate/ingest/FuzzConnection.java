package io.tidegate.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends any bytes as a request, and reads the one answer to it. Fails after 20 s of silence. */
final class FuzzConnection implements AutoCloseable {
  private static final int SILENCE_MILLIS = 20_000;
  private static final int MOST_HEAD_BYTES = 64 * 1024;

  private final int port;
  private @Nullable Socket socket;

  FuzzConnection(int port) {
    this.port = port;
  }

  /**
   * @return null: the connection was closed without an answer
   */
  ContractCheck.@Nullable Response send(FuzzRequest request) throws IOException {
    boolean reused = socket != null;
    try {
      return once(request);
    } catch (EOFException | SocketException e) {
      close();
      // The server may have closed it between two requests.
      return reused ? once(request) : unanswered();
    }
  }

  private static ContractCheck.@Nullable Response unanswered() {
    return null;
  }

  private ContractCheck.Response once(FuzzRequest request) throws IOException {
    Socket open = open();
    try {
      open.getOutputStream().write(request.wire());
      if (request.endsEarly()) {
        open.shutdownOutput();
      }
    } catch (SocketException e) {
      // It was refused before all was written; the answer is there.
    }
    InputStream in = new BufferedInputStream(open.getInputStream());
    ContractCheck.Response response = read(in, request.method());
    if (!request.isOrderly()
        || response.status() == 101
        || response.headers().firstValue("connection").orElse("").equalsIgnoreCase("close")) {
      close();
    }
    return response;
  }

  private Socket open() throws IOException {
    Socket open = socket;
    if (open == null) {
      open = new Socket(InetAddress.getLoopbackAddress(), port);
      open.setSoTimeout(SILENCE_MILLIS);
      open.setTcpNoDelay(true);
      socket = open;
    }
    return open;
  }

  private static ContractCheck.Response read(InputStream in, String method) throws IOException {
    String[] head = head(in).split("\r\n", -1);
    int status = Integer.parseInt(head[0].split(" ", -1)[1]);
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (String line : List.of(head).subList(1, head.length)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.add(Map.entry(line.substring(0, colon), line.substring(colon + 1).strip()));
      }
    }
    var response = new ContractCheck.Response(status, FuzzRequest.headers(headers), "");
    boolean empty = method.equals("HEAD") || status == 101 || status == 204 || status == 304;
    byte[] body = empty ? new byte[0] : body(in, response);
    return new ContractCheck.Response(status, response.headers(), new String(body, UTF_8));
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    String text = "";
    while (!text.endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0 || head.size() > MOST_HEAD_BYTES) {
        throw new EOFException("no whole head: " + text);
      }
      head.write(b);
      if (b == '\n') {
        text = head.toString(ISO_8859_1);
      }
    }
    return text.substring(0, text.length() - 4);
  }

  private static byte[] body(InputStream in, ContractCheck.Response response) throws IOException {
    boolean chunked =
        response
            .headers()
            .firstValue("transfer-encoding")
            .orElse("")
            .toLowerCase(Locale.ROOT)
            .equals("chunked");
    if (!chunked) {
      long length = response.headers().firstValueAsLong("content-length").orElse(-1);
      return length < 0 ? in.readAllBytes() : in.readNBytes(Math.toIntExact(length));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = size(in); size > 0; size = size(in)) {
      body.writeBytes(in.readNBytes(size));
      in.skipNBytes(2);
    }
    in.skipNBytes(2);
    return body.toByteArray();
  }

  private static int size(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("a chunk ends early");
      }
      line.append((char) b);
    }
    return Integer.parseInt(line.toString().strip(), 16);
  }

  /** Another request opens it anew. */
  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
