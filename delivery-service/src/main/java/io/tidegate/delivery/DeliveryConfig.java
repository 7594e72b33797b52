package io.tidegate.delivery;

import io.tidegate.contract.ClientProtocol;
import io.tidegate.contract.Topics;
import java.time.Duration;
import java.util.Map;

/**
 * Everything that can be set of a worker.
 *
 * @param bootstrapServers Kafka's, {@code host:port} with commas between
 * @param host to listen on
 * @param port to listen on; 0: any that is free
 * @param slot this worker's partition of the inbox; no two workers may have the same
 * @param loops event loops, 1 to 64
 */
public record DeliveryConfig(
    String bootstrapServers,
    Topics topics,
    String host,
    int port,
    int slot,
    int loops,
    Limits limits,
    Timing timing) {

  public static final int DEFAULT_PORT = 8081;

  public DeliveryConfig {
    require(!bootstrapServers.isBlank(), "bootstrapServers", "must not be empty", "");
    require(!host.isBlank(), "host", "must not be empty", "");
    require(port >= 0 && port <= 65535, "port", "want 0 to 65535", port);
    require(slot >= 0, "slot", "want 0 or more", slot);
    require(loops >= 1 && loops <= 64, "loops", "want 1 to 64", loops);
  }

  /**
   * How much is taken.
   *
   * @param connections WebSockets at one time
   * @param frameBytes of one message of a client, 256 to 1 MiB
   * @param framesPerSecond of a client, with a burst of one second's worth
   * @param window messages unacked in flight to one session; a hello that asks for more gets this
   * @param outboundBytes that may wait for a client to read them
   * @param outboundLimitBytes beyond which a client is closed as slow at once
   * @param batches of inbox records that may wait at an event loop
   */
  public record Limits(
      int connections,
      int frameBytes,
      int framesPerSecond,
      int window,
      long outboundBytes,
      long outboundLimitBytes,
      int batches) {
    public static final Limits DEFAULT =
        new Limits(
            16_000, 16 * 1024, 1_000, ClientProtocol.MAX_WINDOW, 1024 * 1024, 16 * 1024 * 1024, 4);

    public Limits {
      require(connections >= 1, "limits.connections", "want 1 or more", connections);
      require(
          frameBytes >= 256 && frameBytes <= 1024 * 1024,
          "limits.frameBytes",
          "want 256 to 1048576",
          frameBytes);
      require(
          framesPerSecond >= 1 && framesPerSecond <= 1_000_000,
          "limits.framesPerSecond",
          "want 1 to 1000000",
          framesPerSecond);
      require(
          window >= 1 && window <= ClientProtocol.MAX_WINDOW,
          "limits.window",
          "want 1 to " + ClientProtocol.MAX_WINDOW,
          window);
      require(outboundBytes >= 1024, "limits.outboundBytes", "want 1024 or more", outboundBytes);
      require(
          outboundLimitBytes >= outboundBytes,
          "limits.outboundLimitBytes",
          "want at least outboundBytes",
          outboundLimitBytes);
      require(batches >= 1 && batches <= 1024, "limits.batches", "want 1 to 1024", batches);
    }

    public Limits withConnections(int most) {
      return new Limits(
          most, frameBytes, framesPerSecond, window, outboundBytes, outboundLimitBytes, batches);
    }

    public Limits withOutbound(long bytes, long limitBytes) {
      return new Limits(
          connections, frameBytes, framesPerSecond, window, bytes, limitBytes, batches);
    }
  }

  /**
   * How long things may take.
   *
   * @param hello from the upgrade to the hello, and for an HTTP request to be there
   * @param attach from the hello to the sequencer's answer
   * @param ping between pings
   * @param pong from a ping to any sign of life
   * @param slow how long a client may have more than {@code outboundBytes} waiting
   * @param ack between batches of acks
   * @param beat between heartbeats; less than half of {@code fence}
   * @param fence without a round trip of a heartbeat, then every session is closed
   * @param start for Kafka to answer, at the start
   * @param drain for everything that {@code close()} does
   */
  public record Timing(
      Duration hello,
      Duration attach,
      Duration ping,
      Duration pong,
      Duration slow,
      Duration ack,
      Duration beat,
      Duration fence,
      Duration start,
      Duration drain) {
    // Before DEFAULT, whose constructor needs it.
    private static final Duration MOST = Duration.ofHours(1);

    public static final Timing DEFAULT =
        new Timing(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(25),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10),
            Duration.ofMillis(50),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5));

    public Timing {
      positive(hello, "timing.hello");
      positive(attach, "timing.attach");
      positive(ping, "timing.ping");
      positive(pong, "timing.pong");
      positive(slow, "timing.slow");
      positive(ack, "timing.ack");
      positive(beat, "timing.beat");
      positive(fence, "timing.fence");
      positive(start, "timing.start");
      require(
          beat.compareTo(fence.dividedBy(2)) < 0,
          "timing.beat",
          "want less than half of timing.fence, " + fence,
          beat);
      require(
          !drain.isNegative() && drain.compareTo(MOST) <= 0,
          "timing.drain",
          "want 0 to " + MOST,
          drain);
    }

    private static void positive(Duration time, String name) {
      require(
          time.compareTo(Duration.ofMillis(1)) >= 0 && time.compareTo(MOST) <= 0,
          name,
          "want 1 ms to " + MOST,
          time);
    }

    public Timing withHello(Duration most) {
      return new Timing(most, attach, ping, pong, slow, ack, beat, fence, start, drain);
    }

    public Timing withAttach(Duration most) {
      return new Timing(hello, most, ping, pong, slow, ack, beat, fence, start, drain);
    }

    public Timing withPing(Duration every, Duration answer) {
      return new Timing(hello, attach, every, answer, slow, ack, beat, fence, start, drain);
    }

    public Timing withSlow(Duration most) {
      return new Timing(hello, attach, ping, pong, most, ack, beat, fence, start, drain);
    }

    public Timing withFence(Duration every, Duration without) {
      return new Timing(hello, attach, ping, pong, slow, ack, every, without, start, drain);
    }

    public Timing withStart(Duration most) {
      return new Timing(hello, attach, ping, pong, slow, ack, beat, fence, most, drain);
    }

    public Timing withDrain(Duration all) {
      return new Timing(hello, attach, ping, pong, slow, ack, beat, fence, start, all);
    }
  }

  public static DeliveryConfig defaults(String bootstrapServers) {
    return new DeliveryConfig(
        bootstrapServers,
        Topics.DEFAULT,
        "127.0.0.1",
        DEFAULT_PORT,
        0,
        2,
        Limits.DEFAULT,
        Timing.DEFAULT);
  }

  /**
   * Reads {@code TIDEGATE_KAFKA}, {@code TIDEGATE_TOPIC_PREFIX} and {@code TIDEGATE_DELIVERY_...};
   * what is not there has its default.
   *
   * @throws IllegalArgumentException naming the variable or the field, and the reason
   */
  public static DeliveryConfig from(Map<String, String> environment) {
    Environment env = new Environment(environment);
    Limits limits = Limits.DEFAULT;
    Timing timing = Timing.DEFAULT;
    return new DeliveryConfig(
        env.text("TIDEGATE_KAFKA", "127.0.0.1:9092"),
        new Topics(env.text("TIDEGATE_TOPIC_PREFIX", Topics.DEFAULT.prefix())),
        env.text("TIDEGATE_DELIVERY_HOST", "127.0.0.1"),
        env.integer("TIDEGATE_DELIVERY_PORT", DEFAULT_PORT),
        env.integer("TIDEGATE_DELIVERY_SLOT", 0),
        env.integer("TIDEGATE_DELIVERY_LOOPS", 2),
        new Limits(
            env.integer("TIDEGATE_DELIVERY_CONNECTIONS", limits.connections()),
            env.integer("TIDEGATE_DELIVERY_FRAME_BYTES", limits.frameBytes()),
            env.integer("TIDEGATE_DELIVERY_FRAMES_PER_SECOND", limits.framesPerSecond()),
            env.integer("TIDEGATE_DELIVERY_WINDOW", limits.window()),
            env.number("TIDEGATE_DELIVERY_OUTBOUND_BYTES", limits.outboundBytes()),
            env.number("TIDEGATE_DELIVERY_OUTBOUND_LIMIT_BYTES", limits.outboundLimitBytes()),
            env.integer("TIDEGATE_DELIVERY_BATCHES", limits.batches())),
        new Timing(
            env.duration("TIDEGATE_DELIVERY_HELLO", timing.hello()),
            env.duration("TIDEGATE_DELIVERY_ATTACH", timing.attach()),
            env.duration("TIDEGATE_DELIVERY_PING", timing.ping()),
            env.duration("TIDEGATE_DELIVERY_PONG", timing.pong()),
            env.duration("TIDEGATE_DELIVERY_SLOW", timing.slow()),
            env.duration("TIDEGATE_DELIVERY_ACK", timing.ack()),
            env.duration("TIDEGATE_DELIVERY_BEAT", timing.beat()),
            env.duration("TIDEGATE_DELIVERY_FENCE", timing.fence()),
            env.duration("TIDEGATE_DELIVERY_START", timing.start()),
            env.duration("TIDEGATE_DELIVERY_DRAIN", timing.drain())));
  }

  public DeliveryConfig withTopics(Topics named) {
    return new DeliveryConfig(bootstrapServers, named, host, port, slot, loops, limits, timing);
  }

  public DeliveryConfig withHost(String name) {
    return new DeliveryConfig(bootstrapServers, topics, name, port, slot, loops, limits, timing);
  }

  public DeliveryConfig withPort(int number) {
    return new DeliveryConfig(bootstrapServers, topics, host, number, slot, loops, limits, timing);
  }

  public DeliveryConfig withSlot(int number) {
    return new DeliveryConfig(bootstrapServers, topics, host, port, number, loops, limits, timing);
  }

  public DeliveryConfig withLoops(int count) {
    return new DeliveryConfig(bootstrapServers, topics, host, port, slot, count, limits, timing);
  }

  public DeliveryConfig withLimits(Limits bounds) {
    return new DeliveryConfig(bootstrapServers, topics, host, port, slot, loops, bounds, timing);
  }

  public DeliveryConfig withTiming(Timing times) {
    return new DeliveryConfig(bootstrapServers, topics, host, port, slot, loops, limits, times);
  }

  public DeliveryConfig withDrain(Duration all) {
    return withTiming(timing.withDrain(all));
  }

  private static void require(boolean holds, String field, String reason, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(field + ": " + reason + ", got \"" + value + "\"");
    }
  }
}
