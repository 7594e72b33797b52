import com.google.googlejavaformat.java.Main;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Checks ({@code check}) or mends ({@code fix}) the format of every Java file below a folder. */
final class Format {
  public static void main(String[] args) throws Exception {
    boolean fix = args[0].equals("fix");
    List<String> arguments =
        new ArrayList<>(fix ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed"));
    try (Stream<Path> files = Files.walk(Path.of(args[1]))) {
      files
          .filter(f -> f.toString().endsWith(".java"))
          .filter(f -> !f.toString().matches(".*/(target|node_modules)/.*"))
          .map(Path::toString)
          .sorted()
          .forEach(arguments::add);
    }
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    int status = new Main(out, err, System.in).format(arguments.toArray(String[]::new));
    if (status != 0) {
      err.println("The files above are not in google-java-format: mvn -N validate -Dformat=fix");
    }
    System.exit(status);
  }
}
