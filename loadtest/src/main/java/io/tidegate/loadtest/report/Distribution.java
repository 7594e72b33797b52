package io.tidegate.loadtest.report;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.zip.DataFormatException;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;

/**
 * Times in µs as an HdrHistogram, so that several can be added up exactly, and its percentiles for
 * those who cannot read one.
 *
 * @param count of the times, at least 0
 * @param histogram encoded as HdrHistogram's V2, compressed, in base64; empty when nothing was
 *     counted
 */
public record Distribution(
    long count, long p50Us, long p90Us, long p99Us, long p999Us, long maxUs, String histogram) {
  public static final Distribution EMPTY = new Distribution(0, 0, 0, 0, 0, 0, "");

  public Distribution {
    long holds = histogram.isEmpty() ? 0 : decode(histogram).getTotalCount();
    Checks.that(count == holds, "count", count + "; the histogram holds " + holds);
  }

  public static Distribution of(AbstractHistogram times) {
    if (times.getTotalCount() == 0) {
      return EMPTY;
    }
    ByteBuffer bytes = ByteBuffer.allocate(times.getNeededByteBufferCapacity());
    int length = times.encodeIntoCompressedByteBuffer(bytes);
    return new Distribution(
        times.getTotalCount(),
        times.getValueAtPercentile(50),
        times.getValueAtPercentile(90),
        times.getValueAtPercentile(99),
        times.getValueAtPercentile(99.9),
        times.getMaxValue(),
        Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length)));
  }

  /** As if every time of all parts had been counted in one. */
  public static Distribution sum(Collection<Distribution> parts) {
    List<Distribution> counted = parts.stream().filter(part -> part.count > 0).toList();
    if (counted.size() < 2) {
      return counted.isEmpty() ? EMPTY : counted.getFirst();
    }
    List<Histogram> histograms = counted.stream().map(Distribution::times).toList();
    int digits =
        histograms.stream()
            .mapToInt(AbstractHistogram::getNumberOfSignificantValueDigits)
            .max()
            .orElseThrow();
    Histogram sum = new Histogram(digits);
    histograms.forEach(sum::add);
    return of(sum);
  }

  /** A copy of the times, which is the caller's. */
  public Histogram times() {
    return histogram.isEmpty() ? new Histogram(3) : decode(histogram);
  }

  private static Histogram decode(String text) {
    try {
      return Histogram.decodeFromCompressedByteBuffer(
          ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
    } catch (DataFormatException | RuntimeException e) {
      throw new IllegalArgumentException("histogram: not an HdrHistogram in base64", e);
    }
  }
}
