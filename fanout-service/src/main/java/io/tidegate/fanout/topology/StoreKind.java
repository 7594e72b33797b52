package io.tidegate.fanout.topology;

/** Where a task keeps its store; the changelog in Kafka is behind either. */
public enum StoreKind {
  /** On disk: bounded memory, and a clean restart reads nothing again. */
  ROCKSDB,
  /** In the heap: everything is read from the changelog at every start. */
  MEMORY
}
