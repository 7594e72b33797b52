package io.tidegate.cli;

import io.tidegate.cli.broker.BrokerCommand;
import io.tidegate.cli.demo.DemoCommand;
import io.tidegate.cli.endpoints.EndpointsCommand;
import io.tidegate.cli.groups.GroupsCommand;
import io.tidegate.cli.keys.KeysCommand;
import io.tidegate.cli.keys.RevokeCommand;
import io.tidegate.cli.keys.TenantsCommand;
import io.tidegate.cli.keys.TokenCommand;
import io.tidegate.cli.listen.ListenCommand;
import io.tidegate.cli.loadtest.LoadtestCommand;
import io.tidegate.cli.presence.PresenceCommand;
import io.tidegate.cli.send.SendCommand;
import io.tidegate.cli.simulate.SimulateCommand;
import io.tidegate.cli.topics.TopicsCommand;
import io.tidegate.cli.up.RunCommand;
import io.tidegate.cli.up.TrainCommand;
import io.tidegate.cli.up.UpCommand;
import io.tidegate.contract.StartupException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/**
 * The {@code tidegate} command. Exit codes: 0 done; 1 done, but not all of it; 2 wrong usage, or
 * something it needs is not there; 70 a fault of ours.
 */
@Command(
    name = "tidegate",
    description = "A push pipeline on Kafka: messages in over REST, out over WebSocket.",
    versionProvider = Main.VersionLine.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%n",
    footer = {
      "`tidegate COMMAND --help` says more.",
      "Exit codes: 0 done, 1 not all of it, 2 wrong usage or something it needs is not there."
    },
    subcommands = {
      UpCommand.class,
      DemoCommand.class,
      SendCommand.class,
      ListenCommand.class,
      GroupsCommand.class,
      EndpointsCommand.class,
      PresenceCommand.class,
      SimulateCommand.class,
      LoadtestCommand.class,
      TopicsCommand.class,
      KeysCommand.class,
      TenantsCommand.class,
      TokenCommand.class,
      RevokeCommand.class,
      RunCommand.class,
      BrokerCommand.class,
      TestCommand.class,
      TrainCommand.class
    })
public final class Main {
  static final int UNUSABLE = 2;
  static final int OUR_FAULT = 70;

  private Main() {}

  public static void main(String[] args) {
    int status;
    try {
      status = run(args);
    } catch (Throwable e) {
      status = OUR_FAULT;
      LoggerFactory.getLogger(Main.class).atError().setCause(e).log("a fault of ours");
      System.err.println("tidegate: a fault of ours: " + e);
    }
    ProcessEnd.exit(status);
  }

  /** Everything but the end of the process. */
  static int run(String... args) {
    return commandLine().execute(args);
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    commandLine.setUsageHelpAutoWidth(true);
    // The library takes any JVM's console for a terminal, a pipe's too.
    commandLine.setColorScheme(
        Help.defaultColorScheme(Terminal.isStdout() ? Help.Ansi.AUTO : Help.Ansi.OFF));
    commandLine.setParameterExceptionHandler((error, _) -> misused(error));
    commandLine.setExecutionExceptionHandler((error, command, _) -> told(error, command));
    return commandLine;
  }

  /** A line of what is wrong, one of what was probably meant, and one of where the usage stands. */
  private static int misused(CommandLine.ParameterException error) {
    CommandLine command = error.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("tidegate: " + error.getMessage());
    StringWriter suggestions = new StringWriter();
    CommandLine.UnmatchedArgumentException.printSuggestions(error, new PrintWriter(suggestions));
    suggestions.toString().lines().map(line -> "tidegate: " + line).forEach(err::println);
    err.println("tidegate: `" + command.getCommandSpec().qualifiedName() + " --help` says more");
    return UNUSABLE;
  }

  private static int told(Exception error, CommandLine command) {
    if (error instanceof StartupException) {
      command.getErr().println("tidegate: " + error.getMessage());
      return UNUSABLE;
    }
    LoggerFactory.getLogger(Main.class).atError().setCause(error).log("a fault of ours");
    command.getErr().println("tidegate: a fault of ours: " + error);
    return OUR_FAULT;
  }

  /** For {@code --version}. */
  static final class VersionLine implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"tidegate " + Version.text()};
    }
  }
}
