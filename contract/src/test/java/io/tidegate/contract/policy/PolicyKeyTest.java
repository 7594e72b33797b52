package io.tidegate.contract.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys of records of policies, which anyone may have written. */
final class PolicyKeyTest {
  @Test
  void keyShouldBeTenantAndName() {
    assertThat(PolicyKey.parse("acme/gentle".getBytes(ISO_8859_1)))
        .isEqualTo(new PolicyKey("acme", "gentle"));
  }

  @ParameterizedTest
  @CsvSource({
    "gentle, 'key: want tenant/name, found no slash'",
    "/gentle, 'key: want tenant/name, found no tenant'",
    "a/ö, 'key: not UTF-8'",
    "a/b/c, 'name: want 1 to 64 of [A-Za-z0-9._-], got \"b/c\"'"
  })
  void whatIsNoKeyShouldBeToldWhy(String key, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PolicyKey.parse(key.getBytes(ISO_8859_1)))
        .withMessage(reason);
  }
}
