package io.tidegate.fanout.pace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Caps and quiet hours as scripts, where clocks are changed too. */
class PaceCalendarTest {

  private static void check(String policy, String script) {
    assertThat(PaceScript.play(policy, script)).isEqualTo(script);
  }

  @Test
  void capsShouldBeginAnewWithTheLocalDayAndWeek() {
    check(
        """
        {"caps":[{"limit":2,"per":"day"},{"limit":3,"per":"week"}],"timezone":"Asia/Tokyo"}\
        """,
        """
        # a Saturday
        2026-11-28T10:00 normal -> go
        2026-11-28T23:59 normal -> go
        2026-11-28T23:59 normal -> wait 2/day of cap until 2026-11-29T00:00+09:00
        2026-11-29T00:00 normal -> go
        2026-11-29T00:00 normal -> wait 3/week of cap until 2026-11-30T00:00+09:00
        2026-11-30T00:00 normal -> go
        """);
  }

  @Test
  void capShouldBeDaysOf23And25HoursWhereTheClockIsChanged() {
    check(
        """
        {"caps":[{"limit":1,"per":"day"}],"timezone":"Europe/Berlin"}\
        """,
        """
        2026-03-29T00:00 normal -> go
        2026-03-29T01:00 normal -> wait 1/day of cap until 2026-03-30T00:00+02:00
        2026-10-25T00:00 normal -> go
        2026-10-25T23:59 normal -> wait 1/day of cap until 2026-10-26T00:00+01:00
        2026-10-26T00:00 normal -> go
        """);
  }

  @Test
  void dayShouldBeginWhereAMidnightIsSkippedAndEndOnceWhereItComesTwice() {
    check(
        """
        {"caps":[{"limit":1,"per":"day"}],"timezone":"America/Sao_Paulo"}\
        """,
        """
        # 00:00 became 23:00 on 18 February
        2018-02-17T23:30-02:00 normal -> go
        2018-02-17T23:30-03:00 normal -> wait 1/day of cap until 2018-02-18T00:00-03:00
        2018-02-18T00:00-03:00 normal -> go
        # 00:00 became 01:00 on 4 November
        2018-11-03T12:00 normal -> go
        2018-11-03T13:00 normal -> wait 1/day of cap until 2018-11-04T01:00-02:00
        2018-11-04T01:00 normal -> go
        """);
  }

  @Test
  void dayShouldNotBeginTwiceWhereTheClockGoesBackOverMidnight() {
    check(
        """
        {"caps":[{"limit":1,"per":"day"}],"timezone":"America/St_Johns"}\
        """,
        """
        # 00:01 became 23:01 of the day before
        2010-11-07T00:00:30-02:30 normal -> go
        2010-11-06T23:30-03:30 normal -> wait 1/day of cap until 2010-11-08T00:00-03:30
        2010-11-07T00:00-03:30 normal -> wait 1/day of cap until 2010-11-08T00:00-03:30
        """);
  }

  @Test
  void quietHoursShouldBelongToTheDayOnWhichTheyBegin() {
    check(
        """
        {"quiet_hours":[{"days":["fri"],"from":"22:00","until":"07:00"}]}\
        """,
        """
        # a Friday
        2026-11-27T06:59 normal -> go
        2026-11-27T21:59 normal -> go
        2026-11-27T22:00 normal -> wait quiet_hours until 2026-11-28T07:00Z
        2026-11-28T06:59 normal -> wait quiet_hours until 2026-11-28T07:00Z
        2026-11-28T07:00 normal -> go
        2026-11-28T22:00 normal -> go
        """);
  }

  @Test
  void quietHoursThatMeetOrOverlapShouldBeOne() {
    check(
        """
        {"quiet_hours":[{"days":["fri"],"from":"22:00","until":"07:00"},
                        {"days":["sat"],"from":"06:00","until":"09:00"},
                        {"days":["sat"],"from":"09:00","until":"09:00"}]}\
        """,
        """
        2026-11-27T23:00 normal -> wait quiet_hours until 2026-11-29T09:00Z
        2026-11-29T08:59 normal -> wait quiet_hours until 2026-11-29T09:00Z
        2026-11-29T09:00 normal -> go
        """);
  }

  @Test
  void quietAllWeekRoundShouldBeForEver() {
    check(
        """
        {"quiet_hours":[{"from":"12:00","until":"12:00"}],
         "bypass":{"high":["quiet_hours"]}}\
        """,
        """
        2026-11-27T23:00 normal -> wait quiet_hours until never
        2026-11-27T23:00 high -> go
        """);
  }

  @Test
  void freeHourOfTheWeekThatTheClockSkipsShouldComeTheWeekAfter() {
    check(
        """
        {"quiet_hours":[{"days":["mon","tue","wed","thu","fri"],"from":"03:00","until":"03:00"},
                        {"days":["sat"],"from":"03:00","until":"02:00"},
                        {"days":["sun"],"from":"03:00","until":"03:00"}],
         "timezone":"Europe/Berlin"}\
        """,
        """
        2026-03-21T12:00 normal -> wait quiet_hours until 2026-03-22T02:00+01:00
        2026-03-23T12:00 normal -> wait quiet_hours until 2026-04-05T02:00+02:00
        """);
  }

  @Test
  void quietHoursShouldFollowTheClockOfBerlin() {
    check(
        """
        {"quiet_hours":[{"from":"22:00","until":"07:00"}],"timezone":"Europe/Berlin"}\
        """,
        """
        2026-03-28T22:00 normal -> wait quiet_hours until 2026-03-29T07:00+02:00
        2026-10-24T22:00 normal -> wait quiet_hours until 2026-10-25T07:00+01:00
        """);
    check(
        """
        {"quiet_hours":[{"from":"02:30","until":"04:00"}],"timezone":"Europe/Berlin"}\
        """,
        """
        # 02:00 becomes 03:00
        2026-03-29T01:59 normal -> go
        2026-03-29T03:00 normal -> wait quiet_hours until 2026-03-29T04:00+02:00
        # 03:00 becomes 02:00
        2026-10-25T02:29+02:00 normal -> go
        2026-10-25T02:30+02:00 normal -> wait quiet_hours until 2026-10-25T04:00+01:00
        2026-10-25T02:00+01:00 normal -> wait quiet_hours until 2026-10-25T04:00+01:00
        """);
    check(
        """
        {"quiet_hours":[{"from":"01:00","until":"02:30"}],"timezone":"Europe/Berlin"}\
        """,
        """
        2026-03-29T01:30 normal -> wait quiet_hours until 2026-03-29T03:00+02:00
        2026-10-25T02:29+02:00 normal -> wait quiet_hours until 2026-10-25T02:30+01:00
        2026-10-25T02:45+02:00 normal -> wait quiet_hours until 2026-10-25T02:30+01:00
        2026-10-25T02:30+01:00 normal -> go
        """);
    check(
        """
        {"quiet_hours":[{"from":"01:00","until":"02:00"}],"timezone":"Europe/Berlin"}\
        """,
        """
        2026-10-25T01:59+02:00 normal -> wait quiet_hours until 2026-10-25T02:00+02:00
        2026-10-25T02:00+02:00 normal -> go
        2026-10-25T02:00+01:00 normal -> go
        """);
  }

  @Test
  void quietHoursShouldFollowTheClockOfSaoPaulo() {
    check(
        """
        {"quiet_hours":[{"from":"00:00","until":"06:00"}],"timezone":"America/Sao_Paulo"}\
        """,
        """
        # 00:00 became 01:00
        2018-11-03T23:59 normal -> go
        2018-11-04T01:00 normal -> wait quiet_hours until 2018-11-04T06:00-02:00
        # 00:00 became 23:00
        2018-02-17T23:59-02:00 normal -> go
        2018-02-17T23:00-03:00 normal -> go
        2018-02-18T00:00-03:00 normal -> wait quiet_hours until 2018-02-18T06:00-03:00
        """);
    check(
        """
        {"quiet_hours":[{"from":"20:00","until":"23:30"}],"timezone":"America/Sao_Paulo"}\
        """,
        """
        2018-02-17T23:45-02:00 normal -> wait quiet_hours until 2018-02-17T23:30-03:00
        2018-02-17T23:30-03:00 normal -> go
        """);
  }

  @Test
  void quietHoursShouldFollowTheHalfHourOfLordHowe() {
    check(
        """
        {"quiet_hours":[{"from":"01:00","until":"02:15"}],"timezone":"Australia/Lord_Howe"}\
        """,
        """
        # 02:00 becomes 02:30
        2026-10-04T01:30 normal -> wait quiet_hours until 2026-10-04T02:30+11:00
        2026-10-04T02:30 normal -> go
        # 02:00 becomes 01:30
        2026-04-05T01:45+11:00 normal -> wait quiet_hours until 2026-04-05T02:15+10:30
        2026-04-05T02:14+10:30 normal -> wait quiet_hours until 2026-04-05T02:15+10:30
        """);
    check(
        """
        {"quiet_hours":[{"from":"01:40","until":"01:50"}],"timezone":"Australia/Lord_Howe"}\
        """,
        """
        2026-04-05T01:39+11:00 normal -> go
        2026-04-05T01:40+11:00 normal -> wait quiet_hours until 2026-04-05T01:50+10:30
        2026-04-05T01:55+11:00 normal -> wait quiet_hours until 2026-04-05T01:50+10:30
        2026-04-05T01:50+10:30 normal -> go
        """);
  }

  @Test
  void quietHoursCapsAndLimitsShouldHoldUntilAllAgree() {
    check(
        """
        {"limits":[{"name":"hour","limit":1,"window":"PT2H"}],
         "caps":[{"name":"daily","limit":2,"per":"day"}],
         "quiet_hours":[{"from":"21:00","until":"07:00"}],
         "timezone":"Europe/Berlin"}\
        """,
        """
        2026-11-27T18:30 normal -> go
        2026-11-27T20:30 normal -> go
        2026-11-27T20:31 normal -> wait quiet_hours until 2026-11-28T07:00+01:00
        2026-11-28T20:00 normal -> go
        2026-11-28T20:01 normal -> wait quiet_hours until 2026-11-29T07:00+01:00
        """);
  }
}
