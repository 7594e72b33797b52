package io.tidegate.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class ReportTextTest {
  private static final String REPORT =
      """
      {"name":"gentle","from":"2026-11-20T12:00:00Z","to":"2026-11-21T12:00:00Z",
       "messages":12345,"users":1,
       "skipped":{"to_groups":2,"other_policies":3000,"unreadable":0},
       "settings":{"users":2,"complete":false,"unreadable":0},
       "cut_short":{"by":"messages","detail":"12345 are the most","at":"2026-11-20T13:00:00Z"},
       "current":{"name":"default","version":7,"policy":{},"result":{
         "delivered":12345,"at_once":12345,"delayed":0,"collapsed":0,"dropped":0,"expired":0,
         "waiting":0,"pushes":12345,"faults":0,
         "delay":{"p50_millis":0,"p90_millis":0,"p99_millis":0,"max_millis":0,
           "histogram":[{"up_to":"PT0.1S","messages":12345},{"up_to":"PT1S","messages":0},
             {"up_to":"PT24H","messages":0},{"messages":0}]},
         "endings":[],"busiest":{"user":"alice","pushes":12345,"messages":12345}}},
       "candidate":{"policy":{},"result":{
         "delivered":12000,"at_once":11000,"delayed":1000,"collapsed":0,"dropped":340,"expired":5,
         "waiting":0,"pushes":9000,"faults":1,
         "delay":{"p50_millis":0,"p90_millis":100,"p99_millis":1500,"max_millis":93784000,
           "histogram":[{"up_to":"PT0.1S","messages":11000},{"up_to":"PT1S","messages":1},
             {"up_to":"PT24H","messages":998},{"messages":1}]},
         "endings":[{"outcome":"dropped","reason":"policy","rule":"hourly","messages":300},
           {"outcome":"dropped","reason":"mailbox_full","messages":40},
           {"outcome":"expired","reason":"ttl","messages":5}],
         "busiest":{"user":"alice","pushes":9000,"messages":12000}}}}
      """;

  @Test
  void reportShouldBeTwoColumnsAndTheirDifference() {
    assertThat(ReportText.lines(JsonMapper.shared().readTree(REPORT)))
        .containsExactly(
            """
            gentle, 2026-11-20T12:00:00Z to 2026-11-21T12:00:00Z: 12,345 messages to 1 user
            current is default, version 7: there is no policy gentle
            cut short by messages at 2026-11-20T13:00:00Z: 12345 are the most
            not all users' settings could be kept: some users count as without
            not played: 2 to groups, 3,000 other policies

                                                  current    candidate
            delivered at once                      12,345       11,000       -1,345
            delivered later                             0        1,000       +1,000
            collapsed                                   0            0
            dropped                                     0          340         +340
              rule hourly                               0          300         +300
              mailbox_full                              0           40          +40
            expired                                     0            5           +5
              ttl                                       0            5           +5
            still waiting                               0            0
            pushes                                 12,345        9,000       -3,345
            most pushes to one user                12,345        9,000       -3,345
            users whose settings don't fit              0            1           +1

            delay of what was delivered
              p50                                    0 ms         0 ms
              p90                                    0 ms       100 ms
              p99                                    0 ms        1.5 s
              longest                                0 ms      1 d 2 h

            delay             current                         candidate
            to 100 ms          12,345 ####################       11,000 ##################
            to 1 s                  0                                 1 #
            to 1 d                  0                               998 ##
            more                    0                                 1 #
            """
                .lines()
                .toArray(String[]::new));
  }

  @Test
  void reportOfNothingShouldSaySo() {
    // Given
    String nothing = REPORT.replace("\"messages\":12345,\"users\":1", "\"messages\":0,\"users\":0");

    // When
    List<String> lines = ReportText.lines(JsonMapper.shared().readTree(nothing));

    // Then
    assertThat(lines)
        .hasSize(7)
        .endsWith("", "no message of the range is for a user who would have this policy");
  }
}
