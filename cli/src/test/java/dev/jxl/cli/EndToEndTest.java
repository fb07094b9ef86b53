package dev.jxl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.cli.SimulatedJxld.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** jxl against a real jxld: configurations, guests, what is told of them and of mistakes. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class EndToEndTest extends AgainstSimulatedJxld {
    @Test
    void dryrun_printsLibxlsJsonAndCreatesNothing() {
        Result printed = create("-n", "vcpus=2", "memroy=1");
        assertThat(printed.code()).as(printed.err()).isZero();
        JsonObject json = JsonReader.object(printed.out());
        assertThat(json.object("c_info").text("name")).isEqualTo("web");
        assertThat(json.object("b_info").text("max_vcpus")).isEqualTo("2");
        assertThat(printed.err()).contains("memroy").contains("did you mean 'memory'");
        assertThat(jxld.run("list").out()).doesNotContain("web");
        Result refused = create("-n", "on_crash=\"x\"");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("on_crash: 'x' is not an action");
    }

    @Test
    void aConfiguration_isConvertedThereAndBack() throws IOException {
        Result own = jxld.run("config", config.toString());
        assertThat(own.code()).as(own.err()).isZero();
        assertThat(JsonReader.object(own.out()).text("memoryKib")).isEqualTo("65536");
        Path json = Files.writeString(folder.resolve("web.json"), own.out());
        Result back = jxld.run("config", "-t", "xl-cfg", json.toString());
        assertThat(back.out()).contains("memory = 64\n").contains("type = \"pvh\"\n");
        Result libxl = jxld.run("config", "-t", "libxl-json", "-x", "4.17", config.toString());
        assertThat(JsonReader.object(libxl.out()).object("b_info").text("target_memkb"))
                .isEqualTo("65536");
        assertThat(jxld.run("config", "-t", "xml", config.toString()).code()).isEqualTo(2);
    }

    @Test
    void aDriverDomain_isListedShownAndMadeAgainUnderItsNumber() {
        assertThat(create(
                                "name=\"net\"",
                                "driver_domain=1",
                                "driver_restart=1",
                                "extra=\"driver=jxl\"",
                                "uuid=\"6b29fc40-ca47-1067-b31d-00dd010662da\"")
                        .code())
                .isZero();
        assertThat(create("vif=[\"backend=net\"]").code()).isZero();
        String before = jxld.run("domid", "net").out();
        assertThat(jxld.run("driver", "list").out()).contains("net").contains("running");
        Result drained = jxld.run("driver", "drain", "net");
        assertThat(drained.code()).as(drained.err()).isZero();
        Result undrained = jxld.run("driver", "undrain", "net");
        assertThat(undrained.code()).as(undrained.err()).isZero();
        Result upgraded = jxld.run("driver", "upgrade", "net", "/sim/jxl-backend/newer");
        assertThat(upgraded.code()).as(upgraded.err()).isZero();
        assertThat(jxld.run("driver", "show", "net").out()).contains("program     newer");
        assertThat(jxld.run("driver", "drain", "net", "now").code()).isEqualTo(2);
        Result restarted = jxld.run("driver", "restart", "net");
        assertThat(restarted.code()).as(restarted.err()).isZero();
        assertThat(jxld.run("domid", "net").out()).isEqualTo(before);
        assertThat(jxld.run("driver", "show", "net").out())
                .containsPattern("vif 0 of 'web'.* frames sent, [0-9]+ received")
                .contains("last outage")
                .contains("a user wants it")
                .contains("moving");
        assertThat(jxld.run("driver", "lint", "net").code()).isEqualTo(19);
        assertThat(jxld.run("driver", "lint").out()).contains("Warnings:").contains("trusts-backend  'web' (");
        assertThat(jxld.run("driver", "lint", "-o", "json").out())
                .startsWith("{\"healthy\":false,\"findings\":[{\"code\":\"trusts-backend\"");
        assertThat(jxld.run("driver", "show", "web").code()).isNotZero();
        assertThat(jxld.run("driver", "start").code()).isEqualTo(2);
    }

    @Test
    void relativePaths_beginWhereTheUserIs() throws IOException {
        Path kernel = folder.resolve("kernel");
        Path here = Path.of("").toAbsolutePath();
        Files.writeString(
                config, "name = \"web\"\ntype = \"pvh\"\nkernel = \"" + here.relativize(kernel) + "\"\nmemory = 64\n");
        Result created = create();
        assertThat(created.code()).as(created.err()).isZero();
        assertThat(jxld.run("config-update", "web", config.toString()).code()).isZero();
        assertThat(create("-n", "name=\"other\"").code()).isZero();
        String printed = jxld.run("config", config.toString()).out();
        assertThat(JsonReader.object(printed).object("boot").text("kernel"))
                .isEqualTo(here.resolve(here.relativize(kernel)).toString());
        Result missing = create("name=\"other\"", "kernel=\"nowhere/vmlinuz\"");
        assertThat(missing.code()).isNotZero();
        assertThat(missing.err()).contains(here.resolve("nowhere/vmlinuz").toString());
    }

    @Test
    void createdDomain_isListedActedOnAndDestroyed() {
        Result created = create();
        assertThat(created.err()).isEmpty();
        assertThat(created.out()).matches("created domain 'web' with domid \\d+\n");
        assertThat(created.code()).isZero();

        String list = jxld.run("list").out();
        assertThat(list).startsWith("Name                                        ID   Mem VCPUs\tState\tTime(s)\n");
        assertThat(list).containsPattern("(?m)^Domain-0 {33} {4}0 +\\d+ +\\d+ {5}[rbpscd-]{6} +\\d+\\.\\d$");
        assertThat(list).containsPattern("(?m)^web {38} +\\d+ +\\d+ +1 {5}[rbpscd-]{6} +\\d+\\.\\d$");

        String domid = jxld.run("domid", "web").out().strip();
        assertThat(jxld.run("domname", domid).out()).isEqualTo("web\n");
        assertThat(jxld.run("pause", "web").code()).isZero();
        assertThat(jxld.run("list", "web").out()).containsPattern("[r-][b-]p---");
        assertThat(jxld.run("unpause", "web").code()).isZero();

        assertThat(jxld.run("des", "web")).isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("list").out()).doesNotContain("web");
    }

    @Test
    void livingDomain_isRenamedSuspendedResumedDumpedAndReconfigured() throws IOException {
        assertThat(create().code()).isZero();
        Path core = folder.resolve("core");
        for (String[] command : new String[][] {
            {"rename", "web", "site"},
            {"rename", "site", "web"},
            {"dump-core", "web", core.toString()},
            {"sysrq", "web", "h"},
            {"config-update", "web", config.toString(), "memory=65"}
        }) {
            assertThat(jxld.run(command)).as(command[0]).isEqualTo(new Result(0, "", ""));
        }
        Result noKey = jxld.run("sysrq", "web", "hh");
        assertThat(noKey.code()).isEqualTo(2);
        assertThat(noKey.err()).contains("'key'");
        Result folderAsFile = jxld.run("dump-core", "web", folder.toString());
        assertThat(folderAsFile.code()).isEqualTo(16);
        assertThat(folderAsFile.err()).contains(folder.toString()).hasLineCount(1);
    }

    @Test
    void definedDomain_isListedStartedAndForgotten() {
        Result defined = jxld.run("define", config.toString());
        assertThat(defined.err()).isEmpty();
        assertThat(defined.out()).startsWith("defined domain 'web' (");
        assertThat(jxld.run("list").out()).doesNotContain("web");
        assertThat(jxld.run("list", "--all").out()).containsPattern("(?m)^web {38} +- +64 +1 {5}------ +0\\.0$");
        assertThat(jxld.run("domid", "web").code()).isEqualTo(3);
        assertThat(jxld.run("autostart", "web", "--order", "7", "--ready", "drivers")
                        .code())
                .isZero();
        assertThat(jxld.run("autostart").out()).containsPattern("(?m)^web +7 yes +drivers +60 +0$");
        assertThat(jxld.run("guests", "start")).isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("list").out()).contains("web");
        assertThat(jxld.run("start", "web").code()).isEqualTo(5);
        assertThat(jxld.run("guests", "stop", "--deadline", "20")).isEqualTo(new Result(0, "", ""));
        assertThat(jxld.run("list").out()).doesNotContain("web");
        assertThat(jxld.run("start", "-p", "web").code()).isZero();
        assertThat(jxld.run("undefine", "web").code()).isZero();
        assertThat(jxld.run("undefine", "web").code()).isEqualTo(3);
    }

    @Test
    void domainThatIsSavedWithItsHost_goesOnOrBootsAsAsked() {
        assertThat(jxld.run("define", config.toString(), "on_host_stop='save'").code())
                .isZero();
        assertThat(jxld.run("autostart", "web", "--ready", "drivers").code()).isZero();
        assertThat(jxld.run("guests", "start").code()).isZero();
        assertThat(jxld.run("guests", "stop", "--deadline", "20").code()).isZero();
        Result refused = jxld.run("undefine", "web");
        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.err()).contains("--discard-save");
        assertThat(jxld.run("start", "--discard-save", "web").code()).isZero();
        assertThat(jxld.run("destroy", "web").code()).isZero();
        assertThat(jxld.run("undefine", "--discard-save", "web").code()).isZero();
    }

    @Test
    void globalOptionsOfXl_areKnown() {
        Result dry = jxld.run("-N", "create", config.toString());
        assertThat(dry.code()).as(dry.err()).isZero();
        assertThat(dry.out()).startsWith("1. ");
        assertThat(jxld.run("-vftT", "list").code()).isZero();
        assertThat(jxld.run("-N", "list").code()).isEqualTo(2);
        Result notOurs = jxld.run("vsnd-list", "web");
        assertThat(notOurs.code()).isEqualTo(11);
        assertThat(notOurs.err()).contains("vsnd-list").hasLineCount(1);
    }

    @Test
    void createOnATerminal_endsTheSame() {
        Result created = SimulatedJxld.run(jxld.socket(), true, "create", "-p", config.toString());
        assertThat(created.code()).as(created.err()).isZero();
        assertThat(created.out()).matches("created domain 'web' with domid \\d+\n");
        assertThat(jxld.run("list", "web").out()).contains("--p---");
        assertThat(SimulatedJxld.run(jxld.socket(), true, "create", config.toString())
                        .code())
                .isEqualTo(4);
    }

    @Test
    void listAsJson_isTheAnswerOfTheApi() {
        create("-q");
        try (Daemon daemon = new Daemon(jxld.socket())) {
            String shown = jxld.run("list", "-o", "json").out();
            assertThat(JsonReader.objects(shown)).hasSize(2);
            assertThat(shown.replaceAll("\"cpuTimeNanos\":\\d+", ""))
                    .isEqualTo(daemon.text("GET", "/v1/domains").replaceAll("\"cpuTimeNanos\":\\d+", "") + "\n");
        }
        assertThat(jxld.run("list", "-l", "web").out()).contains("\"config\"").contains("\"c_info\"");
    }

    @Test
    void mistakes_haveTheirExitCodesAndOneSentence() throws IOException {
        assertThat(create().code()).isZero();
        Result again = create();
        assertThat(again.code()).isEqualTo(4);
        assertThat(again.err()).startsWith("jxl: ").contains("web").hasLineCount(1);

        Result nobody = jxld.run("destroy", "nobody");
        assertThat(nobody.code()).isEqualTo(3);
        assertThat(nobody.err()).contains("'nobody'").hasLineCount(1);

        Result noFile = jxld.run("create", folder.resolve("nothing.cfg").toString());
        assertThat(noFile.code()).isEqualTo(2);
        assertThat(noFile.err()).contains("nothing.cfg");

        Path broken = Files.writeString(folder.resolve("broken.cfg"), "name = \"b\"\nmemory = [\n");
        Result syntax = jxld.run("create", broken.toString());
        assertThat(syntax.code()).isEqualTo(2);
        assertThat(syntax.err()).contains("broken.cfg").contains("line ");
        assertThat(syntax.err()).doesNotContain("Exception");

        Result noKernel = create("name=\"other\"", "kernel=\"/no/such/kernel\"");
        assertThat(noKernel.code()).isIn(2, 8);
        assertThat(noKernel.err()).contains("/no/such/kernel");
        assertThat(jxld.run("list").out()).doesNotContain("other");
    }

    @Test
    void warnings_areToldWithFileLineAndColumn() throws IOException {
        Files.writeString(config, Files.readString(config) + "no_such_key = 1\n");
        Result created = create();
        assertThat(created.code()).isZero();
        assertThat(created.err()).contains(config + ":6:").contains("no_such_key");
    }

    @Test
    void plan_makesNothing() {
        Result plan = create("--plan");
        assertThat(plan.code()).as(plan.err()).isZero();
        assertThat(plan.out()).startsWith("1. ");
        assertThat(jxld.run("list").out()).doesNotContain("web");
    }

    @Test
    void hostIsDescribedInXlsLines() {
        String info = jxld.run("info").out();
        assertThat(info).containsPattern("(?m)^host {19}: \\S+").containsPattern("(?m)^free_memory {12}: \\d+$");
        assertThat(jxld.run("dmesg").code()).isZero();
        assertThat(jxld.run("version").out()).contains("Xen");
        assertThat(jxld.run("operations").out()).startsWith("Id ");
        assertThat(jxld.run("help", "exit-codes").out()).contains("14").contains("jxld is not running");
    }

    @Test
    void events_tellWhatHappened() {
        create();
        Result events = jxld.run("events", "--after=0", "-n", "3", "-o", "json");
        assertThat(events.code()).isZero();
        assertThat(events.out()).hasLineCount(3);
        events.out()
                .lines()
                .forEach(
                        line -> assertThat(JsonReader.object(line).text("type")).isNotEmpty());
    }

    @Test
    void missingJxld_isSaidInOneSentence() {
        Result list = SimulatedJxld.run(folder.resolve("nobody.sock"), "list");
        assertThat(list.code()).isEqualTo(14);
        assertThat(list.out()).isEmpty();
        assertThat(list.err()).hasLineCount(1).contains("systemctl start jxld").contains("nobody.sock");
    }

    @Test
    void shutdownOfAll_leavesDom0() {
        create();
        assertThat(jxld.run("shutdown", "-a", "-w").code()).isZero();
        assertThat(jxld.run("list").out()).doesNotContain("web").contains("Domain-0");
        assertThat(jxld.run("shutdown").code()).isEqualTo(2);
    }

    @Test
    void process_endsWithTheCodeAndKeepsItsChannelsApart() throws Exception {
        Process process = new ProcessBuilder(
                        SimulatedJxld.java(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.jxl.cli.Main",
                        "--socket=" + jxld.socket(),
                        "domid",
                        "nobody")
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(3);
        assertThat(out).isEmpty();
        assertThat(err).startsWith("jxl: no domain 'nobody'");
    }
}
