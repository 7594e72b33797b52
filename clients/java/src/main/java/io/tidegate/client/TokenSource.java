package io.tidegate.client;

import java.util.concurrent.CompletionStage;

/** Gets tokens. */
@FunctionalInterface
public interface TokenSource {
  /**
   * Another token, 1 to 8192 visible ASCII characters. Asked at first, a minute before the last one
   * ends (half way where it is shorter), and after one was refused. Called on the executor, may
   * block; the stage may complete later, within 60 s. Where it fails it is asked again; a token of
   * another form ends the client.
   */
  CompletionStage<String> get() throws Exception;
}
