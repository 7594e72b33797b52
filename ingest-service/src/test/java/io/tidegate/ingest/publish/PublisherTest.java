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
import io.tidegate.contract.TraceContext;
import io.tidegate.contract.UserKey;
import io.tidegate.ingest.admission.Part;
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
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublisherTest {
  private static final Topics TOPICS = new Topics("p");
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Publisher publisher =
      new Publisher(kafka, TOPICS, 12, Duration.ofSeconds(20), Departures.UNUSED);
  private final Window window = window(1_000_000);

  private static Window window(int bytes) {
    return new Window(bytes, SharedRoom.UNSHARED, "default");
  }

  private static MessageRequest request(String to) throws Exception {
    byte[] json =
        ("{\"to\":" + to + ",\"data\":{\"a\": 1},\"ttl\":5,\"urgency\":\"high\",\"id\":\"m1\"}")
            .getBytes(UTF_8);
    return MessageParser.parse(
        json,
        0,
        json.length,
        new Acceptance("default", 1000, () -> "none", TraceContext.of(TRACE, "a=b")));
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
    Window small = window(1_900);
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

  /** A tenant that has its part on the way. */
  private static SharedRoom crowded(SharedRoom room) throws InterruptedException {
    assertThat(room.enter("default", room.ticket(), 50_000, 0)).isTrue();
    return room;
  }

  @Test
  void tenantsPartShouldBeWaitedForAndThenBeNoFaultOfKafkas() throws Exception {
    // Given
    SharedRoom room = crowded(new SharedRoom(100_000, new Part(50)));
    Window ofCrowd = new Window(2_500, room, "default");
    ofCrowd.patience(Duration.ofMillis(50));

    // When
    Published published = publisher.publish(request("{\"users\":[\"a\",\"b\"]}"), ofCrowd).await();

    // Then: nothing was sent, and the request may go on
    assertThat(published.acked()).isZero();
    assertThat(published.cause()).isInstanceOf(CrowdedException.class);
    assertThat(kafka.history()).isEmpty();
    assertThat(ofCrowd.isClosed()).isFalse();

    // When: there is no patience left for the next
    long began = System.nanoTime();
    publisher.publish(request("{\"user\":\"c\"}"), ofCrowd).await();

    // Then
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(10));
    assertThat(kafka.history()).isEmpty();

    // When: there is room again
    room.leave("default", 50_000);
    Publication sent = publisher.publish(request("{\"users\":[\"a\",\"b\"]}"), ofCrowd);

    // Then: what was refused has left nothing behind
    assertThat(kafka.history()).hasSize(2);
    assertThat(room.taken()).isPositive();
    kafka.completeNext();
    kafka.completeNext();
    assertThat(sent.await().complete()).isTrue();
    assertThat(room.taken()).isZero();
  }

  @Test
  void recordShouldTakeAsMuchOfTheRoomAsItHasBytes() throws Exception {
    // Given
    SharedRoom room = new SharedRoom(1_000_000, new Part(50));
    Window ofTenant = new Window(1_000_000, room, "default");
    byte[] json =
        ("{\"to\":{\"user\":\"a\"},\"collapse_key\":\"" + "\u20ac".repeat(128) + "\",\"data\":0}")
            .getBytes(UTF_8);

    // When
    publisher.publish(
        MessageParser.parse(
            json,
            0,
            json.length,
            new Acceptance("default", 1000, () -> "none", TraceContext.of(TRACE, "a=b"))),
        ofTenant);

    // Then: each of these characters has three bytes
    ProducerRecord<byte[], byte[]> record = kafka.history().getFirst();
    int bytes = record.key().length + record.value().length;
    for (Header header : record.headers()) {
      bytes += header.key().length() + header.value().length;
    }
    assertThat(bytes).isGreaterThan(384);
    assertThat(room.taken()).isEqualTo(bytes + 512L);
  }

  @Test
  void sendThatFailsShouldGiveItsRoomBack() throws Exception {
    // Given
    SharedRoom room = new SharedRoom(1_000_000, new Part(50));
    kafka.sendException = new IllegalStateException("closed");

    // When
    publisher.publish(request("{\"user\":\"a\"}"), new Window(10_000, room, "default")).await();

    // Then
    assertThat(room.taken()).isZero();

    // When
    kafka.sendException = null;
    publisher.publish(request("{\"user\":\"a\"}"), new Window(10_000, room, "default"));
    assertThat(room.taken()).isPositive();
    kafka.errorNext(new NetworkException("gone"));

    // Then
    assertThat(room.taken()).isZero();
  }

  @Test
  void waitForRoomShouldNotCountAsKafkas() throws Exception {
    // Given
    SharedRoom room = crowded(new SharedRoom(100_000, new Part(50)));
    Publisher patient = new Publisher(kafka, TOPICS, 12, Duration.ofSeconds(2), Departures.UNUSED);
    Window ofCrowd = new Window(10_000, room, "default");
    ofCrowd.patience(Duration.ofSeconds(20));
    CompletableFuture<Published> published =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return patient.publish(request("{\"user\":\"a\"}"), ofCrowd).await();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    await().until(() -> room.waits() == 1);
    Thread.sleep(1_500);

    // When: it is let in late, and Kafka takes its time
    room.leave("default", 50_000);
    await().until(() -> kafka.history().size() == 1);
    Thread.sleep(800);
    kafka.completeNext();

    // Then
    assertThat(published.get(5, TimeUnit.SECONDS).complete()).isTrue();
  }

  @Test
  void silentKafkaShouldBeGivenUpAtTheDeadline() throws Exception {
    // Given
    Publisher impatient =
        new Publisher(kafka, TOPICS, 12, Duration.ofMillis(50), Departures.UNUSED);
    Window small = window(1_200);

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
    Window small = window(1_200);
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
