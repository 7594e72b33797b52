package io.tidegate.fanout.sequencer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidegate.contract.Message;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.mailbox.MailboxState;
import io.tidegate.fanout.mailbox.ReadyQueue;
import io.tidegate.fanout.state.EntryRecord;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Walks over everything that the store has of a user and checks that it is whole: the numbers count
 * the entries, every index leads to its entry and no entry lacks its index, no due instant is
 * without an entry in the due index (invariants 2, 4 and 23).
 */
final class StoreAudit {
  private final SortedBytes store;
  private final UserKey user;

  private StoreAudit(SortedBytes store, UserKey user) {
    this.store = store;
    this.user = user;
  }

  static void check(SortedBytes store, UserKey user) {
    UserState state = UserStates.load(store, user);
    StoreAudit audit = new StoreAudit(store, user);
    if (state == null) {
      assertThat(audit.entries()).as("entries of nobody").isEmpty();
      assertThat(audit.count(prefix(Keys.expiry(user, 0, 0), 16)))
          .as("expiry index of nobody")
          .isZero();
      assertThat(audit.dueInstants()).as("due index of nobody").isEmpty();
    } else {
      audit.entriesAreCounted(state.mailbox);
      audit.indexesLeadToEntries(state.mailbox);
      audit.devicesAreWithinBounds(state);
      audit.dueIsIndexed(state);
    }
  }

  private void entriesAreCounted(MailboxState numbers) {
    numbers.queues.all().forEach(this::queueIsTrue);
    long bytes = 0;
    Set<Long> arrivals = new HashSet<>();
    for (EntryRecord entry : entries().values()) {
      bytes += entry.getPayload().size();
      assertThat(arrivals.add(entry.getArrival())).as("arrival numbers one entry").isTrue();
      assertThat(entry.getArrival()).as("arrival").isLessThan(numbers.nextArrival);
    }
    assertThat(numbers.scheduled)
        .as("scheduled")
        .isEqualTo(count(prefix(Keys.scheduled(user, 0, 0), 16)));
    assertThat(numbers.released).as("released").isEqualTo(count(prefix(Keys.released(user, 0), 8)));
    assertThat(numbers.payloadBytes).as("payloadBytes").isEqualTo(bytes);
  }

  private void queueIsTrue(ReadyQueue queue) {
    Map<String, String> entries = values(prefix(Keys.ready(user, queue.id, 0), 8));
    assertThat(queue.count).as("ready").isEqualTo(entries.size());
    for (String key : entries.keySet()) {
      assertThat(Keys.queue(bytes(key))).as("queue").isEqualTo(queue.id);
      long place = Keys.number(bytes(key));
      assertThat(place).as("place").isBetween(queue.head, queue.tail - 1);
    }
  }

  private void indexesLeadToEntries(MailboxState numbers) {
    Map<String, EntryRecord> entries = entries();
    Map<String, String> expiries = values(prefix(Keys.expiry(user, 0, 0), 16));
    int expiring = 0;
    Map<String, String> collapsing = new HashMap<>();
    for (Map.Entry<String, EntryRecord> each : entries.entrySet()) {
      EntryRecord entry = each.getValue();
      if (entry.getExpiryMillis() != 0) {
        expiring++;
        byte[] index = Keys.expiry(user, entry.getExpiryMillis(), entry.getArrival());
        assertThat(expiries).as("expiry index").containsEntry(text(index), each.getKey());
        assertThat(numbers.expiryMillis).as("expiry").isLessThanOrEqualTo(entry.getExpiryMillis());
      }
      byte[] key = bytes(each.getKey());
      if (Keys.isScheduled(key)) {
        assertThat(numbers.scheduledMillis).as("scheduled").isLessThanOrEqualTo(Keys.millis(key));
      }
      if (Keys.isReleased(key)) {
        assertThat(Keys.number(key)).as("seq").isGreaterThan(numbers.floor);
        assertThat(Keys.number(key)).as("seq").isLessThan(numbers.nextSeq);
      } else if (!entry.getCollapseKey().isEmpty()) {
        byte[] index = Keys.collapse(user, entry.getCollapseKey());
        assertThat(collapsing.put(text(index), each.getKey())).as("one per collapse key").isNull();
      }
    }
    assertThat(expiries).as("expiry index").hasSize(expiring);
    assertThat(values(Keys.collapse(user, ""))).as("collapse index").isEqualTo(collapsing);
    if (!entries.isEmpty()) {
      assertThat(numbers.ageMillis).as("ageMillis").isNotEqualTo(Message.NEVER);
    }
  }

  private void devicesAreWithinBounds(UserState state) {
    Set<String> names = new HashSet<>();
    for (Device device : state.devices) {
      assertThat(names.add(device.name)).as("one device per name").isTrue();
      assertThat(device.acked).as("acked").isBetween(state.mailbox.floor, state.mailbox.head());
      assertThat(device.sent).as("sent").isLessThanOrEqualTo(state.mailbox.head());
    }
  }

  private void dueIsIndexed(UserState state) {
    List<Long> expected = state.dueMillis == 0 ? List.of() : List.of(state.dueMillis);
    assertThat(dueInstants()).as("due index").isEqualTo(expected);
  }

  private List<Long> dueInstants() {
    List<Long> instants = new ArrayList<>();
    byte[] from = Keys.dueFrom(0);
    try (SortedBytes.Range range = store.range(from, Keys.dueFrom(Long.MAX_VALUE))) {
      while (range.next()) {
        if (Keys.dueUser(range.key()).equals(user)) {
          instants.add(Keys.dueMillis(range.key()));
        }
      }
    }
    return instants;
  }

  private Map<String, EntryRecord> entries() {
    Map<String, EntryRecord> entries = new HashMap<>();
    List<byte[]> kinds =
        List.of(
            prefix(Keys.ready(user, 0, 0), 9),
            prefix(Keys.scheduled(user, 0, 0), 16),
            prefix(Keys.released(user, 0), 8));
    for (byte[] prefix : kinds) {
      try (SortedBytes.Range range = store.range(prefix, Keys.after(prefix))) {
        while (range.next()) {
          entries.put(text(range.key()), entry(range.value()));
        }
      }
    }
    return entries;
  }

  private static EntryRecord entry(byte[] value) {
    try {
      return EntryRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("an entry is not readable", e);
    }
  }

  private Map<String, String> values(byte[] prefix) {
    Map<String, String> values = new HashMap<>();
    try (SortedBytes.Range range = store.range(prefix, Keys.after(prefix))) {
      while (range.next()) {
        values.put(text(range.key()), text(range.value()));
      }
    }
    return values;
  }

  private int count(byte[] prefix) {
    return values(prefix).size();
  }

  /** What all keys of a kind begin with: one of them without what tells them apart. */
  private static byte[] prefix(byte[] key, int less) {
    return Arrays.copyOf(key, key.length - less);
  }

  private static String text(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] bytes(String text) {
    return HexFormat.of().parseHex(text);
  }
}
