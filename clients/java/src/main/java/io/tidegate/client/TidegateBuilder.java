package io.tidegate.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.client.protocol.Transport;
import io.tidegate.client.protocol.Urgency;
import io.tidegate.client.rule.Bounds;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Tidegate} is to be told. Only a handler of messages, and a user or a token, are
 * required. What is not what it may be throws an {@link IllegalArgumentException} that names the
 * field and the reason.
 */
public final class TidegateBuilder {
  private static final System.Logger LOGGER = System.getLogger(Tidegate.class.getName());

  private static final int MAX_USER_BYTES = 256;
  private static final int MAX_DEVICE_CHARS = 128;
  private static final int MAX_WINDOW = 4_096;
  private static final Duration MAX_RETRY = Duration.ofMinutes(10);
  private static final Pattern TOKEN = Pattern.compile("[!-~]{1,8192}");
  private static final String WANT_URI = "want http, https, ws or wss, no user, query or fragment";

  private final String base;
  private @Nullable String user;
  private @Nullable String device;
  private @Nullable String token;
  private @Nullable TokenSource tokens;
  private @Nullable AsyncMessageHandler onMessage;
  private MissedHandler onMissed = () -> {};
  private Consumer<State> onState = state -> {};
  private Consumer<TidegateException> onError =
      error -> LOGGER.log(System.Logger.Level.WARNING, "Tidegate", error);
  private CursorStore store = CursorStore.memory();
  private int window = 256;
  private @Nullable Urgency urgency;
  private List<Transport> transports = List.of(Transport.values());
  private Bounds bounds = Bounds.DEFAULT;
  private @Nullable Executor executor;
  private @Nullable HttpClient http;

  TidegateBuilder(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean isGood =
        Pattern.matches("(http|ws)s?", scheme)
            && uri.getHost() != null
            && uri.getRawUserInfo() == null
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null;
    need(isGood, "uri", WANT_URI);
    String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
    this.base = scheme.replace("ws", "http") + "://" + uri.getRawAuthority() + path;
  }

  /**
   * Whose messages: 1 to 256 bytes of UTF-8, no control characters. A token may name it instead.
   */
  public TidegateBuilder user(String user) {
    need(
        isText(user) && user.getBytes(UTF_8).length <= MAX_USER_BYTES,
        "user",
        "want 1 to 256 bytes, no control characters");
    this.user = user;
    return this;
  }

  /**
   * Which of the user's devices, 1 to 128 characters without control characters; {@code default} if
   * it is not said. One connection a device: the newest wins, and the older one is closed with
   * 4500.
   */
  public TidegateBuilder device(String device) {
    need(
        isText(device) && device.length() <= MAX_DEVICE_CHARS,
        "device",
        "want 1 to 128 characters, no control characters");
    this.device = device;
    return this;
  }

  /** One token, 1 to 8192 visible ASCII characters; when it ends, the client ends. */
  public TidegateBuilder token(String token) {
    this.token = checkToken(token);
    this.tokens = null;
    return this;
  }

  /** What gets tokens. */
  public TidegateBuilder tokens(TokenSource tokens) {
    this.tokens = tokens;
    this.token = null;
    return this;
  }

  public TidegateBuilder onMessage(MessageHandler handler) {
    return onMessageAsync(
        message -> {
          handler.handle(message);
          return CompletableFuture.completedFuture(null);
        });
  }

  /** In place of {@link #onMessage}. */
  public TidegateBuilder onMessageAsync(AsyncMessageHandler handler) {
    this.onMessage = handler;
    return this;
  }

  public TidegateBuilder onMissed(MissedHandler handler) {
    this.onMissed = handler;
    return this;
  }

  /**
   * Told of each change, in order, one at a time, apart from the handlers of messages. Who takes so
   * long that 256 notices wait, of states and errors together, is not told of some.
   */
  public TidegateBuilder onState(Consumer<State> listener) {
    this.onState = listener;
    return this;
  }

  /** Told what went wrong and is tried again, as {@link #onState} is; by default it is logged. */
  public TidegateBuilder onError(Consumer<TidegateException> listener) {
    this.onError = listener;
    return this;
  }

  /** Where the cursor is kept; {@link CursorStore#memory} if it is not said. */
  public TidegateBuilder store(CursorStore store) {
    this.store = store;
    return this;
  }

  /** How many messages may be under way or wait to be handled, 1 to 4096; 256 if it is not said. */
  public TidegateBuilder window(int messages) {
    need(messages >= 1 && messages <= MAX_WINDOW, "window", "want 1 to 4096");
    this.window = messages;
    return this;
  }

  /** The least urgency that is wanted; everything if it is not said. */
  public TidegateBuilder urgency(Urgency least) {
    this.urgency = least;
    return this;
  }

  /** Which transports to use, the best first, each once; all if it is not said. */
  public TidegateBuilder transports(Transport... bestFirst) {
    List<Transport> given = List.of(bestFirst);
    need(
        !given.isEmpty() && given.stream().distinct().count() == given.size(),
        "transports",
        "want one or more, each once");
    this.transports = given;
    return this;
  }

  /**
   * The bound of the first random delay before coming again, which doubles, and its most: 10 ms to
   * 10 min; 500 ms and 30 s if it is not said. What a worker asks for is kept to anyway.
   */
  public TidegateBuilder retry(Duration first, Duration most) {
    need(
        first.toMillis() >= 10 && first.compareTo(most) <= 0 && most.compareTo(MAX_RETRY) <= 0,
        "retry",
        "want 10 ms to 10 min, the first not above the most");
    this.bounds = bounds.withRetry(first.toMillis(), most.toMillis());
    return this;
  }

  TidegateBuilder bounds(Bounds given) {
    this.bounds = given;
    return this;
  }

  /**
   * Where handlers, the store and the source of tokens are called; never more than four at a time.
   * The client's own daemon threads if it is not said. It must run what it is given, and is not
   * shut down.
   */
  public TidegateBuilder executor(Executor executor) {
    this.executor = executor;
    return this;
  }

  /** The client that connections are made with: TLS and proxies are its; one of its own if not. */
  public TidegateBuilder http(HttpClient http) {
    this.http = http;
    return this;
  }

  /**
   * Begins.
   *
   * @throws IllegalArgumentException naming what is missing
   */
  public Tidegate connect() {
    Options options = options();
    return Tidegate.begin(options, http, executor);
  }

  Options options() {
    AsyncMessageHandler handler = onMessage;
    if (handler == null) {
      throw bad("onMessage", "missing");
    }
    need(user != null || token != null || tokens != null, "user", "missing, as is a token");
    return new Options(
        base,
        user,
        device,
        token,
        tokens,
        handler,
        onMissed,
        onState,
        onError,
        store,
        window,
        urgency,
        transports,
        bounds);
  }

  /**
   * @throws IllegalArgumentException if it is none that could be shown; without the token
   */
  static String checkToken(@Nullable String token) {
    if (token == null || !TOKEN.matcher(token).matches()) {
      throw bad("token", "want 1 to 8192 visible ASCII characters");
    }
    return token;
  }

  /** Whether it is a text without control characters and halves of surrogate pairs. */
  private static boolean isText(String text) {
    return !text.isEmpty()
        && text.codePoints()
            .noneMatch(c -> Character.isISOControl(c) || (c >= 0xd800 && c <= 0xdfff));
  }

  private static void need(boolean good, String field, String reason) {
    if (!good) {
      throw bad(field, reason);
    }
  }

  private static IllegalArgumentException bad(String field, String reason) {
    return new IllegalArgumentException(field + ": " + reason);
  }
}
