package io.tidegate.loadtest.report;

import java.util.List;
import java.util.Map;

/** A report in which every text tries to be more than a text. */
final class Hostile {
  static final String TEXT =
      "</pre></title></style><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"
          + "\u001b[2J\u0007\u202eabc\u2028\ud800\r\nline";

  private Hostile() {}

  static Report report() {
    Sample sample = Sample.small();
    sample.name = TEXT;
    sample.profile = TEXT;
    sample.settings = new Settings(TEXT, Map.of(TEXT, TEXT));
    sample.generators.add(
        new Generator(
            TEXT, 1, TEXT, TEXT, 1, 9, Sample.times(99_000), Sample.times(99_000), 10_000, 10_000));
    sample.violations.put(TEXT, new Violation(2, List.of(TEXT)));
    sample.answers.put(TEXT, 1L);
    sample.disconnects.put(TEXT, 1L);
    sample.ackFailures.put(TEXT, 1L);
    sample.latencies.put(TEXT, new Latency(Sample.times(7), List.of(Sample.times(7))));
    sample.marks.add(new Mark(0, TEXT));
    sample.processes.add(
        new Watched(
            TEXT,
            TEXT,
            TEXT,
            Map.of(TEXT, TEXT),
            Map.of(TEXT, TEXT),
            Map.of(TEXT, Sample.gauge(1, 2))));
    sample.processes.add(
        new Watched(
            TEXT,
            "b",
            TEXT,
            Map.of(TEXT, "other"),
            Map.of(TEXT, "other"),
            Map.of(TEXT, Sample.gauge(1, 2))));
    sample.capacity.add(new CapacityStep(5, false, TEXT));
    sample.verdict.add(TEXT);
    return sample.report();
  }
}
