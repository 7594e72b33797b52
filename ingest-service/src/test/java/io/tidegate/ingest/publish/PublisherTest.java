package io.tidegate.ingest.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.CloudEventHeaders;
import io.tidegate.contract.GroupKey;
import io.tidegate.contract.Membership;
import io.tidegate.contract.Message;
import io.tidegate.contract.Recipient;
import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.ingest.admission.SharedRoom;
import io.tidegate.ingest.message.Acceptance;
import io.tidegate.ingest.message.MembershipChange;
import io.tidegate.ingest.message.MessageParser;
import io.tidegate.ingest.message.MessageRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublisherTest {
  private static final Topics TOPICS = new Topics("p");
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Publisher publisher = new Publisher(kafka, TOPICS, 12, Duration.ofSeconds(20));
  private final Window window = window(1_000_000);

  private static Window window(int bytes) {
    return new Window(bytes, SharedRoom.UNSHARED, "default");
  }

  private static MessageRequest request(String to) throws Exception {
    byte[] json =
        ("{\"to\":" + to + ",\"data\":{\"a\": 1},\"ttl\":5,\"urgency\":\"high\",\"id\":\"m1\"}")
            .getBytes(UTF_8);
    return MessageParser.parse(
        json, 0, json.length, new Acceptance("default", 1000, () -> "none", TRACE));
  }

  @Test
  void eachUserShouldGetARecordThatReadsBackAsTheMessage() throws Exception {
    // Given
    MessageRequest request = request("{\"users\":[\"alice\",\"bob\"]}");

    // When
    Publication publication = publisher.publish(request, window);

    // Then
    assertThat(publication.isDone()).isFalse();
    assertThat(kafka.history())
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("default/alice", "default/bob");
    for (ProducerRecord<byte[], byte[]> record : kafka.history()) {
      assertThat(record.topic()).isEqualTo("p.messages");
      assertThat(record.partition()).isNull();
      assertThat(record.timestamp()).isNull();
      Message read = CloudEventCodec.read(record.headers(), record.value(), -1);
      assertThat(read).usingRecursiveComparison().isEqualTo(request.message());
      assertThat(UserKey.parse(record.key()).tenant()).isEqualTo("default");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"group":"room:42"} | default/group/room:42 | group/room:42
          {"all":true}        | default/all           | all
          """)
  void broadcastShouldBeOneRecordWhoseSubjectSaysWhomItIsFor(String to, String key, String subject)
      throws Exception {
    // Given
    MessageRequest request = request(to);

    // When
    Publication publication = publisher.publish(request, window);
    kafka.completeNext();

    // Then
    assertThat(publication.await()).isEqualTo(new Published(1, 1, null));
    assertThat(kafka.history()).hasSize(1);
    ProducerRecord<byte[], byte[]> record = kafka.history().getFirst();
    assertThat(record.key()).asString(UTF_8).isEqualTo(key);
    assertThat(record.partition()).isNull();
    assertThat(record.headers().lastHeader("ce_subject").value())
        .asString(UTF_8)
        .isEqualTo(subject);
    assertThat(record.headers().lastHeader(CloudEventHeaders.COPY)).isNull();
    assertThat(Recipient.of(record.key(), record.headers())).isEqualTo(request.to().getFirst());
    assertThat(CloudEventCodec.read(record.headers(), record.value(), -1))
        .usingRecursiveComparison()
        .isEqualTo(request.message());
  }

  @Test
  void membershipShouldLieWhereTheUsersMessagesLie() {
    for (String name : new String[] {"alice", "bob", "a/b é", "group/g"}) {
      // Given
      UserKey user = new UserKey("default", name);
      Membership membership = new Membership(new GroupKey("default", "g"), user);
      kafka.clear();

      // When
      publisher.change(new MembershipChange(membership, true), window);
      publisher.change(new MembershipChange(membership, false), window);

      // Then
      assertThat(kafka.history())
          .allSatisfy(
              record -> {
                assertThat(record.topic()).isEqualTo("p.members");
                assertThat(record.partition()).isEqualTo(user.partition(12));
                assertThat(Membership.parse(record.key())).isEqualTo(membership);
              });
      assertThat(kafka.history())
          .extracting(ProducerRecord::value)
          .containsExactly(Membership.JOINED, null);
    }
  }

  @Test
  void publicationShouldBeCompleteOnlyWhenAllAreAcked() throws Exception {
    // Given
    Publication publication = publisher.publish(request("{\"users\":[\"a\",\"b\",\"c\"]}"), window);

    // When
    kafka.completeNext();
    kafka.errorNext(new NetworkException("gone"));
    boolean doneBefore = publication.isDone();
    kafka.completeNext();
    Published published = publication.await();

    // Then
    assertThat(doneBefore).isFalse();
    assertThat(published.acked()).isEqualTo(2);
    assertThat(published.records()).isEqualTo(3);
    assertThat(published.complete()).isFalse();
    assertThat(published.cause()).isInstanceOf(NetworkException.class);
  }

  @Test
  void sendThatThrowsShouldEndTheSending() throws Exception {
    // Given
    kafka.sendException = new IllegalStateException("closed");

    // When
    Published published =
        publisher.publish(request("{\"users\":[\"a\",\"b\",\"c\"]}"), window).await();

    // Then
    assertThat(published.acked()).isZero();
    assertThat(published.cause()).hasMessage("closed");
    assertThat(kafka.history()).isEmpty();
  }

  @Test
  void fullWindowShouldHoldSendingBackUntilAnAck() throws Exception {
    // Given
    Window small = window(2_500);
    MessageRequest request = request("{\"users\":[\"a\",\"b\",\"c\",\"d\"]}");

    // When
    CompletableFuture<Published> published =
        CompletableFuture.supplyAsync(() -> publisher.publish(request, small).await());
    await().until(() -> kafka.history().size() == 2);
    await().during(Duration.ofMillis(100)).until(() -> kafka.history().size() == 2);
    kafka.completeNext();

    // Then
    await().until(() -> kafka.history().size() == 3);
    await().until(() -> kafka.completeNext() || published.isDone());
    await()
        .until(
            () -> {
              kafka.completeNext();
              return published.isDone();
            });
    assertThat(published.join().complete()).isTrue();
  }

  @Test
  void silentKafkaShouldBeGivenUpAtTheDeadline() throws Exception {
    // Given
    Publisher impatient = new Publisher(kafka, TOPICS, 12, Duration.ofMillis(50));
    Window small = window(1_500);

    // When
    Published published = impatient.publish(request("{\"users\":[\"a\",\"b\"]}"), small).await();

    // Then
    assertThat(published.acked()).isZero();
    assertThat(published.cause()).isInstanceOf(TimeoutException.class);
    assertThat(kafka.history()).hasSize(1);
  }

  @Test
  void failedRecordShouldCloseTheWindowForWhatIsStillWaitingInIt() throws Exception {
    // Given
    Window small = window(1_500);
    publisher.publish(request("{\"user\":\"a\"}"), small);
    CompletableFuture<Published> second =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return publisher.publish(request("{\"user\":\"b\"}"), small).await();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });

    // When
    kafka.errorNext(new NetworkException("gone"));

    // Then
    assertThat(second.get(5, TimeUnit.SECONDS).acked()).isZero();
    assertThat(small.isClosed()).isTrue();
    assertThat(kafka.history()).hasSize(1);
  }
}
