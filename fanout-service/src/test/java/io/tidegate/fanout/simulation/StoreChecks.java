package io.tidegate.fanout.simulation;

import io.tidegate.contract.Urgency;
import io.tidegate.contract.UserKey;
import io.tidegate.fanout.state.EntryRecord;
import io.tidegate.fanout.state.UserRecord;
import io.tidegate.fanout.store.Keys;
import io.tidegate.fanout.store.SortedBytes;
import io.tidegate.fanout.store.TreeBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One committed store, looked at from end to end. */
final class StoreChecks {
  /** What the store has of one user. */
  static final class Contents {
    int ready;
    int scheduled;
    int released;
    long bytes;
    long earliestExpiry = Long.MAX_VALUE;
    long earliestScheduled = Long.MAX_VALUE;
    final Map<Urgency, Long> highestSeqs = new EnumMap<>(Urgency.class);
    long lowestSeq = Long.MAX_VALUE;
    final Map<String, Integer> ids = new HashMap<>();

    /** Of what is released, of that urgency and above; 0 if nothing is. */
    long highestSeq(Urgency least) {
      long highest = 0;
      for (Map.Entry<Urgency, Long> each : highestSeqs.entrySet()) {
        if (each.getKey().compareTo(least) >= 0) {
          highest = Math.max(highest, each.getValue());
        }
      }
      return highest;
    }
  }

  final Map<UserKey, UserRecord> users = new LinkedHashMap<>();
  final Map<UserKey, Contents> contents = new LinkedHashMap<>();
  private final Map<UserKey, Long> due = new HashMap<>();
  private final Set<UserKey> online = new HashSet<>();
  final GroupContents groups = new GroupContents();
  private final TreeBytes store;
  private int expiries;
  private int expiring;
  private int collapses;
  private int collapsing;
  private int dedupes;

  StoreChecks(TreeBytes store) {
    this.store = store;
    try (SortedBytes.Range range = store.range(new byte[] {0}, new byte[] {(byte) 0xFF})) {
      while (range.next()) {
        look(range.key(), range.value());
      }
    }
    groups.check();
    Violation.unless(expiries == expiring, 23, expiries, " expiry keys for ", expiring);
    Violation.unless(collapses == collapsing, 2, collapses, " collapse keys for ", collapsing);
    due.forEach(
        (user, at) -> {
          UserRecord record = users.get(user);
          Violation.unless(
              record != null && record.getDueMillis() == at, 23, user, " has a stray due ", at);
        });
    users.forEach(this::check);
    online.forEach(
        u -> Violation.unless(users.containsKey(u), 24, u, " is online and has no state"));
    contents
        .keySet()
        .forEach(u -> Violation.unless(users.containsKey(u), 2, u, " has entries, no state"));
  }

  /** But for who is in which group, and what is kept once for all users. */
  boolean isEmpty() {
    return users.isEmpty() && contents.isEmpty() && dedupes == 0 && groups.isNothingUnderWay();
  }

  private void look(byte[] key, byte[] value) {
    switch (key[0]) {
      case StoreReader.USER -> users.put(StoreReader.onlyUserOf(key), StoreReader.parseUser(value));
      case StoreReader.READY, StoreReader.SCHEDULED, StoreReader.RELEASED -> entry(key, value);
      case StoreReader.EXPIRY -> {
        expiries++;
        byte[] entry = store.get(value);
        Violation.unless(
            entry != null
                && StoreReader.parseEntry(entry).getExpiryMillis()
                    == StoreReader.rest(key).getLong(),
            23,
            "an expiry key leads nowhere");
      }
      case StoreReader.COLLAPSE -> {
        collapses++;
        byte[] entry = store.get(value);
        String name = StandardCharsets.UTF_8.decode(StoreReader.rest(key)).toString();
        Violation.unless(
            entry != null
                && value[0] != StoreReader.RELEASED
                && StoreReader.parseEntry(store, entry).getCollapseKey().equals(name),
            2,
            "collapse key ",
            name,
            " leads nowhere");
      }
      case StoreReader.DUE -> {
        UserKey user = Keys.dueUser(key);
        Long other = due.put(user, ByteBuffer.wrap(key).getLong(1));
        Violation.unless(other == null, 23, user, " is due twice");
      }
      case StoreReader.ONLINE -> online.add(StoreReader.onlyUserOf(key));
      case StoreReader.DEDUPE -> dedupes++;
      case StoreReader.SWEPT -> {}
      case StoreReader.MEMBER,
          StoreReader.MEMBER_OF,
          StoreReader.GROUP,
          StoreReader.SHARED,
          StoreReader.REFERENCES,
          StoreReader.EXPANSION,
          StoreReader.LAST ->
          groups.look(key, value);
      default -> throw new Violation(28, "an unknown kind of key: " + Arrays.toString(key));
    }
  }

  private void entry(byte[] key, byte[] value) {
    Contents c = contents.computeIfAbsent(StoreReader.userOf(key), _ -> new Contents());
    EntryRecord entry = StoreReader.parseEntry(store, value);
    groups.refers(entry.getShared());
    c.bytes += entry.getPayload().size();
    c.ids.merge(entry.getId(), 1, Integer::sum);
    if (entry.getExpiryMillis() != 0) {
      expiring++;
      c.earliestExpiry = Math.min(c.earliestExpiry, entry.getExpiryMillis());
    }
    if (key[0] != StoreReader.RELEASED && !entry.getCollapseKey().isEmpty()) {
      collapsing++;
    }
    switch (key[0]) {
      case StoreReader.READY -> c.ready++;
      case StoreReader.SCHEDULED -> {
        c.scheduled++;
        c.earliestScheduled = Math.min(c.earliestScheduled, entry.getDeliverAtMillis());
      }
      default -> {
        c.released++;
        long seq = StoreReader.rest(key).getLong();
        c.highestSeqs.merge(Urgency.at(entry.getUrgency()), seq, Math::max);
        c.lowestSeq = Math.min(c.lowestSeq, seq);
      }
    }
  }

  private void check(UserKey user, UserRecord record) {
    Contents c = contents.getOrDefault(user, new Contents());
    Violation.unless(
        online.contains(user) == record.getDevicesList().stream().anyMatch(d -> d.getConnected()),
        24,
        user,
        " is not where those with a session are found");
    Violation.unless(
        StoreReader.ready(record) == c.ready
            && record.getScheduled() == c.scheduled
            && record.getReleased() == c.released
            && record.getPayloadBytes() == c.bytes,
        2,
        user,
        " counts wrong: ",
        record);
    Violation.unless(
        c.highestSeq(Urgency.VERY_LOW) < record.getNextSeq(), 7, user, " has a seq to come");
    Violation.unless(c.lowestSeq > record.getFloor(), 3, user, " has an entry below its floor");
    Violation.unless(
        (record.getDueMillis() == 0) == !due.containsKey(user),
        23,
        user,
        " has lost its due entry");
    long needed = Math.min(c.earliestExpiry, c.earliestScheduled);
    Violation.unless(
        needed == Long.MAX_VALUE || record.getDueMillis() != 0,
        23,
        user,
        " waits for ",
        needed,
        " and is not due");
    Violation.unless(
        c.ids.isEmpty() || record.getAgeMillis() != 0, 23, user, " keeps messages for ever");
    record
        .getDevicesList()
        .forEach(
            d -> {
              Violation.unless(
                  d.getAcked() >= record.getFloor(), 3, user, " ", d, " is below the floor");
              Violation.unless(
                  d.getAcked() < record.getNextSeq(), 19, user, " ", d, " acked the future");
              Violation.unless(
                  d.getRefusedCount() <= 64
                      && d.getRefusedList().stream().allMatch(seq -> seq <= d.getAcked()),
                  3,
                  user,
                  " refused what it did not ack: ",
                  d);
            });
  }
}
