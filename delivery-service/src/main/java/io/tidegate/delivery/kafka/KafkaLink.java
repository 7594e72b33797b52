package io.tidegate.delivery.kafka;

import io.tidegate.contract.StartupException;
import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.kafka.KafkaFault;
import io.tidegate.contract.kafka.KafkaTrouble;
import io.tidegate.delivery.inbox.InboxSink;
import io.tidegate.delivery.metrics.DeliveryMetrics;
import io.tidegate.delivery.session.SessionLog;
import io.tidegate.delivery.slot.Peers;
import io.tidegate.delivery.slot.SlotHost;
import io.tidegate.delivery.slot.SlotLease;
import io.tidegate.delivery.webhook.EndpointLog;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** The worker's side of Kafka: two readers and a writer, and the slot that they hold. */
public final class KafkaLink {
  private static final Duration READER_END = Duration.ofSeconds(1);

  private final LinkSettings settings;
  private final DeliveryMetrics metrics;
  private final KafkaTrouble trouble;
  private final KafkaConsumer<byte[], byte[]> inboxConsumer;
  private final KafkaConsumer<byte[], byte[]> liveConsumer;
  private final RecordWriter writer;
  private final int userPartitions;

  private @Nullable InboxReader inbox;
  private @Nullable Thread inboxThread;
  private @Nullable LiveReader live;
  private @Nullable Thread liveThread;

  private KafkaLink(
      LinkSettings settings,
      DeliveryMetrics metrics,
      KafkaConsumer<byte[], byte[]> inboxConsumer,
      KafkaConsumer<byte[], byte[]> liveConsumer,
      RecordWriter writer,
      int userPartitions) {
    this.settings = settings;
    this.metrics = metrics;
    this.trouble = new KafkaTrouble(settings.kafka(), System::nanoTime);
    this.inboxConsumer = inboxConsumer;
    this.liveConsumer = liveConsumer;
    this.writer = writer;
    this.userPartitions = userPartitions;
  }

  /**
   * What the link needs to know.
   *
   * @param revocations whether their topic must be there
   * @param endpoints likewise
   * @param timeout for Kafka to answer, at the start
   * @param beat between heartbeats
   * @param fence without a round trip of a heartbeat, then every session is closed
   */
  public record LinkSettings(
      KafkaAccess kafka,
      Topics topics,
      int slot,
      boolean revocations,
      boolean endpoints,
      Duration timeout,
      Duration beat,
      Duration fence) {}

  /**
   * Connects, and checks the topics.
   *
   * @throws StartupException if Kafka does not answer in time, or the topics are not as they must
   *     be
   */
  public static KafkaLink connect(LinkSettings settings, DeliveryMetrics metrics)
      throws StartupException {
    KafkaConsumer<byte[], byte[]> inbox = null;
    KafkaConsumer<byte[], byte[]> live = null;
    try {
      inbox = WorkerClients.consumer(settings, "inbox", true);
      TopicLayout layout =
          TopicLayout.read(
              inbox,
              settings.kafka(),
              settings.topics(),
              settings.slot(),
              settings.revocations(),
              settings.endpoints(),
              settings.timeout());
      live = WorkerClients.consumer(settings, "live", false);
      KafkaProducer<byte[], byte[]> producer = WorkerClients.producer(settings);
      RecordWriter writer = new RecordWriter(producer, settings.topics(), settings.slot(), metrics);
      return new KafkaLink(settings, metrics, inbox, live, writer.start(), layout.userPartitions());
    } catch (StartupException e) {
      WorkerClients.closeQuietly(inbox);
      throw e;
    } catch (KafkaException e) {
      WorkerClients.closeQuietly(inbox);
      WorkerClients.closeQuietly(live);
      throw new StartupException(KafkaFault.of(settings.kafka(), e), e);
    }
  }

  /** P: the partitions that users are spread over. */
  public int userPartitions() {
    return userPartitions;
  }

  public SessionLog sessionLog() {
    return writer;
  }

  public EndpointLog endpointLog() {
    return writer;
  }

  /**
   * Takes the slot and reads its inbox from then on.
   *
   * @throws StartupException if the slot is not held in time
   */
  public void hold(SlotHost host, InboxSink inboxSink, InboxSink liveSink)
      throws StartupException, InterruptedException {
    SlotLease lease =
        new SlotLease(
            UUID.randomUUID().toString(), settings.beat().toNanos(), settings.fence().toNanos());
    live =
        new LiveReader(
            liveConsumer,
            settings.topics(),
            settings.slot(),
            liveSink,
            new DeadLetters(writer, metrics, System::nanoTime),
            new KafkaTrouble(settings.kafka(), System::nanoTime),
            metrics);
    inbox =
        new InboxReader(
            inboxConsumer,
            settings.topics(),
            settings.slot(),
            lease,
            new Peers(settings.fence().toNanos()),
            writer,
            inboxSink,
            host,
            trouble,
            metrics,
            System::nanoTime);
    try {
      live.place(settings.timeout());
      liveThread = start(live, "tidegate-delivery-live");
      inboxThread = start(inbox, "tidegate-delivery-inbox");
      inbox.firstHeld().get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (KafkaException | ExecutionException | TimeoutException e) {
      throw new StartupException(
          "slot "
              + settings.slot()
              + ": could not be taken in "
              + settings.timeout().toSeconds()
              + " s at Kafka "
              + settings.kafka().servers()
              + (trouble.refusal().isEmpty() ? "" : ": " + trouble.refusal()),
          e);
    }
  }

  private static Thread start(Runnable reader, String name) {
    Thread thread = new Thread(reader, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  public boolean isHeld() {
    return inbox != null && inbox.status().isHeld();
  }

  /** The incarnation that is held; -1: none. */
  public long incarnation() {
    return inbox == null ? -1 : inbox.status().incarnation();
  }

  /**
   * How many connections that worker of the others has that has fewest, of those with room; {@link
   * Integer#MAX_VALUE}: none is known.
   */
  public int fewestElsewhere() {
    return inbox == null ? Integer.MAX_VALUE : inbox.fewestElsewhere();
  }

  /** One line on the slot. */
  public String slotDetail() {
    SlotStatus status = inbox == null ? SlotStatus.STARTING : inbox.status();
    String refusal = trouble.refusal();
    return "slot "
        + settings.slot()
        + " "
        + status.phase().words()
        + (refusal.isEmpty() ? "" : "; " + refusal);
  }

  /** Whether another worker has the slot: then this one can only be started again. */
  public boolean isLost() {
    return inbox != null && inbox.status().phase() == SlotStatus.Phase.LOST;
  }

  /** Whether the threads run that must; a reader that lost its slot has no more to do. */
  public boolean isSound() {
    boolean reading = inboxThread == null || inboxThread.isAlive() || isLost();
    boolean readingLive = liveThread == null || liveThread.isAlive();
    return reading && readingLive && writer.isAlive();
  }

  /** Says that the worker takes no more sessions. */
  public void announceDrain() {
    long incarnation = incarnation();
    if (incarnation >= 0) {
      writer.drain(incarnation);
    }
  }

  /** Stops reading, writes what waits, and ends the threads. */
  public void close(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    if (inbox != null) {
      inbox.stop();
    }
    if (live != null) {
      live.stop();
    }
    writer.close(limit);
    join(inboxThread, deadline);
    join(liveThread, deadline);
    // Consumers are closed by their threads; these had none.
    if (inboxThread == null) {
      WorkerClients.closeQuietly(inboxConsumer);
    }
    if (liveThread == null) {
      WorkerClients.closeQuietly(liveConsumer);
    }
  }

  private static void join(@Nullable Thread thread, long deadline) throws InterruptedException {
    if (thread == null) {
      return;
    }
    long left = Math.max(TimeUnit.MILLISECONDS.toNanos(100), deadline - System.nanoTime());
    if (!thread.join(Duration.ofNanos(left))) {
      thread.interrupt();
      thread.join(READER_END);
    }
  }
}
