package io.tidegate.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecipientTest {

  static Stream<Recipient> recipients() {
    return Stream.of(
        new Recipient.OneUser(new UserKey("acme", "alice")),
        new Recipient.OneUser(new UserKey("acme", "group/g")),
        new Recipient.OneUser(new UserKey("acme", "all")),
        new Recipient.Group(new GroupKey("acme", "room:42")),
        new Recipient.Everyone("acme"));
  }

  @ParameterizedTest
  @MethodSource("recipients")
  void recipientShouldReadBackFromKeyAndSubject(Recipient recipient) {
    assertThat(Recipient.of(recipient.key(), subject(recipient.subject()))).isEqualTo(recipient);
  }

  static Stream<Arguments> written() {
    return Stream.of(
        Arguments.of("acme/x", null, new Recipient.OneUser(new UserKey("acme", "x"))),
        Arguments.of("acme/x", "an order", new Recipient.OneUser(new UserKey("acme", "x"))),
        Arguments.of("acme/x", "ALL", new Recipient.OneUser(new UserKey("acme", "x"))),
        Arguments.of("acme", "all", new Recipient.Everyone("acme")),
        Arguments.of("acme/whatever", "group/g", new Recipient.Group(new GroupKey("acme", "g"))));
  }

  @ParameterizedTest
  @MethodSource("written")
  void whatAStrangerWroteShouldBeUnderstood(
      String key, @Nullable String subject, Recipient recipient) {
    assertThat(Recipient.of(key.getBytes(UTF_8), subject(subject))).isEqualTo(recipient);
  }

  static Stream<Arguments> illegal() {
    return Stream.of(
        Arguments.of(null, "all", "key: missing"),
        Arguments.of("Acme/x", "all", "tenant: want 1 to 64 of [a-z0-9-]"),
        Arguments.of("acme/x", "group/", "group: want 1 to 128 of [A-Za-z0-9._~:@+-]"),
        Arguments.of("acme/x", "group/a/b", "group: want 1 to 128 of [A-Za-z0-9._~:@+-]"),
        Arguments.of("acme/x", "user/y", "ce_subject: names another user than the key"),
        Arguments.of("acme/x", "user/", "ce_subject: names another user than the key"),
        Arguments.of("x", "user/x", "key: want tenant/user, found no slash"));
  }

  @ParameterizedTest
  @MethodSource("illegal")
  void errorShouldNameTheFieldAndTheReason(@Nullable String key, String subject, String message) {
    assertThatThrownBy(
            () -> Recipient.of(key == null ? null : key.getBytes(UTF_8), subject(subject)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void subjectThatIsNoUtf8ShouldBeRefused() {
    // Given
    Headers headers = new RecordHeaders();
    headers.add(CloudEventHeaders.SUBJECT, new byte[] {(byte) 0xff});

    // Then
    assertThatThrownBy(() -> Recipient.of("acme/x".getBytes(UTF_8), headers))
        .hasMessage("ce_subject: not UTF-8");
  }

  private static Headers subject(@Nullable String subject) {
    Headers headers = new RecordHeaders();
    if (subject != null) {
      headers.add(CloudEventHeaders.SUBJECT, subject.getBytes(UTF_8));
    }
    return headers;
  }
}
