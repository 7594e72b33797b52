package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Nchan, a module of nginx that pushes: Debian's, with two worker processes. Messages come by HTTP,
 * in requests that follow each other on one connection without waiting, because it has no other
 * way. Who asks for {@code /all} gets what is for all, who asks for {@code /sub/N} what is for N.
 */
final class Nchan implements PushSender, AutoCloseable {
  static final String ALL = "/all";
  static final String ONE = "/sub/";

  private static final Path NGINX = Path.of("/usr/sbin/nginx");
  private static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");
  private static final Duration START = Duration.ofSeconds(20);

  private final BenchProcess process;
  private final int port;
  private final int connections;
  private final byte[] text;
  private final int time;
  private final Socket publisher;
  private final ByteArrayOutputStream requests = new ByteArrayOutputStream();
  private final byte[] answers = new byte[64 * 1024];
  private int asked;

  private Nchan(BenchProcess process, int port, int connections, int dataBytes) throws Exception {
    this.process = process;
    this.port = port;
    this.connections = connections;
    byte[] frame = BareDelivery.frame(dataBytes);
    int json = InboxTemplate.find(frame, "{\"op\"".getBytes(UTF_8), 0);
    this.text = java.util.Arrays.copyOfRange(frame, json, frame.length);
    this.time = InboxTemplate.find(text, "\"t\":\"".getBytes(UTF_8), 0) + 5;
    this.publisher = connect(port);
  }

  /** Null: it is not installed. */
  static @Nullable Nchan start(Path folder, int connections, int dataBytes) throws Exception {
    if (!Files.exists(NGINX) || !Files.exists(MODULE)) {
      return null;
    }
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path settings = folder.resolve("nginx.conf");
    Files.writeString(
        settings,
        """
        load_module %s;
        user root;
        worker_processes 2;
        worker_rlimit_nofile 20000;
        daemon off;
        pid nginx.pid;
        error_log stderr error;
        events { worker_connections 19000; }
        http {
          access_log off;
          keepalive_requests 1000000000;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          nchan_shared_memory_size 512M;
          server {
            listen 127.0.0.1:%d backlog=4096;
            tcp_nodelay on;
            nchan_subscriber_first_message newest;
            nchan_message_buffer_length 0;
            location = /all { nchan_subscriber websocket; nchan_channel_id all; }
            location = /pub/all { nchan_publisher; nchan_channel_id all; }
            location ~ ^/sub/(\\d+)$ { nchan_subscriber websocket; nchan_channel_id $1; }
            location ~ ^/pub/(\\d+)$ { nchan_publisher; nchan_channel_id $1; }
          }
        }
        """
            .formatted(MODULE, port));
    BenchProcess process =
        new BenchProcess(
            folder,
            "nginx",
            Map.of(),
            List.of(NGINX.toString(), "-p", folder.toString(), "-c", settings.toString()));
    try {
      return new Nchan(process, port, connections, dataBytes);
    } catch (IOException e) {
      process.close();
      throw new IllegalStateException("nginx does not run: " + process.printed(), e);
    }
  }

  private static Socket connect(int port) throws Exception {
    long deadline = System.nanoTime() + START.toNanos();
    while (true) {
      try {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        return socket;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  int port() {
    return port;
  }

  BenchProcess process() {
    return process;
  }

  @Override
  public int connections() {
    return connections;
  }

  @Override
  public void all() throws IOException {
    post("all");
  }

  @Override
  public void push(int connection, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      post(Integer.toString(connection));
    }
  }

  private void post(String channel) throws IOException {
    InboxTemplate.digits(text, time, InboxTemplate.TIME_DIGITS, System.nanoTime());
    String head =
        "POST /pub/%s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
            .formatted(channel, text.length);
    requests.write(head.getBytes(UTF_8));
    requests.write(text);
    asked++;
  }

  /** Sends the requests and reads as many answers. */
  @Override
  public void hand() throws IOException {
    OutputStream out = publisher.getOutputStream();
    InputStream in = publisher.getInputStream();
    Thread writer = null;
    byte[] all = requests.toByteArray();
    requests.reset();
    if (all.length > 32 * 1024) {
      // More than the sockets hold: who only writes could wait for who only writes.
      writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      out.write(all);
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  });
    } else {
      out.write(all);
    }
    int answered = 0;
    int matched = 0;
    byte[] begin = "HTTP/1.1 20".getBytes(UTF_8);
    while (answered < asked) {
      int got = in.read(answers);
      if (got < 0) {
        throw new IOException("nginx closed the connection of the publisher");
      }
      for (int i = 0; i < got; i++) {
        matched = answers[i] == begin[matched] ? matched + 1 : answers[i] == begin[0] ? 1 : 0;
        if (matched == begin.length) {
          answered++;
          matched = 0;
        }
      }
    }
    asked = 0;
    if (writer != null) {
      try {
        writer.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    try {
      publisher.close();
    } catch (IOException e) {
      // It is gone anyway.
    }
    process.close();
  }
}
