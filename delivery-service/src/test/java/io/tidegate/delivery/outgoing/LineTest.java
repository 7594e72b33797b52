package io.tidegate.delivery.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.tidegate.contract.tls.ClientTls;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.webhook.EndpointUrl;
import io.tidegate.contract.webhook.Networks;
import io.tidegate.delivery.webhook.Result;
import io.tidegate.testtls.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests to hosts that do as they like, over real sockets. */
final class LineTest {
  private static final Networks LOOPBACK = Networks.parse(Networks.LOOPBACK);
  private static final String NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n";

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = loops.next();
  private final AtomicInteger lookups = new AtomicInteger();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
  }

  private Outgoing outgoing(Networks networks, SSLContext tls, Outgoing.Lookup lookup) {
    return new Outgoing(
        new Outgoing.Settings(
            NioSocketChannel.class,
            networks,
            tls,
            TimeUnit.SECONDS.toNanos(2),
            TimeUnit.MILLISECONDS.toNanos(1_500),
            TimeUnit.SECONDS.toNanos(30),
            TimeUnit.MINUTES.toNanos(5),
            1024),
        host -> {
          lookups.incrementAndGet();
          return lookup.of(host);
        });
  }

  private Outgoing plain() throws Exception {
    return outgoing(LOOPBACK, SSLContext.getDefault(), LineTest::toLoopback);
  }

  private static InetAddress[] toLoopback(String host) throws UnknownHostException {
    return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
  }

  private Line line(Outgoing outgoing, String url) {
    return new Line(
        outgoing,
        "default",
        EndpointUrl.parse(url, true),
        loop,
        System::nanoTime,
        () -> Duration.ofDays(1).toMillis());
  }

  private Answer post(Line line) throws Exception {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    loop.execute(
        () ->
            line.post(
                "{\"n\":1}".getBytes(UTF_8),
                Map.of("content-type", "application/json", "webhook-id", "msg_1"),
                answer::complete));
    return answer.get(10, TimeUnit.SECONDS);
  }

  @Test
  void requestShouldBeWholeAndItsConnectionKept() throws Exception {
    try (Host host = Host.answering(NO_CONTENT);
        Outgoing outgoing = plain()) {
      // Given
      Line line = line(outgoing, "http://hooks.test:" + host.port() + "/a%20b?c=d");

      // When
      Answer first = post(line);
      Answer second = post(line);

      // Then
      assertThat(List.of(first.result(), second.result())).containsOnly(Result.TAKEN);
      assertThat(host.connections()).isEqualTo(1);
      assertThat(lookups).hasValue(1);
      assertThat(host.request())
          .startsWith("POST /a%20b?c=d HTTP/1.1\r\n")
          .containsIgnoringCase("host: hooks.test:" + host.port() + "\r\n")
          .containsIgnoringCase("content-length: 7\r\n")
          .containsIgnoringCase("webhook-id: msg_1\r\n")
          .endsWith("\r\n\r\n{\"n\":1}");
    }
  }

  @Test
  void answersShouldHaveTheirMeaning() throws Exception {
    for (Map.Entry<String, Result> each :
        Map.of(
                "HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n", Result.GONE,
                "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
                    Result.FAILED,
                "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", Result.LATER,
                "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n", Result.REFUSED,
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
                    Result.TAKEN,
                "HTTP/1.0 200 OK\r\n\r\nuntil the end", Result.TAKEN,
                "SSH-2.0-OpenSSH\r\n\r\n", Result.UNREACHABLE)
            .entrySet()) {
      try (Host host = Host.closing(each.getKey());
          Outgoing outgoing = plain()) {
        assertThat(post(line(outgoing, "http://h:" + host.port())).result())
            .as(each.getKey())
            .isEqualTo(each.getValue());
      }
    }
  }

  @Test
  void retryAfterShouldBeTold() throws Exception {
    try (Host host =
            Host.answering("HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n");
        Outgoing outgoing = plain()) {
      Answer answer = post(line(outgoing, "http://h:" + host.port()));
      assertThat(answer.result()).isEqualTo(Result.FAILED);
      assertThat(answer.retryAfterNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(7));
      assertThat(answer.status()).isEqualTo(503);
    }
  }

  @Test
  void hostThatSaysNothingShouldBeLate() throws Exception {
    try (Host host = Host.answering("");
        Outgoing outgoing = plain()) {
      assertThat(post(line(outgoing, "http://h:" + host.port())).result())
          .isEqualTo(Result.TIMEOUT);
    }
  }

  @Test
  void headShouldCountWhereTheBodyNeverEndsOrIsTooLong() throws Exception {
    try (Host endless = Host.answering("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx");
        Host large =
            Host.answering("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n" + "x".repeat(5_000));
        Outgoing outgoing = plain()) {
      Line line = line(outgoing, "http://h:" + large.port());
      assertThat(post(line).result()).isEqualTo(Result.TAKEN);
      assertThat(post(line).result()).isEqualTo(Result.TAKEN);
      assertThat(large.connections()).isEqualTo(2);
      assertThat(post(line(outgoing, "http://h:" + endless.port())).result())
          .isEqualTo(Result.TAKEN);
    }
  }

  @Test
  void connectionThatWasClosedMeanwhileShouldBeNobodysFailure() throws Exception {
    try (Host host = Host.closing(NO_CONTENT);
        Outgoing outgoing = plain()) {
      Line line = line(outgoing, "http://h:" + host.port());
      for (int i = 0; i < 5; i++) {
        assertThat(post(line).result()).isEqualTo(Result.TAKEN);
      }
      assertThat(host.connections()).isGreaterThan(1);
    }
  }

  @Test
  void addressThatMayNotBeAskedShouldBeAskedNothing() throws Exception {
    try (Host host = Host.answering(NO_CONTENT);
        Outgoing outgoing =
            outgoing(Networks.PUBLIC, SSLContext.getDefault(), LineTest::toLoopback)) {
      // When
      Answer answer = post(line(outgoing, "http://innocent.test:" + host.port()));

      // Then
      assertThat(answer.result()).isEqualTo(Result.FORBIDDEN);
      assertThat(answer.detail()).isEqualTo("127.0.0.1 is loopback");
      assertThat(host.connections()).isZero();
    }
  }

  @Test
  void onlyAddressesThatPassedShouldBeAskedHoweverOftenTheNameChanges() throws Exception {
    // Given a name that is allowed when it is first looked up, and never again
    try (Host host = Host.closing(NO_CONTENT);
        Outgoing outgoing =
            outgoing(
                Networks.parse("127.0.0.1/32"),
                SSLContext.getDefault(),
                _ ->
                    new InetAddress[] {
                      InetAddress.ofLiteral("127.0.0.2"),
                      InetAddress.ofLiteral(lookups.get() == 1 ? "127.0.0.1" : "10.0.0.1")
                    })) {
      Line line = line(outgoing, "http://rebinding.test:" + host.port());

      // When // Then
      assertThat(post(line).result()).isEqualTo(Result.TAKEN);
      assertThat(post(line).result()).isEqualTo(Result.FORBIDDEN);
      assertThat(host.connections()).isEqualTo(1);
    }
  }

  private static int shutPort() throws IOException {
    try (ServerSocket shut = new ServerSocket(0)) {
      return shut.getLocalPort();
    }
  }

  @Test
  void nameThatIsNotKnownAndPortThatIsShutShouldBeUnreachable() throws Exception {
    try (Outgoing unknown =
            outgoing(
                LOOPBACK,
                SSLContext.getDefault(),
                _ -> {
                  throw new UnknownHostException();
                });
        Outgoing outgoing = plain()) {
      int port = shutPort();
      assertThat(post(line(unknown, "http://nowhere.test/")).result())
          .isEqualTo(Result.UNREACHABLE);
      assertThat(post(line(outgoing, "http://h:" + port)).result()).isEqualTo(Result.UNREACHABLE);
    }
  }

  @Test
  void certificateShouldBeForTheNameThatWasAskedFor() throws Exception {
    // Given
    TestAuthority authority = TestAuthority.create("hooks");
    Path ca = authority.write(folder);
    var _ = authority.issue("localhost").write(folder);
    SSLContext server =
        ClientTls.context(
            new TlsFiles("TEST_", folder.resolve("cert.pem"), folder.resolve("key.pem"), ca));
    SSLContext client = ClientTls.context(new TlsFiles("TEST_", null, null, ca));
    try (Host host = Host.secure(server.getServerSocketFactory(), NO_CONTENT);
        Outgoing trusting = outgoing(LOOPBACK, client, LineTest::toLoopback);
        Outgoing wary = plain()) {
      // When // Then
      assertThat(post(line(trusting, "https://localhost:" + host.port())).result())
          .isEqualTo(Result.TAKEN);
      assertThat(post(line(trusting, "https://other.test:" + host.port())).result())
          .isEqualTo(Result.UNREACHABLE);
      assertThat(post(line(wary, "https://localhost:" + host.port())).result())
          .isEqualTo(Result.UNREACHABLE);
    }
  }
}
