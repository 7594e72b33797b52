package io.tidegate.delivery.kafka;

import io.tidegate.contract.kafka.KafkaTrouble;
import io.tidegate.delivery.kafka.KafkaLink.LinkSettings;
import io.tidegate.delivery.webhook.Hosting;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which partitions of users are this worker's, where endpoints are concerned: a consumer group of
 * all workers that serve any, over the topic of sessions, which has the partitions that users have.
 * Nothing is read of it. Who has a partition is for Kafka's group protocol to say; where two
 * workers believe for a moment that both have it, the sequencer lets one session of a device be.
 */
final class EndpointShare {
  private static final Logger LOGGER = LoggerFactory.getLogger(EndpointShare.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration LEAVE = Duration.ofSeconds(2);
  private static final long PAUSE_SECONDS = 5;

  private static final Duration HURRY = Duration.ofMillis(200);

  /** Longer than an endpoint waits for the end of a request. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final LinkSettings settings;
  private final Hosting hosting;
  private final KafkaTrouble trouble;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Set<Integer> mine = new HashSet<>();

  /** For requests under way, where another worker is to go on. */
  private volatile Duration patience = PATIENCE;

  /** For the group to hear of it. */
  private volatile Duration leave = LEAVE;

  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  EndpointShare(LinkSettings settings, Hosting hosting) {
    this.settings = settings;
    this.hosting = hosting;
    this.trouble = new KafkaTrouble(settings.kafka(), System::nanoTime);
    this.thread =
        Thread.ofPlatform().daemon().name("tidegate-delivery-endpoints-share").unstarted(this::run);
  }

  EndpointShare start() {
    thread.start();
    return this;
  }

  private void run() {
    try {
      while (closing.getCount() > 0) {
        try {
          take();
        } catch (WakeupException e) {
          // Closing.
        } catch (RuntimeException e) {
          // As one of another worker with the same slot.
          String cause = trouble.met(e);
          if (cause != null) {
            LOGGER
                .atWarn()
                .addKeyValue("cause", cause)
                .addKeyValue("again", PAUSE_SECONDS + "s")
                .log("no share of the endpoints");
          }
          Thread.interrupted();
        }
        lost();
        if (closing.await(PAUSE_SECONDS, TimeUnit.SECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      LOGGER.atDebug().log("interrupted");
    }
  }

  private void lost() {
    mine.clear();
    hosting.assigned(Set.of(), patience);
  }

  private void take() {
    try (KafkaConsumer<byte[], byte[]> member = WorkerClients.member(settings, "endpoints")) {
      consumer = member;
      member.subscribe(List.of(settings.topics().sessions()), new Changes(member));
      try {
        while (closing.getCount() > 0) {
          member.poll(POLL);
        }
      } finally {
        consumer = null;
        // Before another has them: a session that stays would take its messages along.
        lost();
        boolean hurried = Thread.interrupted(); // else the group would not hear of it
        member.close(
            CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(hurried ? HURRY : leave));
      }
    }
  }

  /** What Kafka gives and takes, on the thread that polls. */
  private final class Changes implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> member;

    Changes(KafkaConsumer<byte[], byte[]> member) {
      this.member = member;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> given) {
      member.pause(given);
      given.forEach(partition -> mine.add(partition.partition()));
      hosting.assigned(mine, patience);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> taken) {
      taken.forEach(partition -> mine.remove(partition.partition()));
      hosting.assigned(mine, patience);
    }
  }

  /**
   * Returns once nothing is under way and the group is left.
   *
   * @param limit after which it returns all the same; two thirds of it are for what is under way
   */
  void close(Duration limit) {
    Duration third = limit.dividedBy(3);
    patience = least(PATIENCE, third.multipliedBy(2));
    leave = least(LEAVE, third);
    closing.countDown();
    KafkaConsumer<byte[], byte[]> there = consumer;
    if (there != null) {
      there.wakeup();
    }
    try {
      if (!thread.join(limit)) {
        thread.interrupt();
        boolean _ = thread.join(HURRY);
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
