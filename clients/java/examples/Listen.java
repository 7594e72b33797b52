import io.tidegate.client.CursorStore;
import io.tidegate.client.Tidegate;
import java.net.URI;
import java.nio.file.Path;

/** Shows what is pushed to a user: Listen USER [URL]. */
final class Listen {
  public static void main(String[] args) {
    String url = args.length > 1 ? args[1] : "http://127.0.0.1:8081";
    Tidegate push =
        Tidegate.builder(URI.create(url))
            .user(args[0])
            .device("java")
            .store(CursorStore.file(Path.of("target", args[0] + ".cursor")))
            .onMessage(message -> System.out.println("#" + message.seq() + " " + message.text()))
            .onMissed(() -> System.out.println("something was missed"))
            .onState(System.out::println)
            .onError(System.err::println)
            .connect();
    Runtime.getRuntime().addShutdownHook(new Thread(push::close));
    var unused = push.closed().toCompletableFuture().join();
  }
}
