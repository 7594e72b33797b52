package io.tidegate.client;

import io.tidegate.client.TidegateException.Source;
import io.tidegate.client.loop.Loop;
import io.tidegate.client.rule.End;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The token that is shown, and the next one. On the loop. */
final class Tokens {
  /** For what gets a token. Milliseconds. */
  private static final long PATIENCE = 60_000;

  private final @Nullable TokenSource source;
  private final Loop loop;
  private final Application application;
  private @Nullable String current;

  Tokens(Options options, Loop loop, Application application) {
    this.source = options.tokens();
    this.current = options.token();
    this.loop = loop;
    this.application = application;
  }

  /** The one that is shown; null: there is none. */
  @Nullable String current() {
    return current;
  }

  /** It was refused. */
  void forget() {
    current = null;
  }

  /**
   * Gets one where one is needed and there is none.
   *
   * @param otherwise told why there can be no connection now
   */
  void first(Runnable then, Consumer<End> otherwise) {
    if (current != null || source == null) {
      then.run();
    } else {
      renew(token -> then.run(), otherwise);
    }
  }

  /** Gets another one, which is the one that is shown from then on. */
  void renew(Consumer<@Nullable String> then, Consumer<End> otherwise) {
    TokenSource from = source;
    if (from == null) {
      return;
    }
    boolean[] isOver = new boolean[1];
    Loop.Timer timer =
        loop.after(
            PATIENCE,
            () -> {
              isOver[0] = true;
              otherwise.accept(failed(new TimeoutException("none within 60 s")));
            });
    application.call(
        from::get,
        (String token, Throwable error) -> {
          timer.cancel();
          if (isOver[0]) {
            return;
          }
          if (error != null) {
            otherwise.accept(failed(error));
            return;
          }
          try {
            current = TidegateBuilder.checkToken(token);
          } catch (IllegalArgumentException e) {
            application.failed(Source.TOKEN, e);
            otherwise.accept(new End(End.Rule.NEVER, "no token", 0, null));
            return;
          }
          then.accept(current);
        });
  }

  /** Without one there is nothing to try, by whatever transport. */
  private End failed(Throwable error) {
    application.failed(Source.TOKEN, error);
    return new End(End.Rule.BACKOFF, "no token", 0, null);
  }
}
