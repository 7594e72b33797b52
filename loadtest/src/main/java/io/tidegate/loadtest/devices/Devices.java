package io.tidegate.loadtest.devices;

import java.util.function.IntPredicate;

/** Which devices of a fleet something is for, by their index. */
@FunctionalInterface
public interface Devices extends IntPredicate {
  Devices ALL = _ -> true;

  static Devices range(int first, int count) {
    return device -> device >= first && device - first < count;
  }
}
