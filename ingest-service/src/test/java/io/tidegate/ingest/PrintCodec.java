package io.tidegate.ingest;

/** Run as a process of its own, where other things are in the way than in a test. */
final class PrintCodec {
  private PrintCodec() {}

  public static void main(String[] args) {
    System.out.println("codec: " + Codec.best());
  }
}
