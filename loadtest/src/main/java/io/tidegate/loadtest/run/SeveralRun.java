package io.tidegate.loadtest.run;

import io.tidegate.contract.policy.Policy;
import io.tidegate.loadtest.ledger.MessageIds;
import io.tidegate.loadtest.profile.Profile;
import io.tidegate.loadtest.report.InvalidReportException;
import io.tidegate.loadtest.report.Merge;
import io.tidegate.loadtest.report.Report;
import io.tidegate.loadtest.report.Settings;
import io.tidegate.loadtest.schedule.Share;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run by several generators, each a process of this machine with its share of the devices and
 * of the messages: they begin at one instant, and what they find is one report. One that ends
 * before it told what it found ends the run.
 */
public final class SeveralRun {
  /** For a JVM to be there. */
  private static final Duration START = Duration.ofSeconds(60);

  /** They tell something every second while load is offered. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private static final Duration LEAD = Duration.ofMillis(500);

  private final Profile profile;
  private final Target target;
  private final RunOptions options;
  private final int count;
  private final Command command;
  private final Progress progress;

  private final MessageIds ids = Part.anyIds();
  private final BlockingQueue<GeneratorProcess.Heard> heard = new LinkedBlockingQueue<>();
  private final List<GeneratorProcess> generators = new CopyOnWriteArrayList<>();
  private final Gathering gathering;
  private final long[] heardNanos;
  private final boolean[] connected;
  private final boolean[] offered;
  private final @Nullable Report[] found;

  /** How a generator is started. */
  @FunctionalInterface
  public interface Command {
    /**
     * @param run names its messages
     */
    List<String> of(int index, int of, String run);
  }

  /**
   * @param count of generators, 1 to {@link Share#MOST}
   */
  public SeveralRun(
      Profile profile,
      Target target,
      RunOptions options,
      int count,
      Command command,
      Progress progress) {
    this.profile = profile;
    this.target = target;
    this.options = options;
    this.count = count;
    this.command = command;
    this.progress = progress;
    this.gathering = new Gathering(count);
    this.heardNanos = new long[count];
    this.connected = new boolean[count];
    this.offered = new boolean[count];
    this.found = new Report[count];
  }

  /**
   * Runs it to its end; once.
   *
   * @throws LostGeneratorException naming the generator that ended or fell silent
   * @throws LoadTestException if it cannot begin
   */
  public Report run() throws LoadTestException, InterruptedException {
    return Preparation.around(target, options, profile, progress, this::withGenerators);
  }

  private Report withGenerators(Policy rules, Preparation.Ready ready)
      throws LoadTestException, InterruptedException {
    Thread hook = new Thread(this::stop, "load-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      start();
      generators.forEach(generator -> generator.tell(new Lines.Rules(rules)));
      awaitConnected();
      ready.await();
      Arrays.fill(heardNanos, System.nanoTime());
      Instant begin = Instant.now().plus(LEAD);
      generators.forEach(generator -> generator.tell(new Lines.Begin(begin)));
      awaitFound();
      return merged();
    } finally {
      stop();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process ends, and the hook stops them.
      }
    }
  }

  private void start() throws LoadTestException {
    progress.note(
        "connecting %,d devices to %s from %d processes"
            .formatted(profile.receivers().allDevices(), target.delivery(), count));
    for (int index = 0; index < count; index++) {
      try {
        generators.add(
            new GeneratorProcess(index, count, command.of(index, count, ids.run()), heard::add));
      } catch (IOException e) {
        throw new LoadTestException("a generator cannot be started: " + e.getMessage(), e);
      }
    }
  }

  private void awaitConnected() throws LoadTestException, InterruptedException {
    long begin = System.nanoTime();
    int devices = profile.receivers().allDevices();
    Duration tokens = options.asksTokens() ? AskedTokens.most(devices) : Duration.ZERO;
    Duration most = START.plus(tokens).plus(LoadRun.WELCOME).plus(profile.connectingTime());
    while (!all(connected)) {
      long left = most.toNanos() - (System.nanoTime() - begin);
      GeneratorProcess.Heard next = heard.poll(left, TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new LoadTestException(
            "not all devices are connected after %d s: not those of %s"
                .formatted(most.toSeconds(), missing(connected)));
      }
      on(next);
    }
    progress.note(
        "%,d devices connected in %.1f s".formatted(devices, (System.nanoTime() - begin) / 1e9));
  }

  private void awaitFound() throws LoadTestException, InterruptedException {
    while (!Arrays.stream(found).allMatch(report -> report != null)) {
      GeneratorProcess.Heard next = heard.poll(1, TimeUnit.SECONDS);
      if (next != null) {
        on(next);
      }
      long now = System.nanoTime();
      for (int i = 0; i < count; i++) {
        if (found[i] == null && now - heardNanos[i] > SILENCE.toNanos()) {
          throw new LostGeneratorException(
              "%s has said nothing for %d s"
                  .formatted(generators.get(i).name(), SILENCE.toSeconds()));
        }
      }
    }
  }

  private void on(GeneratorProcess.Heard said) throws LoadTestException, InterruptedException {
    int from = said.generator();
    heardNanos[from] = System.nanoTime();
    switch (said.word()) {
      case null -> ended(from);
      case Lines.Connected _ -> connected[from] = true;
      case Lines.Note note -> {
        // They all do the same at the same time.
        if (from == 0 && all(connected)) {
          progress.note(note.text());
        }
      }
      case Lines.Accepted accepted ->
          generators.stream()
              .filter(other -> other != generators.get(from))
              .forEach(other -> other.tell(accepted));
      case Lines.Second second -> gathering.add(from, second.last()).forEach(progress::second);
      case Lines.Offered word -> {
        offered[from] = true;
        if (all(offered)) {
          generators.forEach(generator -> generator.tell(word));
        }
      }
      case Lines.Found report -> {
        found[from] = report.report();
        gathering.ended(from).forEach(progress::second);
      }
      case Lines.Failed failed ->
          throw new LoadTestException(generators.get(from).name() + ": " + failed.why());
      case Lines.Begin _, Lines.Rules _ ->
          throw new LoadTestException("a generator told others what only its starter does");
    }
  }

  private void ended(int generator) throws LoadTestException, InterruptedException {
    if (found[generator] == null) {
      GeneratorProcess lost = generators.get(generator);
      throw new LostGeneratorException(
          lost.name() + " " + lost.end() + " before it had told what it found");
    }
  }

  private static boolean all(boolean[] of) {
    for (boolean each : of) {
      if (!each) {
        return false;
      }
    }
    return true;
  }

  private String missing(boolean[] of) {
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (!of[i]) {
        missing.add(generators.get(i).name());
      }
    }
    return String.join(", ", missing);
  }

  private Report merged() throws LoadTestException {
    List<Merge.Source> sources = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Report report = found[i];
      if (report != null) {
        sources.add(new Merge.Source(generators.get(i).name(), report));
      }
    }
    try {
      Map<String, String> shown = options.shown();
      return Reports.withSettings(
          Merge.of(sources), new Settings(target.ingest().toString(), shown));
    } catch (InvalidReportException e) {
      throw new LoadTestException(String.valueOf(e.getMessage()), e);
    }
  }

  private void stop() {
    generators.forEach(GeneratorProcess::stop);
    generators.forEach(GeneratorProcess::kill);
  }
}
