package io.tidegate.fanout.topology;

import io.tidegate.contract.UserKey;
import io.tidegate.fanout.sequencer.PresenceView;
import io.tidegate.fanout.sequencer.Sequencer;
import io.tidegate.fanout.sequencer.UserView;
import io.tidegate.fanout.statestore.StreamsBytes;
import io.tidegate.fanout.store.SortedBytes;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

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

  /**
   * Where a user was found, or why not.
   *
   * @param <V> what is to be found
   */
  public sealed interface Found<V> {
    record Here<V>(V found) implements Found<V> {}

    /** This instance owns the user, and there is none. */
    record Nowhere<V>() implements Found<V> {}

    /** Another instance owns the user. */
    record Elsewhere<V>(String host, int port) implements Found<V> {}

    /** Tasks are moving, or stores are being restored. */
    record NotNow<V>() implements Found<V> {}
  }

  public Found<UserView> find(UserKey user) {
    long now = System.currentTimeMillis();
    return find(user, store -> sequencer.view(store, user, now, pressures.at(now)));
  }

  public Found<PresenceView.OfUser> presence(UserKey user) {
    return find(user, store -> Sequencer.presence(store, user));
  }

  private <V> Found<V> find(UserKey user, Function<SortedBytes, @Nullable V> look) {
    try {
      KeyQueryMetadata owner =
          streams.queryMetadataForKey(FanoutTopology.STORE, user.toBytes(), FanoutTopology.byKey());
      if (owner == null || KeyQueryMetadata.NOT_AVAILABLE.equals(owner)) {
        return new Found.NotNow<>();
      }
      if (!owner.activeHost().equals(self)) {
        return new Found.Elsewhere<>(owner.activeHost().host(), owner.activeHost().port());
      }
      V found = look.apply(StreamsBytes.readOnly(store(owner.partition())));
      return found == null ? new Found.Nowhere<>() : new Found.Here<>(found);
    } catch (InvalidStateStoreException | IllegalStateException e) {
      // The second is what Streams says while it is not running.
      return new Found.NotNow<>();
    }
  }

  private ReadOnlyKeyValueStore<Bytes, byte[]> store(int partition) {
    return streams.store(
        StoreQueryParameters.fromNameAndType(
                FanoutTopology.STORE, QueryableStoreTypes.<Bytes, byte[]>keyValueStore())
            .withPartition(partition));
  }
}
