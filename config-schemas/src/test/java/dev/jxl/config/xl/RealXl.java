package dev.jxl.config.xl;

import dev.jxl.config.XenVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The real xl, which reads configurations on a machine without Xen. */
final class RealXl {
    private final Path xl;
    private final Path shim;

    private RealXl(Path xl, Path shim) {
        this.xl = xl;
        this.shim = shim;
    }

    /** Compiles the shim; an AssertionError says what is not installed. */
    static RealXl prepare(Path directory) throws IOException, InterruptedException {
        Path source = Path.of("src", "test", "c", "noxen.c").toAbsolutePath();
        Path shim = directory.toAbsolutePath().resolve("noxen.so");
        Path log = directory.resolve("gcc.log");
        Process gcc = new ProcessBuilder("gcc", "-shared", "-fPIC", "-O1", "-o", shim.toString(), source.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!gcc.waitFor(120, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
            throw new AssertionError("gcc cannot compile " + source + ": " + Files.readString(log));
        }
        return new RealXl(find(), shim);
    }

    private static Path find() {
        List<Path> found = new ArrayList<>();
        for (String place : List.of("/usr/lib", "/usr/libexec")) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(Path.of(place), "xen-4.*")) {
                for (Path version : versions) {
                    if (Files.isExecutable(version.resolve("bin/xl"))) {
                        found.add(version.resolve("bin/xl"));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (found.isEmpty()) {
            throw new AssertionError(
                    "there is no xl on this machine, and this test is about nothing else: run ./dev setup"
                            + " (or install the packages of config-schemas/src/test/packages.txt)");
        }
        return Collections.max(found);
    }

    /** Whose xl it is. */
    XenVersion version() {
        String folder = xl.getParent().getParent().getFileName().toString();
        return XenVersion.find(folder.substring("xen-".length())).orElseThrow();
    }

    /** Runs it over files, several at a time, and gives the exit code of each; what it printed is in FILE.out. */
    Map<Path, Integer> readAll(List<Path> files) throws InterruptedException, ExecutionException {
        int lanes = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
        int share = (files.size() + lanes - 1) / lanes;
        Map<Path, Integer> codes = new HashMap<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(lanes)) {
            List<Future<Map<Path, Integer>>> parts = new ArrayList<>();
            for (int from = 0; from < files.size(); from += share) {
                List<Path> part = files.subList(from, Math.min(files.size(), from + share));
                parts.add(executor.submit(() -> read(part)));
            }
            for (Future<Map<Path, Integer>> part : parts) {
                codes.putAll(part.get());
            }
        }
        return codes;
    }

    private Map<Path, Integer> read(List<Path> files) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(xl.toString()).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LD_PRELOAD", shim.toString());
        Process process = builder.start();
        Thread writer = Thread.ofPlatform().start(() -> {
            try (Writer to = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8)) {
                for (Path file : files) {
                    to.write(file + "\n");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Map<Path, Integer> codes = new HashMap<>();
        try (BufferedReader from =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = from.readLine(); line != null; line = from.readLine()) {
                int space = line.indexOf(' ');
                codes.put(Path.of(line.substring(space + 1)), Integer.valueOf(line.substring(0, space)));
            }
        }
        writer.join();
        process.waitFor();
        return codes;
    }
}
