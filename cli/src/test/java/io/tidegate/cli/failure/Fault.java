package io.tidegate.cli.failure;

import java.io.IOException;

/** What happens to a broker, and how it ends. */
enum Fault {
  /** Told to end by SIGTERM, and started again on its data. */
  STOPPED {
    @Override
    void begin(TidegateProcess broker) throws InterruptedException {
      broker.stop();
    }

    @Override
    void end(TidegateProcess broker) throws IOException {
      broker.start();
    }
  },
  /**
   * SIGSTOP and SIGCONT, before the producer gives up but after it has asked again: the broker
   * reads the same records twice.
   */
  BLINKED {
    @Override
    void begin(TidegateProcess broker) throws IOException, InterruptedException {
      broker.pause();
    }

    @Override
    void end(TidegateProcess broker) throws IOException, InterruptedException {
      broker.goOn();
    }
  },
  /** SIGSTOP and SIGCONT: what was sent to it meanwhile it still reads. */
  PAUSED {
    @Override
    void begin(TidegateProcess broker) throws IOException, InterruptedException {
      broker.pause();
    }

    @Override
    void end(TidegateProcess broker) throws IOException, InterruptedException {
      broker.goOn();
    }
  },
  /** kill -9, and started again on what it left. */
  KILLED {
    @Override
    void begin(TidegateProcess broker) throws InterruptedException {
      broker.kill();
    }

    @Override
    void end(TidegateProcess broker) throws IOException {
      broker.start();
    }
  };

  abstract void begin(TidegateProcess broker) throws IOException, InterruptedException;

  /** Returns before the broker takes requests again. */
  abstract void end(TidegateProcess broker) throws IOException, InterruptedException;
}
