package io.tidegate.loadtest.self;

/**
 * What a null server does with the pushes of a message beside what it should: nothing, unless a
 * test of the generator says otherwise.
 */
public interface Mischief {
  /** Every message is pushed once and at once. */
  Mischief NONE = (message, push) -> push.now();

  /** One message and the user of a device that it is for. */
  record Handed(String user, String id) {}

  /** How a message is pushed. */
  interface Push {
    /** Once, at once. */
    void now();

    /** The frame that was last sent to the device, once more. */
    void lastAgain();

    /** Once, later. */
    void after(long millis);
  }

  /** Called for each connected device that an accepted message is for, on the server's thread. */
  void handed(Handed message, Push push);
}
