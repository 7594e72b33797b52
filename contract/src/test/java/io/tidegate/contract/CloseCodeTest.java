package io.tidegate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.CloseCode.Reconnect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloseCodeTest {
  private static final int MAX_REASON_BYTES = 123;

  @Test
  void codesReasonsAndLabelsShouldBeUnique() {
    assertThat(Arrays.stream(CloseCode.values()).map(CloseCode::code)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(CloseCode.values()).map(CloseCode::reason)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(CloseCode.values()).map(CloseCode::label)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void closeShouldBeFoundByItsCode(CloseCode close) {
    assertThat(CloseCode.of(close.code())).isSameAs(close);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 999, 1005, 1006, 1015, 4009, 4499, 4501, 4509, Integer.MAX_VALUE})
  void unknownCodeShouldBeNone(int code) {
    assertThat(CloseCode.of(code)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void codeShouldBeOneThatAnEndpointMaySend(CloseCode close) {
    // RFC 6455, sections 7.4.1 and 7.4.2: these, or the range for private use.
    boolean standard = close.code() >= 1000 && close.code() <= 1014;
    boolean reserved = close.code() >= 1004 && close.code() <= 1006;
    boolean privateUse = close.code() >= 4000 && close.code() <= 4999;
    assertThat((standard && !reserved) || privateUse).isTrue();
    assertThat(close.reason().length()).isBetween(1, MAX_REASON_BYTES);
    assertThat(close.reason()).isPrintable();
    assertThat(close.label()).matches("[a-z0-9_]+");
  }

  @ParameterizedTest
  @EnumSource
  void codeOfOursShouldSayWhetherToReconnect(CloseCode close) {
    if (close.code() >= 4000) {
      assertThat(close.reconnect() == Reconnect.NEVER).isEqualTo(close.code() >= 4500);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HELLO_TIMEOUT", "ATTACH_TIMEOUT", "PING_TIMEOUT", "SLOW"})
  void whatASlowNetworkCanCauseShouldBeTriedAgain(CloseCode close) {
    assertThat(close.reconnect()).isEqualTo(Reconnect.BACKOFF);
  }

  @Test
  void protocolPageShouldListTheCodesAsTheyAre() throws IOException {
    // When
    String page = Files.readString(Path.of("..", "docs", "PROTOCOL.md"));

    // Then
    assertThat(page.lines().filter(line -> line.matches("\\| [14]\\d{3} \\|.*")))
        .containsExactlyElementsOf(
            Arrays.stream(CloseCode.values()).map(CloseCodeTest::row).toList());
  }

  private static String row(CloseCode close) {
    String reconnect = close.reconnect().name().toLowerCase(Locale.ROOT);
    return "| %d | %s | %s |".formatted(close.code(), close.label(), reconnect);
  }
}
