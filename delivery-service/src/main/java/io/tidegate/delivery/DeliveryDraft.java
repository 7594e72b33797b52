package io.tidegate.delivery;

import io.tidegate.contract.Topics;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.settings.Environment;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.token.TokenKeys;
import io.tidegate.contract.token.TokenRules;
import io.tidegate.delivery.auth.Origins;
import io.tidegate.delivery.connection.SocketIo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a {@link DeliveryConfig} while they are being changed: a record has no way of its
 * own to change a few of many.
 */
final class DeliveryDraft {
  KafkaAccess kafka;
  Topics topics;
  @Nullable TlsFiles tls;
  String host;
  int port;
  int slot;
  int loops;
  SocketIo io;
  int deflate;
  boolean http2;
  DeliveryAuth auth;
  TokenKeys keys;
  TokenRules tokens;
  Origins origins;
  WebhookConfig webhooks;
  int connections;
  int addressConnections;
  int arrivalsPerSecond;
  int departuresPerSecond;
  int frameBytes;
  int framesPerSecond;
  int window;
  int bytesPerSecond;
  long outboundBytes;
  long outboundLimitBytes;
  long outboundTotalBytes;
  int batches;
  Duration hello;
  Duration attach;
  Duration ping;
  Duration pong;
  Duration maxAge;
  Duration slow;
  Duration mostDelay;
  Duration ack;
  Duration beat;
  Duration fence;
  Duration start;
  Duration notice;
  Duration drain;

  DeliveryDraft(DeliveryConfig config) {
    kafka = config.kafka();
    topics = config.topics();
    tls = config.tls();
    host = config.host();
    port = config.port();
    slot = config.slot();
    loops = config.loops();
    io = config.io();
    deflate = config.deflate();
    http2 = config.http2();
    auth = config.auth();
    keys = config.keys();
    tokens = config.tokens();
    origins = config.origins();
    webhooks = config.webhooks();
    connections = config.limits().connections();
    addressConnections = config.limits().addressConnections();
    arrivalsPerSecond = config.limits().arrivalsPerSecond();
    departuresPerSecond = config.limits().departuresPerSecond();
    frameBytes = config.limits().frameBytes();
    framesPerSecond = config.limits().framesPerSecond();
    window = config.limits().window();
    bytesPerSecond = config.limits().bytesPerSecond();
    outboundBytes = config.limits().outboundBytes();
    outboundLimitBytes = config.limits().outboundLimitBytes();
    outboundTotalBytes = config.limits().outboundTotalBytes();
    batches = config.limits().batches();
    hello = config.timing().hello();
    attach = config.timing().attach();
    ping = config.timing().ping();
    pong = config.timing().pong();
    maxAge = config.timing().maxAge();
    slow = config.timing().slow();
    mostDelay = config.timing().mostDelay();
    ack = config.timing().ack();
    beat = config.timing().beat();
    fence = config.timing().fence();
    start = config.timing().start();
    notice = config.timing().notice();
    drain = config.timing().drain();
  }

  DeliveryConfig config() {
    return new DeliveryConfig(
        kafka,
        topics,
        tls,
        host,
        port,
        slot,
        loops,
        io,
        deflate,
        http2,
        auth,
        keys,
        tokens,
        origins,
        webhooks,
        new DeliveryConfig.Limits(
            connections,
            addressConnections,
            arrivalsPerSecond,
            departuresPerSecond,
            frameBytes,
            framesPerSecond,
            window,
            bytesPerSecond,
            outboundBytes,
            outboundLimitBytes,
            outboundTotalBytes,
            batches),
        new DeliveryConfig.Timing(
            hello, attach, ping, pong, maxAge, slow, mostDelay, ack, beat, fence, start, notice,
            drain));
  }

  /** Every variable sets the field of its name. */
  void read(Environment variables) {
    // Where the cli's clients find the service.
    variables.leave("URL");
    topics = variables.topics();
    tls = TlsFiles.ofServer(variables, DeliveryConfig.PREFIX);
    host = variables.text("HOST", host);
    port = variables.integer("PORT", port);
    slot = variables.integer("SLOT", slot);
    loops = variables.integer("LOOPS", loops);
    io = variables.choice("IO", io);
    deflate = variables.integer("DEFLATE", deflate);
    http2 = variables.flag("HTTP2", http2);
    auth = variables.choice("AUTH", auth);
    TokenKeys before = keys;
    TokenRules rules = tokens;
    keys = keys.read(variables);
    tokens = tokens.read(variables);
    if (auth == DeliveryAuth.NONE && !(keys.equals(before) && tokens.equals(rules))) {
      // Who sets them believes that they are asked for.
      throw new IllegalArgumentException(
          DeliveryConfig.PREFIX + "AUTH: want tokens where settings of tokens are made");
    }
    origins = variables.read("ORIGINS", origins, Origins::parse);
    webhooks = webhooks.read(variables);
    connections = variables.integer("CONNECTIONS", connections);
    addressConnections = variables.integer("ADDRESS_CONNECTIONS", addressConnections);
    arrivalsPerSecond = variables.integer("ARRIVALS_PER_SECOND", arrivalsPerSecond);
    departuresPerSecond = variables.integer("DEPARTURES_PER_SECOND", departuresPerSecond);
    frameBytes = variables.integer("FRAME_BYTES", frameBytes);
    framesPerSecond = variables.integer("FRAMES_PER_SECOND", framesPerSecond);
    window = variables.integer("WINDOW", window);
    bytesPerSecond = variables.integer("BYTES_PER_SECOND", bytesPerSecond);
    outboundBytes = variables.number("OUTBOUND_BYTES", outboundBytes);
    outboundLimitBytes = variables.number("OUTBOUND_LIMIT_BYTES", outboundLimitBytes);
    outboundTotalBytes = variables.number("OUTBOUND_TOTAL_BYTES", outboundTotalBytes);
    batches = variables.integer("BATCHES", batches);
    hello = variables.duration("HELLO", hello);
    attach = variables.duration("ATTACH", attach);
    ping = variables.duration("PING", ping);
    pong = variables.duration("PONG", pong);
    maxAge = variables.duration("MAX_AGE", maxAge);
    slow = variables.duration("SLOW", slow);
    mostDelay = variables.duration("MOST_DELAY", mostDelay);
    ack = variables.duration("ACK", ack);
    beat = variables.duration("BEAT", beat);
    fence = variables.duration("FENCE", fence);
    start = variables.duration("START", start);
    notice = variables.duration("NOTICE", notice);
    drain = variables.duration("DRAIN", drain);
  }
}
