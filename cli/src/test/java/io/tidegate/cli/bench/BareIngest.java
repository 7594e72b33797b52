package io.tidegate.cli.bench;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.tidegate.contract.CloudEventCodec;
import io.tidegate.contract.Message;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The least that takes a message over HTTP to Kafka: reads the body, parses it, produces it with
 * ingest's settings as the same record, and answers when Kafka has it. It checks, counts, limits
 * and logs nothing. Arguments: Kafka, a topic.
 */
public final class BareIngest {
  private BareIngest() {}

  public static void main(String[] args) {
    JsonMapper json = JsonMapper.builder().build();
    AtomicLong ids = new AtomicLong();
    KafkaProducer<byte[], byte[]> producer = producer(args[0]);
    WebServer server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .routing(
                HttpRouting.builder()
                    .post(
                        "/v1/messages",
                        (request, response) -> {
                          JsonNode message = json.readTree(request.content().as(byte[].class));
                          String id = Long.toString(ids.incrementAndGet());
                          UserKey user =
                              new UserKey("default", message.get("to").get("user").asString());
                          byte[] data = json.writeValueAsBytes(message.get("data"));
                          ProducerRecord<byte[], byte[]> record = record(args[1], user, id, data);
                          CompletableFuture<Void> done = new CompletableFuture<>();
                          var _ =
                              producer.send(
                                  record,
                                  (_, failure) -> {
                                    if (failure == null) {
                                      done.complete(null);
                                    } else {
                                      done.completeExceptionally(failure);
                                    }
                                  });
                          done.join();
                          response
                              .status(202)
                              .header("Content-Type", "application/json")
                              .send("{\"id\":\"" + id + "\",\"accepted\":1}");
                        }))
            .build()
            .start();
    System.out.println("bare on port " + server.port());
  }

  /** The same that ingest writes. */
  static ProducerRecord<byte[], byte[]> record(String topic, UserKey user, String id, byte[] data) {
    Message message =
        new Message(
            id,
            "/v1/messages",
            "io.tidegate.message",
            System.currentTimeMillis(),
            Urgency.NORMAL,
            Message.NEVER,
            0,
            null,
            null,
            null,
            null,
            data);
    return new ProducerRecord<>(
        topic, null, user.toBytes(), data, CloudEventCodec.headers(user, message));
  }

  /** As ingest's own. */
  static KafkaProducer<byte[], byte[]> producer(String kafka) {
    ByteArraySerializer bytes = new ByteArraySerializer();
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            kafka,
            "acks",
            "all",
            "enable.idempotence",
            true,
            "linger.ms",
            0,
            "buffer.memory",
            32L << 20,
            "max.in.flight.requests.per.connection",
            2,
            "compression.type",
            "snappy"),
        bytes,
        bytes);
  }
}
