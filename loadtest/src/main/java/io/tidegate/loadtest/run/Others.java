package io.tidegate.loadtest.run;

import io.tidegate.contract.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BiConsumer;

/** What the generators of one run tell each other. */
public interface Others {
  /** For all to be ready before the first message is due. */
  Duration LEAD = Duration.ofMillis(200);

  /** A generator that is alone. */
  Others NONE =
      new Others() {
        @Override
        public Policy rules() {
          return Policy.NONE;
        }

        @Override
        public Instant begin() {
          return Instant.now().plus(LEAD);
        }

        @Override
        public void accepted(long message, long nanos) {}

        @Override
        public void hear(BiConsumer<Long, Long> accepted) {}

        @Override
        public boolean isOver(boolean own) {
          return own;
        }
      };

  /** What holds for pushes, as who prepared the run knows it. Waits until that is told. */
  Policy rules() throws LoadTestException, InterruptedException;

  /**
   * All devices are connected here. Waits until those of all others are.
   *
   * @return when the load begins, for all at the same instant
   */
  Instant begin() throws LoadTestException, InterruptedException;

  /** A message that is for devices of others too was accepted, so long after the load began. */
  void accepted(long message, long nanos);

  /** Who is told of what others had accepted; on a thread of theirs. */
  void hear(BiConsumer<Long, Long> accepted);

  /**
   * Whether nothing is offered any more, by nobody.
   *
   * @param own nothing is offered here
   */
  boolean isOver(boolean own);
}
