package io.tidegate.ingest.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.Topics;
import io.tidegate.contract.UserKey;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.policy.UserSettings;
import io.tidegate.contract.webhook.Endpoint;
import io.tidegate.contract.webhook.EndpointKey;
import io.tidegate.contract.webhook.EndpointStatus;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Writes policies to {@code tidegate.policies}, users' settings to {@code tidegate.users} and
 * endpoints to {@code tidegate.endpoints}, and waits for Kafka's word. Safe for use by many
 * threads. What is on its way counts as messages do, in the tenant's part of the producer's memory,
 * and waits for room there.
 */
public final class SettingsWriter {
  private final Producer<byte[], byte[]> producer;
  private final Topics topics;
  private final Duration within;
  private final Departures departures;

  /**
   * @param within no shorter than the producer's delivery timeout, so that its verdict comes first
   * @param departures before the producer's linger is over
   */
  public SettingsWriter(
      Producer<byte[], byte[]> producer, Topics topics, Duration within, Departures departures) {
    this.producer = producer;
    this.topics = topics;
    this.within = within;
    this.departures = departures;
  }

  /**
   * @param policy null: it is deleted
   * @param window of the request
   * @return the offset of the record
   * @throws NotWrittenException for {@link CrowdedException} if there was no room in time
   */
  public long policy(String tenant, String name, @Nullable Policy policy, Window window)
      throws NotWrittenException {
    return write(
        topics.policies(),
        (tenant + "/" + name).getBytes(UTF_8),
        policy == null ? null : policy.toJson().getBytes(UTF_8),
        window);
  }

  /**
   * The record lies in the partition that the user's messages lie in.
   *
   * @param settings null: there are none any more
   * @param window of the request
   * @return the offset of the record
   * @throws NotWrittenException for {@link CrowdedException} if there was no room in time
   */
  public long user(UserKey user, @Nullable UserSettings settings, Window window)
      throws NotWrittenException {
    return write(
        topics.users(),
        user.toBytes(),
        settings == null ? null : settings.toJson().getBytes(UTF_8),
        window);
  }

  /**
   * @param endpoint null: it is deleted
   * @param window of the request
   * @return the offset of the record
   * @throws NotWrittenException for {@link CrowdedException} if there was no room in time
   */
  public long endpoint(EndpointKey key, @Nullable Endpoint endpoint, Window window)
      throws NotWrittenException {
    return write(
        topics.endpoints(), key.toBytes(), endpoint == null ? null : endpoint.toBytes(), window);
  }

  /**
   * Deletes what a worker wrote of an endpoint.
   *
   * @param window of the request
   * @throws NotWrittenException for {@link CrowdedException} if there was no room in time
   */
  public void forgetStatus(EndpointKey key, Window window) throws NotWrittenException {
    var _ = write(topics.endpoints(), EndpointStatus.key(key), null, window);
  }

  private long write(String topic, byte[] key, byte @Nullable [] value, Window window)
      throws NotWrittenException {
    int cost = window.cost(key.length + (value == null ? 0 : value.length));
    try {
      enter(window, cost);
      Future<RecordMetadata> answer = send(new ProducerRecord<>(topic, key, value), window, cost);
      departures.now();
      RecordMetadata metadata = answer.get(within.toNanos(), TimeUnit.NANOSECONDS);
      if (!metadata.hasOffset()) {
        throw new NotWrittenException(new IllegalStateException("Kafka gave no offset"));
      }
      return metadata.offset();
    } catch (ExecutionException e) {
      throw new NotWrittenException(e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException | InterruptedException e) {
      // Interrupted: the service is stopping. With the flag up, the answer could not be written.
      throw new NotWrittenException(e);
    } catch (RuntimeException e) {
      // Set by Kafka's InterruptException.
      Thread.interrupted();
      throw new NotWrittenException(e);
    }
  }

  private void enter(Window window, int cost) throws NotWrittenException, InterruptedException {
    switch (window.enter(cost, window.ticket(), System.nanoTime() + within.toNanos())) {
      case IN -> {}
      case SHUT -> throw new NotWrittenException(new TimeoutException("Kafka does not keep up"));
      case CROWDED -> throw new NotWrittenException(new CrowdedException());
    }
  }

  private Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, Window window, int cost) {
    boolean given = false;
    try {
      Future<RecordMetadata> answer = producer.send(record, (_, _) -> window.leave(cost));
      given = true;
      return answer;
    } finally {
      if (!given) {
        window.leave(cost);
      }
    }
  }
}
