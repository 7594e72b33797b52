package io.tidegate.fanout.topology;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.UserView;
import io.tidegate.fanout.statestore.StreamsBytes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Looks a user up in the store of the task that owns it; for any thread. */
public final class UserViews {
  private final KafkaStreams streams;
  private final HostInfo self;
  private final Sequencer sequencer;
  private final Pressures pressures;

  /**
   * @param server {@code host:port} of this instance, as Streams was told
   * @param sequencer only asked, never told anything
   * @param pressures that releases wait for
   */
  public UserViews(KafkaStreams streams, String server, Sequencer sequencer, Pressures pressures) {
    this.streams = streams;
    HostInfo parsed = HostInfo.buildFromEndpoint(server);
    if (parsed == null) {
      throw new IllegalArgumentException("server: want host:port, got \"" + server + "\"");
    }
    this.self = parsed;
    this.sequencer = sequencer;
    this.pressures = pressures;
  }

  /** Where a user was found, or why not. */
  public sealed interface Found {
    record Here(UserView view) implements Found {}

    /** This instance owns the user, and there is none. */
    record Nowhere() implements Found {}

    /** Another instance owns the user. */
    record Elsewhere(String host, int port) implements Found {}

    /** Tasks are moving, or stores are being restored. */
    record NotNow() implements Found {}
  }

  public Found find(UserKey user) {
    try {
      KeyQueryMetadata owner =
          streams.queryMetadataForKey(FanoutTopology.STORE, user.toBytes(), FanoutTopology.byKey());
      if (owner == null || KeyQueryMetadata.NOT_AVAILABLE.equals(owner)) {
        return new Found.NotNow();
      }
      if (!owner.activeHost().equals(self)) {
        return new Found.Elsewhere(owner.activeHost().host(), owner.activeHost().port());
      }
      return here(user, owner.partition());
    } catch (InvalidStateStoreException | IllegalStateException e) {
      // The second is what Streams says while it is not running.
      return new Found.NotNow();
    }
  }

  private Found here(UserKey user, int partition) {
    ReadOnlyKeyValueStore<Bytes, byte[]> store =
        streams.store(
            StoreQueryParameters.fromNameAndType(
                    FanoutTopology.STORE, QueryableStoreTypes.<Bytes, byte[]>keyValueStore())
                .withPartition(partition));
    long now = System.currentTimeMillis();
    UserView view = sequencer.view(StreamsBytes.readOnly(store), user, now, pressures.at(now));
    return view == null ? new Found.Nowhere() : new Found.Here(view);
  }
}
