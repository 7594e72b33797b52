package io.tidegate.cli.demo;

import io.tidegate.cli.listen.Clients;
import io.tidegate.cli.listen.Device;
import io.tidegate.cli.listen.Listener;
import io.tidegate.cli.listen.Watcher;
import io.tidegate.contract.StartupException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The demo's people, one device each. Of ten, seven are online all the time, two come when
 * everything has been sent, and one never comes.
 */
final class Audience implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(60);
  private static final String DEVICE = "demo";

  private final Clients clients = Clients.create();
  private final URI connect;
  private final Account account;
  private final List<Listener> listeners = new ArrayList<>();
  private final List<String> online = new ArrayList<>();
  private final List<String> late = new ArrayList<>();
  private final List<String> away = new ArrayList<>();

  Audience(URI connect, List<String> users, Account account) {
    this.connect = connect;
    this.account = account;
    for (int i = 0; i < users.size(); i++) {
      List<String> role = i % 10 < 7 ? online : i % 10 < 9 ? late : away;
      role.add(users.get(i));
    }
  }

  /** How the people divide, for the screen. */
  String describe() {
    return online.size() + " online, " + late.size() + " come later, " + away.size() + " away";
  }

  /** Connects those who are online; returns when all are welcomed. */
  void connectOnline() throws StartupException, InterruptedException {
    connect(online);
  }

  /** Connects those who come late; returns when all are welcomed. */
  void connectLate() throws StartupException, InterruptedException {
    connect(late);
  }

  private void connect(List<String> users) throws StartupException, InterruptedException {
    CountDownLatch welcomes = new CountDownLatch(users.size());
    for (String user : users) {
      Listener listener =
          new Listener(clients, connect, new Device(user, DEVICE), new Counting(welcomes), 0);
      listeners.add(listener);
      Thread.ofVirtual().name("demo-device").start(() -> listen(listener));
    }
    if (!welcomes.await(CONNECT.toSeconds(), TimeUnit.SECONDS)) {
      throw new StartupException(
          welcomes.getCount() + " devices were not welcomed at " + connect + " in time");
    }
  }

  private static void listen(Listener listener) {
    try {
      listener.run();
    } catch (StartupException e) {
      // Nobody there: connect() gives up waiting for the welcome and says so.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    List<Thread> stopping = new ArrayList<>();
    for (Listener listener : listeners) {
      stopping.add(Thread.startVirtualThread(listener::stop));
    }
    try {
      for (Thread each : stopping) {
        each.join(Duration.ofSeconds(3));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    clients.close();
  }

  private final class Counting implements Watcher {
    private final CountDownLatch welcomes;
    private boolean welcomed;
    private long acked;
    private long shown;

    Counting(CountDownLatch welcomes) {
      this.welcomes = welcomes;
    }

    @Override
    public void welcomed(Device.Step.Welcomed welcome) {
      if (!welcomed) {
        welcomed = true;
        welcomes.countDown();
      }
    }

    @Override
    public void show(Device.Step.Show show) {
      shown++;
      account.pushed.increment();
    }

    @Override
    public void acked(long seq) {
      account.acked.add(shown - acked);
      acked = shown;
    }

    @Override
    public void missed(long seq) {
      account.missed.increment();
    }

    @Override
    public void gap(Device.Step.Gap gap) {}

    @Override
    public void reconnecting(int code, String reason, Duration wait) {}

    @Override
    public void closedForGood(int code, String reason) {}
  }
}
