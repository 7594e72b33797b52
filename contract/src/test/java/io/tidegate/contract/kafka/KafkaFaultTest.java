package io.tidegate.contract.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KafkaFaultTest {
  private static final KafkaAccess PLAIN = KafkaAccess.plain("k:9092");
  private static final KafkaAccess SECURE =
      new KafkaAccess(
          "k:9093",
          Map.of(
              "security.protocol", "SASL_SSL",
              "sasl.mechanism", "PLAIN",
              "sasl.jaas.config", "PlainLoginModule required username=\"u\" password=\"hunter2\";"),
          KafkaAccess.VARIABLE,
          Path.of("client.properties"));

  @TempDir Path folder;

  @Test
  void refusedLoginShouldNameWhatHasIt() {
    Throwable failure =
        new ExecutionException(
            new SaslAuthenticationException("Authentication failed: Invalid username or password"));

    assertThat(KafkaFault.of(SECURE, failure))
        .isEqualTo(
            "Kafka at k:9093 refuses the login that TIDEGATE_KAFKA_CONFIG has: Authentication"
                + " failed: Invalid username or password");
    assertThat(KafkaFault.isOfLogin(failure)).isTrue();
  }

  @Test
  void certificateThatIsNotTrustedShouldBeSaidByItsInnermostCause() {
    Throwable failure =
        new SslAuthenticationException(
            "SSL handshake failed", new SSLHandshakeException("unable to find valid path"));

    assertThat(KafkaFault.of(SECURE, failure))
        .isEqualTo(
            "Kafka at k:9093 and this client, as TIDEGATE_KAFKA_CONFIG has it, do not agree on TLS:"
                + " unable to find valid path");
  }

  @Test
  void wordsAndNumbersOfTheSettingsShouldStayInWhatIsSaid() {
    KafkaAccess access =
        new KafkaAccess(
            "k:9093",
            Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.kerberos.service.name", "kafka",
                "ssl.endpoint.identification.algorithm", "https",
                "sasl.login.retry.backoff.ms", "10000",
                "ssl.key.password", "hunter2"),
            KafkaAccess.VARIABLE,
            Path.of("client.properties"));

    assertThat(KafkaFault.innermost(access, new KafkaException("kafka https 10000 hunter2")))
        .isEqualTo("kafka https 10000 …");
    assertThat(KafkaFault.unusable(access, new KafkaException("Failed to construct kafka client")))
        .hasMessage("TIDEGATE_KAFKA_CONFIG: client.properties: Failed to construct kafka client");
  }

  @Test
  void silenceShouldBeSaidWithWhatMayBeItsCause() {
    assertThat(KafkaFault.of(PLAIN, new TimeoutException("late")))
        .isEqualTo(
            "Kafka at k:9092 does not answer; if it wants TLS or a login, TIDEGATE_KAFKA_CONFIG is"
                + " to say how");
    assertThat(KafkaFault.of(SECURE, new TimeoutException("late")))
        .isEqualTo("Kafka at k:9093 does not answer (asked as TIDEGATE_KAFKA_CONFIG says)");
  }

  @Test
  void secretShouldBeInNothingThatIsSaid() {
    assertThat(KafkaFault.of(SECURE, new KafkaException("not hunter2, sorry")))
        .isEqualTo("Kafka at k:9093 refuses: not …, sorry");
    assertThat(KafkaFault.of(SECURE, new SaslAuthenticationException("hunter2 by PLAIN")))
        .endsWith(": … by PLAIN");
  }

  @Test
  void clientThatCannotBeMadeShouldSayWhichSettingAndNoValue() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("client.properties"),
            "security.protocol=SSL\nssl.truststore.location=/nowhere/ca.jks\n");
    KafkaAccess access = KafkaAccess.read("127.0.0.1:1", file, KafkaAccess.VARIABLE);

    assertThatThrownBy(() -> KafkaClients.consumer(access, Map.of()))
        .isInstanceOf(KafkaException.class)
        .hasMessageStartingWith(
            "TIDEGATE_KAFKA_CONFIG: " + file + ": ssl.truststore.location: no such file")
        .hasNoCause()
        .message()
        .doesNotContain("/nowhere");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hush hush",
        "org.example.Login required password=hush hush;",
        "org.example.Login hush password=x;",
        "org.example.Login required password=\"hush\"",
      })
  void loginThatCannotBeUnderstoodShouldNotBeSaid(String login) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("client.properties"),
            "security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config=" + login + "\n");
    KafkaAccess access = KafkaAccess.read("127.0.0.1:1", file, KafkaAccess.VARIABLE);

    assertThatThrownBy(() -> KafkaClients.admin(access, Map.of()))
        .hasMessageStartingWith("TIDEGATE_KAFKA_CONFIG: " + file + ": ")
        .hasNoCause()
        .message()
        .doesNotContain("hush");
  }

  @Test
  void addressThatIsNoneShouldBeSaidToBeIt() {
    assertThatThrownBy(() -> KafkaClients.producer(KafkaAccess.plain("no-port"), Map.of()))
        .hasMessageStartingWith("Kafka address \"no-port\" is not usable: ");
  }

  @Test
  void troubleShouldBeToldWhenItIsNewAndThenOnceAMinute() {
    // Given
    AtomicLong nanos = new AtomicLong(5);
    KafkaTrouble trouble = new KafkaTrouble(SECURE, nanos::get);
    Throwable refused = new SaslAuthenticationException("no");
    String words = "Kafka refuses the login that TIDEGATE_KAFKA_CONFIG has: no";

    // When
    assertThat(trouble.met(refused)).isEqualTo(words);
    assertThat(trouble.met(refused)).isNull();
    assertThat(trouble.met(new KafkaException("another"))).contains("another");
    assertThat(trouble.met(refused)).isEqualTo(words);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(59));
    assertThat(trouble.met(refused)).isNull();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));

    // Then
    assertThat(trouble.met(refused)).isEqualTo(words);
    assertThat(trouble.refusal()).isEqualTo(words);
    trouble.over();
    assertThat(trouble.refusal()).isEmpty();
  }

  @Test
  void whatIsNoRefusalShouldNotBeOne() {
    KafkaTrouble trouble = new KafkaTrouble(SECURE, () -> 0);

    assertThat(trouble.met(new TimeoutException("late"))).contains("late");
    assertThat(trouble.refusal()).isEmpty();
  }
}
