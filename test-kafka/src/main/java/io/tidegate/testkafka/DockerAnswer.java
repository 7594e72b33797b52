package io.tidegate.testkafka;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.testcontainers.DockerClientFactory;

/** Whether a Docker answers on this machine. */
sealed interface DockerAnswer {
  /** How long to look: Testcontainers waits for ever for a Docker that accepts and says nothing. */
  Duration BOUND = Duration.ofSeconds(10);

  /** There is one. */
  record Here() implements DockerAnswer {}

  /** There is none, for that reason. */
  record Absent(String reason) implements DockerAnswer {}

  /** Asks as Testcontainers does: {@code DOCKER_HOST}, then the usual sockets; starts nothing. */
  static DockerAnswer ask() {
    return ask(() -> DockerClientFactory.instance().getInfo(), BOUND);
  }

  /**
   * @param info fails with an {@link IllegalStateException} where there is no Docker
   * @throws IllegalStateException if it fails in another way, which is no reason to skip a test
   */
  static DockerAnswer ask(Callable<?> info, Duration bound) {
    FutureTask<?> asking = new FutureTask<>(info);
    Thread.ofPlatform().daemon().name("docker-look").start(asking);
    try {
      asking.get(bound.toNanos(), TimeUnit.NANOSECONDS);
      return new Here();
    } catch (TimeoutException e) {
      asking.cancel(true);
      return absent("nothing said within " + bound.toMillis() + " ms");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IllegalStateException none) {
        return absent(String.valueOf(none.getMessage()));
      }
      throw new IllegalStateException("Docker could not be looked for", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while looking for Docker", e);
    }
  }

  private static Absent absent(String why) {
    String host = Objects.requireNonNullElse(System.getenv("DOCKER_HOST"), "not set");
    return new Absent("no Docker answers here (DOCKER_HOST " + host + "): " + why);
  }
}
