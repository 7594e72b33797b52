package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import io.tidegate.contract.Urgency;
import io.tidegate.contract.inbox.Deliver;
import io.tidegate.contract.inbox.DeliverMany;
import io.tidegate.contract.inbox.InboxRecord;
import io.tidegate.contract.inbox.Pushed;
import io.tidegate.contract.inbox.Target;

/**
 * The bytes of an inbox record in which session, user, seqs and time are changed in place, so that
 * to make records costs next to nothing beside what a worker does with them. Numbers are varints of
 * five bytes, which any reader takes, up to 2^35 - 1.
 */
final class InboxTemplate {
  /** The least that takes five bytes; placeholders count from here. */
  private static final long PLACEHOLDER = 1L << 28;

  private static final int VARINT_BYTES = 5;
  static final int TIME_DIGITS = 19;

  private static final String TIME = "0".repeat(TIME_DIGITS);
  private static final String USER = "default/u00000000";
  private static final int USER_DIGITS = 8;

  private final byte[] bytes;

  /** Of each target: where its session, the digits of its user, its prev and its seq stand. */
  private final int[][] places;

  private final int time;

  private InboxTemplate(InboxRecord record, int targets) {
    bytes = record.toByteArray();
    places = new int[targets][];
    int at = 0;
    for (int i = 0; i < targets; i++) {
      int session = find(varint(PLACEHOLDER + 3L * i), at);
      int user = find(USER.getBytes(US_ASCII), session) + USER.length() - USER_DIGITS;
      int prev = find(varint(PLACEHOLDER + 3L * i + 1), user);
      int seq = find(varint(PLACEHOLDER + 3L * i + 2), prev);
      places[i] = new int[] {session, user, prev, seq};
      at = seq;
    }
    time = find(TIME.getBytes(US_ASCII), 0);
  }

  /** One message for one session. */
  static InboxTemplate one(long incarnation, int dataBytes) {
    return new InboxTemplate(
        InboxRecord.newBuilder()
            .setIncarnation(incarnation)
            .setSession(PLACEHOLDER)
            .setUser(USER)
            .setDeliver(
                Deliver.newBuilder()
                    .setPrev(PLACEHOLDER + 1)
                    .addMessages(message(dataBytes).setSeq(PLACEHOLDER + 2)))
            .build(),
        1);
  }

  /** One message for many sessions. */
  static InboxTemplate many(long incarnation, int dataBytes, int targets) {
    DeliverMany.Builder many = DeliverMany.newBuilder().setMessage(message(dataBytes));
    for (int i = 0; i < targets; i++) {
      many.addTargets(
          Target.newBuilder()
              .setSession(PLACEHOLDER + 3L * i)
              .setUser(USER)
              .setPrev(PLACEHOLDER + 3L * i + 1)
              .setSeq(PLACEHOLDER + 3L * i + 2));
    }
    return new InboxTemplate(
        InboxRecord.newBuilder().setIncarnation(incarnation).setMany(many).build(), targets);
  }

  /** What ingest and fan-out make of a POST, with the instant in it. */
  private static Pushed.Builder message(int dataBytes) {
    String head = "{\"t\":\"" + TIME + "\",\"text\":\"";
    String data = head + "x".repeat(Math.max(0, dataBytes - head.length() - 2)) + "\"}";
    return Pushed.newBuilder()
        .setId("01a22214-a5d6-7393-b1c7-fc6283f6123d")
        .setSource("/v1/messages")
        .setType("io.tidegate.message")
        .setTime(1_795_867_508_246L)
        .setUrgency(Urgency.NORMAL.position())
        .setPayload(ByteString.copyFromUtf8(data))
        .setJson(true);
  }

  /** The same bytes each time: read them before the next change. */
  byte[] bytes() {
    return bytes;
  }

  /** {@code System.nanoTime()}, which is the clock of {@code wsload} too. */
  void time(long nanos) {
    digits(bytes, time, TIME_DIGITS, nanos);
  }

  void target(int index, long session, int user, long prev, long seq) {
    int[] place = places[index];
    number(place[0], session);
    digits(bytes, place[1], USER_DIGITS, user);
    number(place[2], prev);
    number(place[3], seq);
  }

  /** Writes a number in decimal with leading zeros. */
  static void digits(byte[] into, int at, int count, long number) {
    long rest = number;
    for (int i = at + count - 1; i >= at; i--) {
      into[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  private void number(int at, long number) {
    System.arraycopy(varint(number), 0, bytes, at, VARINT_BYTES);
  }

  private static byte[] varint(long number) {
    byte[] varint = new byte[VARINT_BYTES];
    for (int i = 0; i < VARINT_BYTES; i++) {
      varint[i] = (byte) (((number >>> (7 * i)) & 0x7f) | (i < VARINT_BYTES - 1 ? 0x80 : 0));
    }
    return varint;
  }

  private int find(byte[] wanted, int from) {
    return find(bytes, wanted, from);
  }

  /** Where that stands in the bytes. */
  static int find(byte[] bytes, byte[] wanted, int from) {
    for (int at = from; at + wanted.length <= bytes.length; at++) {
      if (java.util.Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    throw new IllegalStateException("no such bytes after " + from);
  }
}
