package io.tidegate.delivery.outgoing;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import io.tidegate.contract.webhook.EndpointUrl;
import io.tidegate.delivery.webhook.Result;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint's way to its host: one request at a time over at most one connection, which is kept
 * for the next. HTTP/1.1; redirects are not followed, and of an answer only its head is looked at.
 * On its event loop's thread alone.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails closes its channel, and is heard there.
public final class Line {
  private static final int LINE_CHARS = 4096;
  private static final int HEAD_BYTES = 16 * 1024;
  private static final int CHUNK_BYTES = 8192;

  /** Addresses of a host that are tried for one request. */
  private static final int MOST_ADDRESSES = 3;

  private final Outgoing outgoing;
  private final String tenant;
  private final EndpointUrl url;
  private final EventLoop loop;
  private final LongSupplier clock;
  private final LongSupplier wallMillis;

  private @Nullable Exchange current;

  /** That has ended, which has still to be told. */
  private @Nullable Exchange ended;

  private @Nullable Channel channel;
  private long connectedAt;
  private @Nullable Future<?> idle;

  /** A request and what is still to come of it. */
  private static final class Exchange {
    final byte[] body;
    final Map<String, String> fields;
    final Consumer<Answer> done;
    @Nullable Future<?> deadline;
    Lookups<Outgoing.Found>.@Nullable Asked asked;

    /** Whether it went out on a connection that was kept, which may have been closed meanwhile. */
    boolean onKept;

    Exchange(byte[] body, Map<String, String> fields, Consumer<Answer> done) {
      this.body = body;
      this.fields = fields;
      this.done = done;
    }
  }

  /**
   * @param tenant whose endpoint it is
   * @param clock nanoseconds
   * @param wallMillis epoch milliseconds
   */
  public Line(
      Outgoing outgoing,
      String tenant,
      EndpointUrl url,
      EventLoop loop,
      LongSupplier clock,
      LongSupplier wallMillis) {
    this.outgoing = outgoing;
    this.tenant = tenant;
    this.url = url;
    this.loop = loop;
    this.clock = clock;
    this.wallMillis = wallMillis;
  }

  /**
   * Only when the one before has ended.
   *
   * @param fields of the head, beside {@code Host} and {@code Content-Length}
   * @param done told once, later and never within this call
   */
  public void post(byte[] body, Map<String, String> fields, Consumer<Answer> done) {
    if (current != null || ended != null) {
      throw new IllegalStateException("a request is under way");
    }
    Exchange exchange = new Exchange(body, fields, done);
    current = exchange;
    long timeout = outgoing.settings().timeout();
    exchange.deadline = loop.schedule(() -> late(exchange), timeout, TimeUnit.NANOSECONDS);
    cancel(idle);
    Channel kept = channel;
    if (kept != null
        && kept.isActive()
        && clock.getAsLong() - connectedAt < outgoing.settings().age()) {
      exchange.onKept = true;
      write(exchange, kept);
    } else {
      disconnect();
      dial(exchange);
    }
  }

  private void dial(Exchange exchange) {
    exchange.asked =
        outgoing.find(
            tenant,
            url.host(),
            loop,
            found -> {
              if (exchange == current) {
                exchange.asked = null;
                switch (found) {
                  case Outgoing.Found.None(Answer why) -> end(exchange, why);
                  case Outgoing.Found.Some(List<InetAddress> some) -> connect(exchange, some, 0);
                }
              }
            });
  }

  private void connect(Exchange exchange, List<InetAddress> addresses, int index) {
    ChannelFuture connecting =
        new Bootstrap()
            .group(loop)
            .channel(outgoing.settings().channel())
            .disableResolver()
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) TimeUnit.NANOSECONDS.toMillis(outgoing.settings().connect()))
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel made) {
                    if (url.secure()) {
                      made.pipeline().addLast(new SslHandler(engine()));
                    }
                    made.pipeline()
                        .addLast(new HttpClientCodec(LINE_CHARS, HEAD_BYTES, CHUNK_BYTES))
                        .addLast(new AnswerReader(Line.this, wallMillis));
                  }
                })
            .connect(new InetSocketAddress(addresses.get(index), url.port()));
    connecting.addListener(
        (ChannelFuture connected) -> {
          if (exchange != current) {
            connected.channel().close();
          } else if (connected.isSuccess()) {
            channel = connected.channel();
            connectedAt = clock.getAsLong();
            write(exchange, connected.channel());
          } else if (index + 1 < Math.min(addresses.size(), MOST_ADDRESSES)) {
            connect(exchange, addresses, index + 1);
          } else {
            end(exchange, Answer.failed(Result.UNREACHABLE, reason(connected.cause())));
          }
        });
  }

  /** That checks whose certificate it is shown, by the name that was asked for. */
  private SSLEngine engine() {
    SSLEngine engine = outgoing.settings().tls().createSSLEngine(url.host(), url.port());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return engine;
  }

  private void write(Exchange exchange, Channel to) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.POST,
            url.target(),
            Unpooled.wrappedBuffer(exchange.body));
    request.headers().set(HttpHeaderNames.HOST, url.authority());
    exchange.fields.forEach((name, value) -> request.headers().set(name, value));
    request.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, exchange.body.length);
    to.writeAndFlush(request);
  }

  private void late(Exchange exchange) {
    if (exchange != current) {
      return;
    }
    if (forget(exchange)) {
      end(
          exchange,
          Answer.failed(Result.CROWDED, "too many names are being looked up by this worker"));
      return;
    }
    Channel there = channel;
    Answer partly = there == null ? null : there.pipeline().get(AnswerReader.class).headSoFar();
    disconnect();
    end(
        exchange,
        partly != null
            ? partly
            : Answer.failed(
                Result.TIMEOUT,
                "no answer in "
                    + TimeUnit.NANOSECONDS.toMillis(outgoing.settings().timeout())
                    + " ms"));
  }

  // From the reader.

  @SuppressWarnings("ReferenceEquality") // That very one.
  boolean isOf(Channel some) {
    return some == channel;
  }

  boolean isWaiting() {
    return current != null;
  }

  int mostAnswerBytes() {
    return outgoing.settings().answerBytes();
  }

  /**
   * @param again whether the connection will do for another request
   */
  void answered(Answer answer, boolean again) {
    Exchange exchange = current;
    if (!again) {
      disconnect();
    } else {
      idle = loop.schedule(this::leave, outgoing.settings().idle(), TimeUnit.NANOSECONDS);
    }
    if (exchange != null) {
      end(exchange, answer);
    }
  }

  /** The connection ended without an answer. */
  void broken(Throwable cause) {
    disconnect();
    Exchange exchange = current;
    if (exchange == null) {
      return;
    }
    if (exchange.onKept) {
      // Most likely it was closed for being idle, as this request came; that is nobody's failure.
      exchange.onKept = false;
      dial(exchange);
    } else {
      end(exchange, Answer.failed(Result.UNREACHABLE, reason(cause)));
    }
  }

  private void end(Exchange exchange, Answer answer) {
    current = null;
    ended = exchange;
    cancel(exchange.deadline);
    // Later, for whoever is told may post again, and that may end as soon.
    try {
      loop.execute(
          () -> {
            if (exchange == ended) {
              ended = null;
              exchange.done.accept(answer);
            }
          });
    } catch (RejectedExecutionException e) {
      ended = null; // the loop has ended, and all on it
    }
  }

  /** Whether it waited for a name that had not begun to be looked up; it waits no longer. */
  private static boolean forget(Exchange exchange) {
    var asked = exchange.asked;
    exchange.asked = null;
    return asked != null && asked.cancel();
  }

  private void leave() {
    if (current == null) {
      disconnect();
    }
  }

  private void disconnect() {
    cancel(idle);
    idle = null;
    Channel there = channel;
    channel = null;
    if (there != null) {
      there.close();
    }
  }

  private static void cancel(@Nullable Future<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private static String reason(@Nullable Throwable cause) {
    Throwable root = cause;
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    return root == null
        ? "the connection was closed"
        : root.getClass().getSimpleName()
            + (root.getMessage() == null ? "" : ": " + root.getMessage());
  }

  /** Cuts the connection; a request that is under way has no end. */
  public void close() {
    Exchange exchange = current;
    current = null;
    ended = null;
    if (exchange != null) {
      cancel(exchange.deadline);
      boolean _ = forget(exchange);
    }
    disconnect();
  }
}
