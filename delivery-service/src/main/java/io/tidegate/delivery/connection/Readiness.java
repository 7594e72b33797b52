package io.tidegate.delivery.connection;

import io.tidegate.delivery.frame.ReadyRequest;
import io.tidegate.delivery.health.Health;

/**
 * What a load balancer is told: whether there is room, and whether there is less than elsewhere.
 */
record Readiness(Health.Source worker, Admission admission, Fullness fullness) {
  /** So many more than another has are no imbalance, whatever share that is. */
  private static final int FEW = 100;

  Health live() {
    return worker.live();
  }

  Health ready(ReadyRequest request) {
    Health health = worker.ready();
    if (request.load()) {
      String detail = fullness.detail();
      health = health.and(new Health.Check("load", Fullness.isRoom(detail), detail));
    }
    return request.spread() == ReadyRequest.ANY ? health : health.and(spread(request.spread()));
  }

  private Health.Check spread(int percent) {
    int own = admission.sessions();
    int fewest = worker.fewestElsewhere();
    if (fewest == Integer.MAX_VALUE) {
      return new Health.Check("spread", true, "no other worker has room");
    }
    boolean up = own <= fewest + FEW + (long) fewest * percent / 100;
    return new Health.Check(
        "spread", up, own + " connections here, " + fewest + " where there are fewest");
  }
}
