package io.github.redshiftreplicator.cli;

import io.github.redshiftreplicator.config.Setting;
import io.github.redshiftreplicator.config.Settings;
import io.github.redshiftreplicator.config.SettingsException;
import io.github.redshiftreplicator.management.Explanation;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code replicator}: the options that every command takes, and what to do without one. */
@Command(
        name = "replicator",
        description = "Replicates relational tables into Amazon Redshift.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            ReplicateCommand.class,
            ReplicateCommand.Export.class,
            ReplicateCommand.Import.class,
            StatusCommand.class,
            HistoryCommand.class,
            VerifyCommand.class,
            ResetCommand.class,
            CancelCommand.class,
            DeletesCommand.class,
            RequestCommand.Reconcile.class,
            RequestCommand.Resync.class,
            RequestCommand.Backfill.class,
            AddTableCommand.class,
            InstallCommand.class,
            DoctorCommand.class,
            PlanCommand.class,
            DdlCommand.class,
            MaintainCommand.Vacuum.class,
            MaintainCommand.Analyze.class,
            AutoComplete.GenerateCompletion.class,
            CommandLine.HelpCommand.class,
        },
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all done; what another process is replicating needs no second replication",
            "1:a table failed: it is named with the reason",
            "2:the command line or the configuration is wrong"
        })
public final class ReplicatorCommand implements Runnable {
    /** Exit code: everything that was asked for is done. */
    public static final int DONE = 0;

    /** Exit code: a table failed. */
    public static final int FAILED = 1;

    /** Exit code: the command line or the configuration is wrong. */
    public static final int USAGE = 2;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-d", "--directory"},
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The deployment directory, with application.properties and routes/ (default: here).")
    private Path directory = Path.of("");

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Log every statement (secrets are masked).")
    private boolean debug;

    private final Function<ReplicatorCommand, Callable<Integer>> withoutSource;

    private ReplicatorCommand(Function<ReplicatorCommand, Callable<Integer>> withoutSource) {
        this.withoutSource = withoutSource;
    }

    /**
     * The whole command line.
     *
     * @param withoutSource what {@code run} does where no source is configured
     */
    public static CommandLine commandLine(Function<ReplicatorCommand, Callable<Integer>> withoutSource) {
        CommandLine commandLine = new CommandLine(new ReplicatorCommand(withoutSource));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler(ReplicatorCommand::explain);
        commandLine.setParameterExceptionHandler(ReplicatorCommand::refuse);
        return commandLine;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Name a command.");
    }

    int runWithoutSource() throws Exception {
        return withoutSource.apply(this).call();
    }

    public Path directory() {
        return directory.toAbsolutePath().normalize();
    }

    /** Where commands print what they were asked for. */
    public PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /**
     * The configuration of the deployment directory.
     *
     * @param embedded what the embedded default sets, empty for a deployment
     * @throws SettingsException if it cannot be used
     */
    public Settings settings(Map<String, String> embedded) {
        if (!Files.isDirectory(directory())) {
            throw new SettingsException(
                    "There is no directory " + directory + ": name a deployment directory with -d.");
        }
        Settings settings = Application.settings(directory(), embedded);
        if (settings.jsonLog()) {
            System.setProperty(Setting.LOG.key(), "json");
            Configurator.reconfigure();
        }
        if (debug || settings.flag(Setting.DEBUG)) {
            Configurator.setLevel("io.github.redshiftreplicator", Level.DEBUG);
        }
        return settings;
    }

    /** Starts the deployment directory's application, without its schedules. */
    Application start() {
        Settings settings = settings(Map.of());
        settings.require(Setting.SOURCE_URL);
        Application application = Application.start(directory(), settings);
        if (application.replicator().tables().all().isEmpty()
                && application.routeFiles().broken().isEmpty()) {
            application.close();
            throw new SettingsException("There is no table in " + directory().resolve("routes/tables")
                    + ": 'replicator add-table NAME' writes the file of one.");
        }
        return application;
    }

    /** The whole help would push what is wrong off the screen. */
    private static int refuse(CommandLine.ParameterException e, String... arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(e.getMessage()));
        CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
        err.print(command.getHelp().fullSynopsis());
        err.println("'" + command.getCommandSpec().qualifiedName() + " --help' tells more.");
        return USAGE;
    }

    private static int explain(Exception e, CommandLine commandLine, CommandLine.ParseResult parsed) {
        LoggerFactory.getLogger(ReplicatorCommand.class).debug("The command failed.", e);
        commandLine.getErr().println(commandLine.getColorScheme().errorText(Explanation.of(e)));
        return e instanceof SettingsException ? USAGE : FAILED;
    }
}
