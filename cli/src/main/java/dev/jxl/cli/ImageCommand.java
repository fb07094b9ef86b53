package dev.jxl.cli;

import dev.jxl.config.stream.ImageInspector;
import dev.jxl.config.stream.ImageReport;
import dev.jxl.config.stream.ImageSource;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;

/** {@code jxl image inspect}: reads a saved guest without jxld and without Xen. */
final class ImageCommand implements Command {
    @Override
    public String operands() {
        return "inspect FILE";
    }

    @Override
    public String description() {
        return """
                FILE is what xl save wrote, or a libxl or libxc stream alone; - is standard input. Nothing is restored, and jxld is
                not asked. All rules of the formats are checked in any case, each error is told with its record and its offset.
                """;
    }

    @Override
    public List<Options.Option> options() {
        return List.of(
                new Options.Option(' ', "verify", "", "read the contents of pages too, not only what is told of them"),
                OUTPUT);
    }

    @Override
    public boolean ownProcess(Call call) {
        return true;
    }

    @Override
    public int run(Call call) throws IOException {
        List<String> operands = call.operands(2, 2);
        if (!operands.getFirst().equals("inspect")) {
            throw CliException.usage("'" + operands.getFirst() + "' is not inspect");
        }
        boolean json = call.json();
        String file = operands.get(1);
        ImageReport report = read(file, call.options().has("verify"), call.terminal());
        call.terminal().line(json ? report.toJson() : ImageText.of(file, report));
        if (report.sound()) {
            return ExitCodes.OK;
        }
        throw new CliException(
                ExitCodes.BROKEN_IMAGE,
                "image: " + file + " is broken: "
                        + ImageText.safe(report.errors().getFirst().toString()));
    }

    private static ImageReport read(String file, boolean verify, Terminal terminal) throws IOException {
        if (file.equals("-")) {
            // Not closed: it is the process's own.
            @SuppressWarnings("resource")
            FileChannel in = new FileInputStream(FileDescriptor.in).getChannel();
            return inspect(in, OptionalLong.empty(), verify, terminal, file);
        }
        try {
            Path path = Path.of(file);
            if (Files.isDirectory(path)) {
                throw CliException.usage(file + " is a folder");
            }
            try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
                // What is no plain file may not know its size, or not go to a place in it.
                OptionalLong size = Files.isRegularFile(path) ? OptionalLong.of(in.size()) : OptionalLong.empty();
                return inspect(in, size, verify, terminal, file);
            }
        } catch (NoSuchFileException | InvalidPathException e) {
            throw CliException.usage("there is no file " + file);
        }
    }

    private static ImageReport inspect(
            FileChannel in, OptionalLong size, boolean verify, Terminal terminal, String file) {
        ImageProgress progress = new ImageProgress(terminal, size);
        try {
            return ImageInspector.inspect(new ImageSource(in, size, progress), verify);
        } catch (IOException e) {
            throw new CliException(
                    ExitCodes.of("file-failed"), "image: " + file + " cannot be read: " + e.getMessage());
        } finally {
            progress.end();
        }
    }
}
