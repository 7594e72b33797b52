package io.tidegate.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

/** The other side of {@link BenchProcess#ask}: answers lines of the input until it ends. */
final class BenchOrders {
  private BenchOrders() {}

  /** Does what the words say. */
  interface Handler {
    /**
     * @return the answer, one line
     */
    String obey(String[] words) throws Exception;
  }

  static void obey(Handler handler) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    String line;
    while ((line = lines.readLine()) != null) {
      String[] words = line.split(" ", -1);
      String answer;
      try {
        answer = handler.obey(java.util.Arrays.copyOfRange(words, 1, words.length));
      } catch (Exception e) {
        e.printStackTrace(System.out);
        answer = "failed: " + e;
      }
      System.out.println(words[0] + " " + answer);
    }
  }
}
