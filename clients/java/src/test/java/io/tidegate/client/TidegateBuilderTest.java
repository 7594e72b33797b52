package io.tidegate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.client.protocol.Transport;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TidegateBuilderTest {
  private static TidegateBuilder good() {
    return Tidegate.builder(URI.create("http://h")).user("alice").onMessage(message -> {});
  }

  @Test
  void whatIsNotSaidShouldHaveAValue() {
    Options options = good().options();
    assertThat(options.window()).isEqualTo(256);
    assertThat(options.transports())
        .containsExactly(Transport.WEBSOCKET, Transport.STREAM, Transport.POLL);
    assertThat(good().token("secret").options().toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "ws://h:1, http://h:1",
    "wss://h/push/, https://h/push",
    "https://h, https://h",
    "HTTP://h/a/b//, http://h/a/b",
    "http://[::1]:8081, http://[::1]:8081"
  })
  void uriMayBeOfAnyOfFourSchemesAndBehindAPath(URI given, String base) {
    assertThat(Tidegate.builder(given).user("u").onMessage(message -> {}).options().base())
        .isEqualTo(base);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "alice", "ftp://h", "http://h?x=1", "http://h#x", "http://me@h", "http:/h"})
  void badUriShouldBeNamed(URI uri) {
    assertThatThrownBy(() -> Tidegate.builder(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("uri: want http, https, ws or wss, no user, query or fragment");
  }

  record Bad(String message, Consumer<TidegateBuilder> option) {}

  static List<Bad> bad() {
    String user = "user: want 1 to 256 bytes, no control characters";
    String device = "device: want 1 to 128 characters, no control characters";
    String token = "token: want 1 to 8192 visible ASCII characters";
    String transports = "transports: want one or more, each once";
    String retry = "retry: want 10 ms to 10 min, the first not above the most";
    return List.of(
        new Bad(user, b -> b.user("")),
        new Bad(user, b -> b.user("\u00e9".repeat(129))),
        new Bad(user, b -> b.user("a\nb")),
        new Bad(user, b -> b.user("\ud800")),
        new Bad(device, b -> b.device("x".repeat(129))),
        new Bad(token, b -> b.token("a b")),
        new Bad(token, b -> b.token("")),
        new Bad("window: want 1 to 4096", b -> b.window(0)),
        new Bad("window: want 1 to 4096", b -> b.window(4097)),
        new Bad(transports, b -> b.transports()),
        new Bad(transports, b -> b.transports(Transport.POLL, Transport.POLL)),
        new Bad(retry, b -> b.retry(Duration.ZERO, Duration.ofSeconds(1))),
        new Bad(retry, b -> b.retry(Duration.ofSeconds(2), Duration.ofSeconds(1))),
        new Bad(retry, b -> b.retry(Duration.ofSeconds(2), Duration.ofHours(1))));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badOptionShouldBeNamedWithTheReason(Bad bad) {
    assertThatThrownBy(() -> bad.option().accept(good()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(bad.message());
  }

  @Test
  void whatIsMissingShouldBeNamed() {
    URI uri = URI.create("http://h");
    assertThatThrownBy(() -> Tidegate.builder(uri).user("u").connect())
        .hasMessage("onMessage: missing");
    assertThatThrownBy(() -> Tidegate.builder(uri).onMessage(message -> {}).connect())
        .hasMessage("user: missing, as is a token");
  }
}
