package io.tidegate.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The history of a git clone as a feed: a commit is an event in the top-level areas it touches. */
final class GitFeed {
  private static final String START = "\u0001";

  private GitFeed() {}

  /**
   * @throws FeedException if there is no git, no clone or no commit
   */
  static List<FeedEvent> read(Path clone) throws FeedException {
    ProcessBuilder git =
        new ProcessBuilder(
                "git",
                "-c",
                "core.quotePath=false",
                "log",
                "--reverse",
                "--no-merges",
                "--name-only",
                "--max-count=" + FileFeed.MAX_EVENTS,
                "--format=" + START + "%H%x09%aI%x09%an")
            .directory(clone.toAbsolutePath().toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    List<FeedEvent> events;
    try {
      Process process = git.start();
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        events = parse(lines.lines().toList());
      }
      process.waitFor();
    } catch (IOException e) {
      throw new FeedException("git can't be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FeedException("interrupted", e);
    }
    if (events.isEmpty()) {
      throw new FeedException(
          clone.toAbsolutePath().normalize() + " is no git clone with commits: give --feed FILE");
    }
    return events;
  }

  /** The output of git log: a line that begins with the mark per commit, then its files. */
  static List<FeedEvent> parse(Collection<String> lines) throws FeedException {
    List<FeedEvent> events = new ArrayList<>();
    String[] commit = {};
    Set<String> areas = new LinkedHashSet<>();
    int files = 0;
    for (String line : lines) {
      if (line.startsWith(START)) {
        add(events, commit, areas, files);
        commit = line.substring(START.length()).split("\t", 3);
        areas = new LinkedHashSet<>();
        files = 0;
      } else if (!line.isBlank()) {
        int slash = line.indexOf('/');
        areas.add(slash < 0 ? "root" : line.substring(0, slash));
        files++;
      }
    }
    add(events, commit, areas, files);
    return events;
  }

  private static void add(List<FeedEvent> events, String[] commit, Set<String> areas, int files)
      throws FeedException {
    if (commit.length != 3 || areas.isEmpty()) {
      return;
    }
    try {
      events.add(
          new FeedEvent(
              commit[0],
              OffsetDateTime.parse(commit[1]).toInstant(),
              commit[2],
              List.copyOf(areas),
              files));
    } catch (DateTimeException e) {
      throw new FeedException("commit " + commit[0] + ": time: want RFC 3339", e);
    }
  }
}
