package io.tidegate.fanout.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.PolicyKey;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

/** Which policy holds for whom. */
final class PolicyBookTest {
  private static final Policy BUILT_IN = Policy.parse("{\"smoothing\":\"PT1S\"}");
  private static final Policy GENTLE =
      Policy.parse("{\"limits\":[{\"limit\":1,\"window\":\"PT1S\",\"category\":\"ad\"}]}");
  private static final Policy STRICT =
      Policy.parse("{\"limits\":[{\"limit\":1,\"window\":\"PT1H\"}]}");

  private final PolicyBook book = new PolicyBook(BUILT_IN);

  @Test
  void builtInShouldHoldWhereTheTenantHasNoDefault() {
    book.put(new PolicyKey("other", "default"), STRICT, 1);

    AppliedPolicy applied = book.of("default", "");

    assertThat(applied.policy()).isEqualTo(BUILT_IN);
    assertThat(applied.name()).isEqualTo("built-in");
    assertThat(applied.version()).isEqualTo(-1);
  }

  @Test
  void namedPolicyShouldGoBeforeTheTenantsDefault() {
    book.put(new PolicyKey("default", "default"), STRICT, 1);
    book.put(new PolicyKey("default", "gentle"), GENTLE, 2);

    AppliedPolicy applied = book.of("default", "{\"policy\":\"gentle\"}");

    assertThat(applied.policy()).isEqualTo(GENTLE);
    assertThat(applied.version()).isEqualTo(2);
    assertThat(applied.categories()).containsExactly("ad");
    assertThat(applied.fault()).isNull();
  }

  @Test
  void changeShouldHoldFromThenOn() {
    book.put(new PolicyKey("default", "default"), STRICT, 1);
    AppliedPolicy before = book.of("default", "");

    book.put(new PolicyKey("default", "default"), GENTLE, 2);

    assertThat(before.policy()).isEqualTo(STRICT);
    assertThat(book.of("default", "").policy()).isEqualTo(GENTLE);
    assertThat(book.version()).isEqualTo(2);
  }

  @Test
  void whoAsksTwiceShouldGetTheSameAndShareIt() {
    book.put(new PolicyKey("default", "default"), STRICT, 1);

    assertThat(book.of("default", "")).isSameAs(book.of("default", ""));
  }

  @Test
  void policyThatIsGoneShouldLeaveTheTenantsDefaultAndSaySo() {
    book.put(new PolicyKey("default", "default"), STRICT, 1);
    book.put(new PolicyKey("default", "gentle"), GENTLE, 2);
    book.remove(new PolicyKey("default", "gentle"), 3);

    AppliedPolicy applied =
        book.of("default", "{\"policy\":\"gentle\",\"timezone\":\"Europe/Berlin\"}");

    assertThat(applied.policy()).isEqualTo(STRICT.withTimezone(ZoneId.of("Europe/Berlin")));
    assertThat(applied.name()).isEqualTo("default");
    assertThat(applied.fault()).isEqualTo("policy: there is none of the name \"gentle\"");
  }

  @Test
  void overridesThatDoNotFitShouldBeLeftOutAndSaidSo() {
    book.put(new PolicyKey("default", "default"), STRICT, 1);

    AppliedPolicy applied =
        book.of("default", "{\"timezone\":\"Europe/Berlin\",\"overrides\":{\"limits\":7}}");

    assertThat(applied.policy()).isEqualTo(STRICT.withTimezone(ZoneId.of("Europe/Berlin")));
    assertThat(applied.fault()).startsWith("overrides.limits: ");
  }

  @Test
  void copyShouldHaveWhatStoodThereAndGoItsOwnWay() {
    // Given
    book.put(new PolicyKey("default", "default"), STRICT, 1);

    // When
    PolicyBook copy = book.copy();
    book.put(new PolicyKey("default", "default"), GENTLE, 2);
    copy.put(new PolicyKey("default", "gentle"), GENTLE, 3);

    // Then
    assertThat(copy.of("default", "").policy()).isEqualTo(STRICT);
    assertThat(copy.of("default", "").version()).isEqualTo(1);
    assertThat(book.of("default", "").policy()).isEqualTo(GENTLE);
    assertThat(book.of("default", "{\"policy\":\"gentle\"}").fault()).isNotNull();
    assertThat(copy.of("other", "").policy()).isEqualTo(book.of("other", "").policy());
  }
}
