package io.tidegate.cli.groups;

import picocli.CommandLine.Command;

/** {@code tidegate groups}: changes who is in a group. */
@Command(
    name = "groups",
    description = "Change who is in a group.",
    subcommands = {GroupsCommand.Add.class, GroupsCommand.Remove.class})
public final class GroupsCommand {

  @Command(
      name = "add",
      description = {
        "Let users join a group. Who is in it already stays in it.",
        "Exit codes: 0 all joined, 1 some refused, 2 wrong usage or nobody there."
      })
  static final class Add extends MembersCommand {
    Add() {
      super(true);
    }
  }

  @Command(
      name = "remove",
      description = {
        "Let users leave a group. Who is not in it stays out of it.",
        "Exit codes: 0 all left, 1 some refused, 2 wrong usage or nobody there."
      })
  static final class Remove extends MembersCommand {
    Remove() {
      super(false);
    }
  }
}
