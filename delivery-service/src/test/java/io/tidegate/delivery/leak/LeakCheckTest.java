package io.tidegate.delivery.leak;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

/** The check itself, with a leak that is planted. */
final class LeakCheckTest {
  @Test
  void bufferThatIsNotReleasedShouldBeFound() throws Exception {
    // Given
    leave("planted");

    // Then
    assertThat(LeakCheck.find()).singleElement().asString().contains("planted");
    assertThat(LeakCheck.find()).isEmpty();
  }

  @Test
  void bufferThatIsReleasedShouldNotBeFound() throws Exception {
    // Given
    ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer(64);
    buffer.release();

    // Then
    assertThat(LeakCheck.find()).isEmpty();
  }

  @Test
  void everyTestClassShouldBeWatched() {
    // Nothing here names the check: JUnit has found it by itself.
    assertThat(LeakCheck.isWatching()).isTrue();
  }

  @SuppressWarnings("CheckReturnValue") // Left, which is the point.
  private static void leave(String hint) {
    ByteBufAllocator.DEFAULT.buffer(64).touch(hint);
  }
}
