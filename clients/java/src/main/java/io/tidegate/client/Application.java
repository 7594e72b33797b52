package io.tidegate.client;

import io.tidegate.client.TidegateException.Source;
import io.tidegate.client.loop.Loop;
import io.tidegate.client.rule.Item;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls what the application gave, on its executor; what comes back comes on the loop. */
final class Application {
  private static final System.Logger LOGGER = System.getLogger(Tidegate.class.getName());

  private final Options options;
  private final Loop loop;
  private final Executor executor;
  private final Notices notices;
  private volatile @Nullable Thread handler;

  Application(Options options, Loop loop, Executor executor) {
    this.options = options;
    this.loop = loop;
    this.executor = executor;
    this.notices = new Notices(executor);
  }

  /** Whether this is the thread of a handler that has not returned. */
  boolean isHandler(Thread thread) {
    return thread.equals(handler);
  }

  /**
   * @param done null: it is handled
   */
  void handle(Item item, Consumer<@Nullable Throwable> done) {
    call(() -> handle(item), (result, error) -> done.accept(error));
  }

  private CompletionStage<?> handle(Item item) throws Exception {
    handler = Thread.currentThread();
    try {
      if (item instanceof Item.Told told) {
        return options.onMessage().handle(told.message());
      }
      options.onMissed().missed();
      return CompletableFuture.completedFuture(null);
    } finally {
      handler = null;
    }
  }

  /** Calls what may block. */
  <T> void ask(Callable<T> question, BiConsumer<@Nullable T, @Nullable Throwable> then) {
    call(() -> CompletableFuture.completedFuture(question.call()), then);
  }

  /**
   * Calls what may block and go on.
   *
   * @param then called on the loop, once: with what came of it, or with what it failed for
   */
  <T> void call(
      Callable<? extends CompletionStage<? extends T>> question,
      BiConsumer<@Nullable T, @Nullable Throwable> then) {
    try {
      executor.execute(() -> run(question, then));
    } catch (RejectedExecutionException e) {
      loop.execute(() -> then.accept(null, e));
    }
  }

  private <T> void run(
      Callable<? extends CompletionStage<? extends T>> question,
      BiConsumer<@Nullable T, @Nullable Throwable> then) {
    try {
      var unused =
          question
              .call()
              .whenComplete(
                  (result, error) -> loop.execute(() -> then.accept(result, cause(error))));
    } catch (Throwable e) {
      // Whatever it is, it was the application's; the same is tried again.
      loop.execute(() -> then.accept(null, e));
    }
  }

  private static @Nullable Throwable cause(@Nullable Throwable error) {
    return error instanceof CompletionException wrapped && wrapped.getCause() != null
        ? wrapped.getCause()
        : error;
  }

  void tell(State state) {
    notices.tell(
        () -> {
          try {
            options.onState().accept(state);
          } catch (RuntimeException | Error e) {
            report(Source.ON_STATE, e);
          }
        });
  }

  void failed(Source source, Throwable error) {
    notices.tell(() -> report(source, error));
  }

  private void report(Source source, Throwable error) {
    try {
      options.onError().accept(new TidegateException(source, error));
    } catch (RuntimeException | Error e) {
      LOGGER.log(System.Logger.Level.ERROR, "onError failed", e);
    }
  }
}
