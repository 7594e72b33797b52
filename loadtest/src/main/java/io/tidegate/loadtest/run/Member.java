package io.tidegate.loadtest.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.report.Report;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;

/**
 * A generator among others, each a process: tells whoever started them how it goes, and is told
 * what concerns it. When that process ends, so does this one.
 */
public final class Member implements Others, Progress {
  private final PrintStream out;
  private final CompletableFuture<Policy> rules = new CompletableFuture<>();
  private final CompletableFuture<Instant> begin = new CompletableFuture<>();
  private volatile BiConsumer<Long, Long> accepted = (_, _) -> {};
  private volatile boolean over;
  private boolean offered;

  /**
   * @param in from whoever started it
   * @param gone called when there is nobody any more who reads
   */
  public Member(InputStream in, OutputStream out, Runnable gone) {
    this.out = new PrintStream(out, true, UTF_8);
    Thread reader = new Thread(() -> read(in, gone), "load-member");
    reader.setDaemon(true);
    reader.start();
  }

  private void read(InputStream in, Runnable gone) {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        switch (Lines.read(line)) {
          case Lines.Rules said -> rules.complete(said.policy());
          case Lines.Begin at -> begin.complete(at.at());
          case Lines.Accepted message -> accepted.accept(message.message(), message.nanos());
          case Lines.Offered _ -> over = true;
          default -> throw new IOException("not for a generator: " + line);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      note("load-member: " + e.getMessage());
    }
    gone.run();
  }

  private synchronized void tell(Lines.Word word) {
    out.println(Lines.write(word));
  }

  @Override
  public Policy rules() throws LoadTestException, InterruptedException {
    return told(rules);
  }

  @Override
  public Instant begin() throws LoadTestException, InterruptedException {
    tell(new Lines.Connected());
    return told(begin);
  }

  private static <T> T told(CompletableFuture<T> word)
      throws LoadTestException, InterruptedException {
    try {
      return word.get();
    } catch (ExecutionException e) {
      throw new LoadTestException("never told to begin", e);
    }
  }

  @Override
  public void accepted(long message, long nanos) {
    tell(new Lines.Accepted(message, nanos));
  }

  @Override
  public void hear(BiConsumer<Long, Long> accepted) {
    this.accepted = accepted;
  }

  @Override
  public boolean isOver(boolean own) {
    if (own && !offered) {
      offered = true;
      tell(new Lines.Offered());
    }
    return over;
  }

  @Override
  public void note(String line) {
    tell(new Lines.Note(line));
  }

  @Override
  public void second(Seconds.Last last) {
    tell(new Lines.Second(last));
  }

  /** The last that it tells. */
  public void found(Report report) {
    tell(new Lines.Found(report));
  }

  /** Instead of {@link #found}: it could not begin. */
  public void failed(String why) {
    tell(new Lines.Failed(why));
  }
}
