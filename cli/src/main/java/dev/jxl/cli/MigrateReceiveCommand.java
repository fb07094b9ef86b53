package dev.jxl.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.List;

/**
 * {@code jxl migrate-receive [-p]}: what the other host's jxl or xl runs here. Standard input and output belong to the sender;
 * they are passed to jxld and back, and nothing else is written there.
 *
 * @source tools/xl/xl_migrate.c: main_migrate_receive
 */
final class MigrateReceiveCommand implements Command {
    @Override
    public String operands() {
        return "";
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option('p', "paused", "", "leave it paused"),
                new Options.Option('e', "", "", "accepted for xl's sake: jxld looks after all domains"),
                new Options.Option('F', "", "", "the same"),
                new Options.Option('d', "debug", "", "accepted for xl's sake, without effect"));
    }

    @Override
    public String description() {
        return """
                Not for people: 'jxl migrate' of another host runs it, or 'xl migrate -s "" DOMAIN "ssh HOST jxl migrate-receive"'. The guest
                comes in by standard input, the sender is answered by standard output; what is for people goes to standard error.
                """;
    }

    @Override
    public boolean ownProcess(Call call) {
        return true;
    }

    @Override
    public int run(Call call) throws IOException {
        call.operands(0, 0);
        if (call.options().has("debug")) {
            call.terminal().note("jxl: warning: --debug has no effect");
        }
        // Not closed: both are the process's own.
        @SuppressWarnings("resource")
        FileInputStream in = new FileInputStream(FileDescriptor.in);
        @SuppressWarnings("resource")
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        try (MigrationPipes pipes = MigrationPipes.make()) {
            pipes.pump(in, out);
            String query = "?from=" + Daemon.encoded(pipes.from().toString()) + "&to="
                    + Daemon.encoded(pipes.to().toString())
                    + (call.options().has("paused") ? "&paused" : "");
            JsonObject operation = new OperationSession(
                            call, "/v1/host/actions/migrate-receive", "", query, "", "migrate-receive")
                    .performOnce(pipes::remove);
            call.terminal()
                    .note("received domain '" + operation.text("domainName") + "' with domid "
                            + operation.text("domid"));
        }
        return ExitCodes.OK;
    }
}
