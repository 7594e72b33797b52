package io.tidegate.ingest.http;

import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.tidegate.contract.Problem;
import io.tidegate.ingest.admission.Admission;
import io.tidegate.ingest.message.InvalidMessageException;
import io.tidegate.ingest.message.Items;
import io.tidegate.ingest.message.Lines;
import io.tidegate.ingest.metrics.IngestMetrics;
import io.tidegate.ingest.publish.Window;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One body of many lines, which are NDJSON's or the items of a JSON array: what every line says is
 * sent to Kafka as it comes in, without waiting for the one before. The results stand in the order
 * of the lines, one each; lines of white space have none. The answer begins after the body has
 * ended, because a client that writes all before it reads would otherwise wait for us while we wait
 * for it.
 *
 * <p>What ends the reading early (too many lines or bytes, a body cut short, an array that is none,
 * no room) is the last result: what stood before it may be accepted, so it cannot be the answer to
 * the whole. Where nothing stood before it, it is.
 *
 * <p>A line that a quota has no room for is refused by itself, before it is looked at.
 *
 * <p>Once Kafka has not taken or acknowledged a line, the lines after it are read but not sent.
 */
final class Batch {
  private static final int COPIES = 2;
  private static final String NOT_SENT =
      "not sent, because Kafka did not take one before it in time; send it again";

  /** A line's result, or what will become it. */
  private sealed interface Entry {
    /**
     * @param result as it is answered
     */
    record Refused(Problem.Kind kind, byte[] result) implements Entry {}

    record Sent(LineWork.Sent work, int bytes) implements Entry {}
  }

  private final Limits limits;
  private final Window window;
  private final Admission.Permit permit;
  private final IngestMetrics metrics;
  private final LineWork work;
  private final Supplier<Rejection> noRoom;
  private final IntSupplier comeback;
  private final Queue<Entry> entries = new ArrayDeque<>();
  private final ByteArrayOutputStream results = new ByteArrayOutputStream();

  /** When what was refused for a quota may come again; 0: nothing was. */
  private long retryAfterSeconds;

  /** Whether anything was refused for the lack of room, or because of Kafka. */
  private boolean reduced;

  /** Whether there was no room for a result: then no more lines are taken. */
  private boolean full;

  /** Whether the results would be the same later. */
  private boolean lasting = true;

  /**
   * @param noRoom what is answered where the permit has no room
   * @param comeback in how many seconds to come again then, or where Kafka does not keep up
   */
  Batch(
      Limits limits,
      Window window,
      Admission.Permit permit,
      IngestMetrics metrics,
      LineWork work,
      Supplier<Rejection> noRoom,
      IntSupplier comeback) {
    this.noRoom = noRoom;
    this.comeback = comeback;
    this.limits = limits;
    this.window = window;
    this.permit = permit;
    this.metrics = metrics;
    this.work = work;
  }

  /** One whose request is let in. */
  static Batch of(Limits limits, Entrance.Entry entry, IngestMetrics metrics, LineWork work) {
    return new Batch(
        limits,
        entry.window(),
        entry.permit(),
        metrics,
        work,
        entry::noRoom,
        entry::comebackSeconds);
  }

  /** Reads the request's body and does what it says. */
  static Answer serve(
      ServerRequest request,
      Limits limits,
      Entrance.Entry entry,
      IngestMetrics metrics,
      LineWork work) {
    Batch batch = of(limits, entry, metrics, work);
    Bodies.<@Nullable Void>reading(
        request,
        limits.batchBytes(),
        entry,
        (reader, guard) -> {
          batch.read(new Lines(reader, limits.bodyBytes()), guard::requireOpen);
          return null;
        });
    return batch.answer();
  }

  /** Waits for Kafka's answers to what was read: 200 with the results. */
  Answer answer() {
    byte[] settled = results();
    boolean cut = wasCutShort();
    long retry = Math.max(retryAfterSeconds, reduced || cut ? comeback.getAsInt() : 0);
    return new Answer(Status.OK_200, Answers.NDJSON, settled, retry, lasting && !cut);
  }

  /**
   * Reads and sends all lines, as far as they can be read.
   *
   * @param requireOpen called before each line; throws once the connection is gone, since nobody
   *     would learn what became of the line
   * @throws Rejection if the body cannot be read, and no line of it was looked at
   */
  void read(Items lines, Runnable requireOpen) {
    String word = lines.word();
    int count = 0;
    try {
      for (Items.Item line = next(lines); line != null; line = next(lines)) {
        if (count == limits.batchLines()) {
          throw Rejection.of(
              Problem.Kind.TOO_LARGE,
              "more than %d %ss; this one and all after it are refused"
                  .formatted(limits.batchLines(), word));
        }
        count++;
        requireOpen.run();
        entries.add(entry(line, count, word));
        settleDone();
        if (full) {
          throw noRoom.get();
        }
      }
    } catch (Rejection e) {
      if (count == 0) {
        throw e;
      }
      lasting = false;
      entries.add(refused(e));
    }
  }

  /** Whether lines were left unsent or unacknowledged because Kafka was in trouble. */
  boolean wasCutShort() {
    return window.isClosed();
  }

  /** Waits for Kafka's answers to all lines. */
  byte[] results() {
    for (Entry entry = entries.poll(); entry != null; entry = entries.poll()) {
      settle(entry);
    }
    return results.toByteArray();
  }

  private static Items.@Nullable Item next(Items lines) {
    try {
      return lines.next();
    } catch (InvalidMessageException e) {
      throw Rejection.of(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Entry entry(Items.Item line, int number, String word) {
    if (line.tooLong()) {
      return refused(
          Problem.Kind.TOO_LARGE,
          "the " + word + " is larger than " + limits.bodyBytes() + " bytes");
    }
    if (line.length() == 0) {
      return refused(Problem.Kind.INVALID_REQUEST, "the " + word + " is empty");
    }
    if (window.isClosed()) {
      permit.shrink((long) COPIES * line.length());
      return refused(Problem.Kind.TEMPORARY_REDUCED_CAPACITY, NOT_SENT);
    }
    try {
      work.begin(number);
    } catch (Rejection e) {
      permit.shrink((long) COPIES * line.length());
      return refused(e);
    }
    try {
      LineWork.Sent sent = work.send(line.bytes(), line.offset(), line.length(), window);
      return new Entry.Sent(sent, line.length());
    } catch (InvalidMessageException e) {
      permit.shrink((long) COPIES * line.length());
      return refused(Rejection.of(e));
    }
  }

  /** Forgets the lines that Kafka has answered for, up to the first it has not. */
  private void settleDone() {
    for (Entry entry = entries.peek(); entry != null; entry = entries.peek()) {
      if (entry instanceof Entry.Sent sent && !sent.work().isDone()) {
        return;
      }
      settle(entries.remove());
    }
  }

  private void settle(Entry entry) {
    byte[] result =
        switch (entry) {
          case Entry.Sent sent -> result(sent);
          case Entry.Refused refused -> result(refused);
        };
    results.write(result, 0, result.length);
    results.write('\n');
  }

  private byte[] result(Entry.Sent sent) {
    byte[] result;
    try {
      result = sent.work().await();
    } catch (Rejection e) {
      return result(refused(e));
    } finally {
      permit.shrink((long) COPIES * sent.bytes());
    }
    hold(result);
    return result;
  }

  /** A result is kept, and copied once, until all are answered. */
  private void hold(byte[] result) {
    full |= !permit.grow((long) COPIES * (result.length + 1));
  }

  private byte[] result(Entry.Refused refused) {
    lasting &= Rejection.isAboutTheContent(refused.kind());
    metrics.rejected(refused.kind());
    return refused.result();
  }

  private Entry.Refused refused(Rejection rejection) {
    retryAfterSeconds = Math.max(retryAfterSeconds, rejection.retryAfterSeconds());
    reduced |= rejection.kind() == Problem.Kind.TEMPORARY_REDUCED_CAPACITY;
    byte[] result = Json.problem(rejection.problem());
    hold(result);
    return new Entry.Refused(rejection.kind(), result);
  }

  private Entry.Refused refused(Problem.Kind kind, String detail) {
    return refused(Rejection.of(kind, detail));
  }
}
