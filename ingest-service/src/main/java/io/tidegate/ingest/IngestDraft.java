package io.tidegate.ingest;

import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.TrustedIssuer;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.rate.Rate;
import io.tidegate.contract.settings.Environment;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.contract.webhook.WebhookRules;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an {@link IngestConfig} while they are being changed: a record has no way of its
 * own to change a few of many.
 */
final class IngestDraft {
  KafkaAccess kafka;
  Topics topics;
  String fanoutGroup;
  Auth auth;
  @Nullable TrustedIssuer issuer;
  @Nullable TlsFiles tls;
  String signingKeys;
  WebhookRules webhooks;
  String host;
  int port;
  int maxBodyBytes;
  int maxBatchBytes;
  int maxBatchLines;
  long maxInFlightBytes;
  int maxInFlightRequests;
  int tenantShare;
  Rate tenantRate;
  long tenantBytes;
  Rate keyRate;
  long keyBytes;
  int idempotencyKeys;
  long idempotencyBytes;
  Duration idempotencyAge;
  int maxConnections;
  int maxStreams;
  Duration headTimeout;
  Duration bodyTimeout;
  Duration idleTimeout;
  Duration deliveryTimeout;
  Duration maxBlock;
  long producerBytes;
  Duration startTimeout;
  Duration drainTimeout;
  boolean accessLog;
  boolean http2;

  IngestDraft(IngestConfig config) {
    kafka = config.kafka();
    topics = config.topics();
    fanoutGroup = config.fanoutGroup();
    auth = config.auth();
    issuer = config.issuer();
    tls = config.tls();
    signingKeys = config.signingKeys();
    webhooks = config.webhooks();
    host = config.host();
    port = config.port();
    maxBodyBytes = config.maxBodyBytes();
    maxBatchBytes = config.maxBatchBytes();
    maxBatchLines = config.maxBatchLines();
    maxInFlightBytes = config.maxInFlightBytes();
    maxInFlightRequests = config.maxInFlightRequests();
    tenantShare = config.tenantShare();
    tenantRate = config.tenantRate();
    tenantBytes = config.tenantBytes();
    keyRate = config.keyRate();
    keyBytes = config.keyBytes();
    idempotencyKeys = config.idempotencyKeys();
    idempotencyBytes = config.idempotencyBytes();
    idempotencyAge = config.idempotencyAge();
    maxConnections = config.maxConnections();
    maxStreams = config.maxStreams();
    headTimeout = config.headTimeout();
    bodyTimeout = config.bodyTimeout();
    idleTimeout = config.idleTimeout();
    deliveryTimeout = config.deliveryTimeout();
    maxBlock = config.maxBlock();
    producerBytes = config.producerBytes();
    startTimeout = config.startTimeout();
    drainTimeout = config.drainTimeout();
    accessLog = config.accessLog();
    http2 = config.http2();
  }

  IngestConfig config() {
    return new IngestConfig(
        kafka,
        topics,
        fanoutGroup,
        auth,
        issuer,
        tls,
        signingKeys,
        webhooks,
        host,
        port,
        maxBodyBytes,
        maxBatchBytes,
        maxBatchLines,
        maxInFlightBytes,
        maxInFlightRequests,
        tenantShare,
        tenantRate,
        tenantBytes,
        keyRate,
        keyBytes,
        idempotencyKeys,
        idempotencyBytes,
        idempotencyAge,
        maxConnections,
        maxStreams,
        headTimeout,
        bodyTimeout,
        idleTimeout,
        deliveryTimeout,
        maxBlock,
        producerBytes,
        startTimeout,
        drainTimeout,
        accessLog,
        http2);
  }

  /** Every variable sets the field of its name. */
  void read(Environment variables) {
    // Where the cli's clients find the service.
    variables.leave("URL");
    topics = variables.topics();
    fanoutGroup = variables.text("FANOUT_GROUP", fanoutGroup);
    auth = variables.choice("AUTH", auth);
    issuer = TrustedIssuer.read(issuer, variables, IngestConfig.PREFIX, auth);
    tls = TlsFiles.ofServer(variables, IngestConfig.PREFIX);
    signingKeys = variables.text("SIGNING_KEYS", signingKeys);
    webhooks = webhooks.read(variables);
    host = variables.text("HOST", host);
    port = variables.integer("PORT", port);
    maxBodyBytes = variables.integer("MAX_BODY_BYTES", maxBodyBytes);
    maxBatchBytes = variables.integer("MAX_BATCH_BYTES", maxBatchBytes);
    maxBatchLines = variables.integer("MAX_BATCH_LINES", maxBatchLines);
    maxInFlightBytes = variables.number("MAX_IN_FLIGHT_BYTES", maxInFlightBytes);
    maxInFlightRequests = variables.integer("MAX_IN_FLIGHT_REQUESTS", maxInFlightRequests);
    tenantShare = variables.integer("TENANT_SHARE", tenantShare);
    tenantRate = variables.measure("TENANT_RATE", tenantRate, Rate::parse);
    tenantBytes = variables.number("TENANT_BYTES", tenantBytes);
    keyRate = variables.measure("KEY_RATE", keyRate, Rate::parse);
    keyBytes = variables.number("KEY_BYTES", keyBytes);
    idempotencyKeys = variables.integer("IDEMPOTENCY_KEYS", idempotencyKeys);
    idempotencyBytes = variables.number("IDEMPOTENCY_BYTES", idempotencyBytes);
    idempotencyAge = variables.duration("IDEMPOTENCY_AGE", idempotencyAge);
    maxConnections = variables.integer("MAX_CONNECTIONS", maxConnections);
    maxStreams = variables.integer("MAX_STREAMS", maxStreams);
    headTimeout = variables.duration("HEAD_TIMEOUT", headTimeout);
    bodyTimeout = variables.duration("BODY_TIMEOUT", bodyTimeout);
    idleTimeout = variables.duration("IDLE_TIMEOUT", idleTimeout);
    deliveryTimeout = variables.duration("DELIVERY_TIMEOUT", deliveryTimeout);
    maxBlock = variables.duration("MAX_BLOCK", maxBlock);
    producerBytes = variables.number("PRODUCER_BYTES", producerBytes);
    startTimeout = variables.duration("START_TIMEOUT", startTimeout);
    drainTimeout = variables.duration("DRAIN_TIMEOUT", drainTimeout);
    accessLog = variables.flag("ACCESS_LOG", accessLog);
    http2 = variables.flag("HTTP2", http2);
  }
}
