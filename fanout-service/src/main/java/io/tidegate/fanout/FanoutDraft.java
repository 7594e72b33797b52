package io.tidegate.fanout;

import io.tidegate.contract.Topics;
import io.tidegate.contract.auth.Auth;
import io.tidegate.contract.auth.TrustedIssuer;
import io.tidegate.contract.kafka.KafkaAccess;
import io.tidegate.contract.policy.Policy;
import io.tidegate.contract.settings.Environment;
import io.tidegate.contract.tls.TlsFiles;
import io.tidegate.fanout.sequencer.SequencerSettings;
import io.tidegate.fanout.statestore.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a {@link FanoutConfig} while they are being changed: a record has no way of its own
 * to change a few of many.
 */
final class FanoutDraft {
  KafkaAccess kafka;
  Topics topics;
  Auth auth;
  @Nullable TrustedIssuer issuer;
  @Nullable TlsFiles tls;
  @Nullable TlsFiles tlsPeers;
  String host;
  int port;
  @Nullable String advertised;
  String applicationId;
  @Nullable String instanceId;
  Path stateDir;
  StoreKind store;
  int threads;
  int standbys;
  Duration commitInterval;
  Duration sessionTimeout;
  Duration drain;
  boolean adaptive;
  SequencerSettings sequencer;

  FanoutDraft(FanoutConfig config) {
    kafka = config.kafka();
    topics = config.topics();
    auth = config.auth();
    issuer = config.issuer();
    tls = config.tls();
    tlsPeers = config.tlsPeers();
    host = config.host();
    port = config.port();
    advertised = config.advertised();
    applicationId = config.applicationId();
    instanceId = config.instanceId();
    stateDir = config.stateDir();
    store = config.store();
    threads = config.threads();
    standbys = config.standbys();
    commitInterval = config.commitInterval();
    sessionTimeout = config.sessionTimeout();
    drain = config.drain();
    adaptive = config.adaptive();
    sequencer = config.sequencer();
  }

  FanoutConfig config() {
    return new FanoutConfig(
        kafka,
        topics,
        auth,
        issuer,
        tls,
        tlsPeers,
        host,
        port,
        advertised,
        applicationId,
        instanceId,
        stateDir,
        store,
        threads,
        standbys,
        commitInterval,
        sessionTimeout,
        drain,
        adaptive,
        sequencer);
  }

  /** Every variable sets the field of its name; a mailbox's bounds have that word before it. */
  void read(Environment variables) {
    topics = variables.topics();
    auth = variables.choice("AUTH", auth);
    issuer = TrustedIssuer.read(issuer, variables, FanoutConfig.PREFIX, auth);
    tls = TlsFiles.ofServer(variables, FanoutConfig.PREFIX);
    tlsPeers = TlsFiles.ofPeers(tls, variables, FanoutConfig.PREFIX);
    host = variables.text("HOST", host);
    port = variables.integer("PORT", port);
    advertised = variables.text("ADVERTISED");
    applicationId = variables.text("APPLICATION_ID", FanoutConfig.applicationId(topics));
    instanceId = variables.text("INSTANCE_ID");
    stateDir = variables.path("STATE_DIR", stateDir);
    store = variables.choice("STORE", store);
    threads = variables.integer("THREADS", threads);
    standbys = variables.integer("STANDBYS", standbys);
    commitInterval = variables.duration("COMMIT_INTERVAL", commitInterval);
    sessionTimeout = variables.duration("SESSION_TIMEOUT", sessionTimeout);
    drain = variables.duration("DRAIN", drain);
    adaptive = variables.flag("ADAPTIVE", adaptive);
    sequencer = sequencer(variables, sequencer);
  }

  private static SequencerSettings sequencer(Environment variables, SequencerSettings d) {
    return new SequencerSettings(
        variables.read("POLICY", d.policy(), Policy::parse),
        variables.integer("MAILBOX_MAX_ENTRIES", d.maxEntries()),
        variables.number("MAILBOX_MAX_BYTES", d.maxBytes()),
        variables.duration("MAILBOX_MAX_AGE", d.maxAge()),
        variables.duration("DEVICE_IDLE", d.deviceIdle()),
        variables.integer("MAX_DEVICES", d.maxDevices()),
        variables.duration("DEDUPE_HORIZON", d.dedupeHorizon()),
        variables.integer("TURN_MESSAGES", d.turnMessages()),
        variables.number("TURN_BYTES", d.turnBytes()),
        variables.flag("PRESENCE", d.presence()),
        variables.duration("PRESENCE_GRACE", d.presenceGrace()));
  }
}
