package io.tidegate.client;

import static io.tidegate.client.rule.Frames.welcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.client.link.Dialer;
import io.tidegate.client.link.Hello;
import io.tidegate.client.link.Link;
import io.tidegate.client.link.LinkListener;
import io.tidegate.client.protocol.Message;
import io.tidegate.client.protocol.Mode;
import io.tidegate.client.protocol.Transport;
import io.tidegate.client.rule.End;
import io.tidegate.client.rule.Frame;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A client whose connections, time and chance a test holds in its hand. */
final class HeldClient implements Dialer {
  final HandLoop loop = new HandLoop();
  final List<HeldLink> links = new ArrayList<>();
  final List<State> states = new ArrayList<>();
  final List<TidegateException> errors = new ArrayList<>();

  /** Ids of messages, and {@code missed}. */
  final List<String> handled = new ArrayList<>();

  /** Who asked whether a WebSocket gets through. */
  final List<Consumer<Boolean>> probes = new ArrayList<>();

  final Client client;

  HeldClient() {
    this(options -> options);
  }

  HeldClient(UnaryOperator<TidegateBuilder> more) {
    TidegateBuilder builder =
        Tidegate.builder(URI.create("http://h"))
            .user("alice")
            .onMessage(message -> handled.add(name(message)))
            .onMissed(() -> handled.add("missed"))
            .onState(states::add)
            .onError(errors::add);
    client = new Client(more.apply(builder).options(), loop, this, Runnable::run);
    client.begin();
    loop.settle();
  }

  static String name(Message message) {
    return message.id();
  }

  /** A connection that does what the test says. */
  static final class HeldLink implements Link {
    final Transport transport;
    final LinkListener listener;
    final List<Long> acks = new ArrayList<>();
    final List<String> tokens = new ArrayList<>();
    @Nullable Hello hello;

    /** {@code in order}, {@code at once}, or empty while it stands. */
    String ended = "";

    int more;

    HeldLink(Transport transport, LinkListener listener) {
      this.transport = transport;
      this.listener = listener;
      if (transport != Transport.WEBSOCKET) {
        hello = listener.hello();
      }
    }

    void open() {
      if (transport == Transport.WEBSOCKET) {
        hello = listener.hello();
      }
    }

    @Override
    public boolean hearsPings() {
      return transport != Transport.POLL;
    }

    @Override
    public boolean showsTokens() {
      return transport == Transport.WEBSOCKET;
    }

    @Override
    public void ack(long seq, String session) {
      acks.add(seq);
    }

    @Override
    public void token(String token) {
      tokens.add(token);
    }

    @Override
    public void more() {
      more++;
    }

    @Override
    public CompletableFuture<Void> end(boolean now) {
      ended = ended.isEmpty() ? now ? "at once" : "in order" : ended;
      return CompletableFuture.completedFuture(null);
    }
  }

  @Override
  public Link dial(Transport transport, LinkListener listener) {
    HeldLink link = new HeldLink(transport, listener);
    links.add(link);
    return link;
  }

  @Override
  public void reaches(Consumer<Boolean> answer) {
    probes.add(answer);
  }

  /** The newest. */
  HeldLink link() {
    return links.get(links.size() - 1);
  }

  /** Lets the newest link open, and begin a session. */
  void stand(long seq) {
    stand(Mode.RESUMED, seq);
  }

  void stand(Mode mode, long seq) {
    loop.settle();
    link().open();
    come(welcome(mode, seq));
  }

  void come(Frame... frames) {
    for (Frame frame : frames) {
      link().listener.heard(frame);
    }
    loop.settle();
  }

  void end(End end) {
    link().listener.ended(end);
    loop.settle();
  }

  /** Time passes, in which the other side gives signs of life. */
  void live(long millis) {
    for (long left = millis; left > 0; left -= 50_000) {
      link().listener.alive();
      loop.pass(Math.min(left, 50_000));
    }
  }

  /** The newest link ends, and time passes until the next one begins. */
  void again(End end) {
    int before = links.size();
    end(end);
    assertThat(client.state()).isInstanceOf(State.Waiting.class);
    loop.pass(((State.Waiting) client.state()).delay().toMillis());
    assertThat(links).hasSize(before + 1);
  }
}
