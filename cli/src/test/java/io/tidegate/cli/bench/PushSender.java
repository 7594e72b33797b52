package io.tidegate.cli.bench;

/** A server that pushes, from the side where messages come in. */
interface PushSender {
  int connections();

  /** One message to every connection. */
  void all() throws Exception;

  /** So many messages to one connection, numbered from 0. */
  void push(int connection, int count) throws Exception;

  /** Passes on what was said since the last time; waits while there is too much before it. */
  void hand() throws Exception;
}
