package io.tidegate.ingest.metrics;

/** The label that a path has in metrics. */
public enum Route {
  MESSAGES("/v1/messages"),
  LIVE("/health/live"),
  READY("/health/ready"),
  METRICS("/metrics"),
  /** Whatever else was asked for. */
  OTHER("other");

  private final String path;

  Route(String path) {
    this.path = path;
  }

  /** The path, or for {@link #OTHER} a word that is none. */
  public String path() {
    return path;
  }

  public static Route of(String path) {
    for (Route route : values()) {
      if (route.path.equals(path)) {
        return route;
      }
    }
    return OTHER;
  }
}
