package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jxl.rest.HttpClientOverSocket.Answer;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.Frontend;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import dev.jxl.xld.api.ToolstackException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ApiTest {
    @TempDir
    Path folder;

    private final FakeToolstack toolstack = new FakeToolstack();
    private AutoCloseable frontend;
    private HttpClientOverSocket http;

    @BeforeEach
    void start() {
        Path socket = folder.resolve("jxld.sock");
        frontend = new HttpFrontend().start(toolstack, socket);
        http = new HttpClientOverSocket(socket);
    }

    @AfterEach
    void stop() throws Exception {
        frontend.close();
    }

    private static void assertProblem(Answer answer, int status, String code, String... words) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.get("code").asText()).isEqualTo(code);
        assertThat(problem.get("type").asText()).isEqualTo("urn:jxl:error:" + code);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asText()).contains(words);
    }

    @Test
    void frontend_isFoundByServiceLoader() {
        assertThat(ServiceLoader.load(Frontend.class)).singleElement().isInstanceOf(HttpFrontend.class);
    }

    @Test
    void domains_areListedWithWordsAndWithoutEmptyFields() {
        JsonNode domains = http.get("/v1/domains").json();
        assertThat(domains).hasSize(2);
        JsonNode web = domains.get(1);
        assertThat(web.get("name").asText()).isEqualTo("web");
        assertThat(web.get("type").asText()).isEqualTo("pvh");
        assertThat(web.get("flags").asText()).isEqualTo("-b----");
        assertThat(web.has("shutdownReason")).isFalse();
    }

    @Test
    void oneDomain_isFoundByNameUuidAndNumber() {
        for (String reference : List.of("web", "3", "00000000-0000-0000-0000-000000000003")) {
            assertThat(http.get("/v1/domains/" + reference).json().get("domid").asInt())
                    .isEqualTo(3);
        }
        assertProblem(http.get("/v1/domains/nobody"), 404, "domain-not-found", "nobody");
    }

    @Test
    void nameWithSpecialCharacters_isDecodedOnce() {
        toolstack.domains.add(FakeToolstack.domain(9, "a b%2f", Optional.empty(), "------"));
        assertThat(http.get("/v1/domains/a%20b%252f").json().get("domid").asInt())
                .isEqualTo(9);
    }

    @Test
    void devices_areListedAttachedAndDetached() {
        JsonNode disk = http.get("/v1/domains/web/disks").json().get(0);
        assertThat(disk.get("kind").asText()).isEqualTo("disk");
        assertThat(disk.get("settings").get("mode").asText()).isEqualTo("w");
        assertThat(http.get("/v1/domains/web/nics").json().get(0).get("kind").asText())
                .isEqualTo("nic");

        Answer attached =
                http.post("/v1/domains/web/disks", "text/x-xl-cfg", "vdev=xvdb,format=raw,access=rw,target=/srv/b.img");
        assertThat(attached.status()).isEqualTo(202);
        assertThat(attached.json().get("kind").asText()).isEqualTo("attach");
        assertThat(http.post("/v1/domains/web/nics?wait=10", "application/json", "{\"bridge\":\"xenbr0\"}")
                        .status())
                .isEqualTo(200);
        assertThat(http.post("/v1/domains/web/disks?folder=/root/a", "text/x-xl-cfg", "b.img,raw,xvdb,w")
                        .status())
                .isEqualTo(202);
        assertThat(toolstack.attached.removeLast().folder()).contains(Path.of("/root/a"));
        assertProblem(
                http.post("/v1/domains/web/disks?folder=a", "text/x-xl-cfg", "b.img,raw,xvdb,w"),
                400,
                "bad-request",
                "folder");
        assertThat(toolstack.attached)
                .containsExactly(
                        new DeviceRequest(
                                DeviceKind.DISK,
                                "vdev=xvdb,format=raw,access=rw,target=/srv/b.img",
                                CreateRequest.Format.XL_CFG),
                        new DeviceRequest(DeviceKind.NIC, "{\"bridge\":\"xenbr0\"}", CreateRequest.Format.JSON));

        assertThat(http.send("DELETE", "/v1/domains/web/disks/xvdb?wait=10", "", "")
                        .status())
                .isEqualTo(200);
        assertThat(http.send("DELETE", "/v1/domains/web/nics/00%3A16%3A3e%3A00%3A00%3A01?force", "", "")
                        .status())
                .isEqualTo(202);
        for (String kind : List.of("vkb", "vtpm", "usb-controller", "usb-device", "channel")) {
            assertThat(http.get("/v1/domains/web/" + kind + "s")
                            .json()
                            .get(0)
                            .get("kind")
                            .asText())
                    .isEqualTo(kind);
        }
        assertThat(http.post("/v1/domains/web/vkbs?wait=10", "text/x-xl-cfg", "backend-type=linux")
                        .status())
                .isEqualTo(200);
        assertThat(http.send("DELETE", "/v1/domains/web/vtpms/0?wait=10", "", "")
                        .status())
                .isEqualTo(200);
        assertThat(http.post("/v1/domains/web/channels", "text/x-xl-cfg", "name=a")
                        .status())
                .isEqualTo(405);
        assertThat(http.get("/v1/domains/web/pci").json().get(0).get("kind").asText())
                .isEqualTo("pci");
        assertThat(http.send("DELETE", "/v1/domains/web/pci/03%3A00.0", "", "").status())
                .isEqualTo(202);
        assertThat(toolstack.detached)
                .containsExactly("disk xvdb", "nic 00:16:3e:00:00:01 by force", "TPM 0", "PCI device 03:00.0");
    }

    @Test
    void badRequestsAboutDevices_areProblems() {
        assertProblem(http.get("/v1/domains/nobody/disks"), 404, "domain-not-found", "nobody");
        assertProblem(http.send("DELETE", "/v1/domains/web/disks/nothing", "", ""), 404, "device-not-found", "nothing");
        assertProblem(http.post("/v1/domains/web/disks", "text/plain", "x"), 415, "unsupported-media-type", "a device");
        assertProblem(http.post("/v1/domains/web/disks", "application/json", "{},{}"), 400, "bad-request", "JSON");
    }

    @Test
    void create_isAcceptedAndPointsToItsOperation() {
        Answer answer = http.post(
                "/v1/domains?paused&override=memory%3D512&override=vcpus%3D2&source=web.cfg&folder=%2Froot",
                "text/x-xl-cfg", "name = 'new'\n");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.headers()).containsEntry("location", "/v1/operations/op-1");
        assertThat(answer.json().get("status").asText()).isEqualTo("running");
        assertThat(toolstack.creates)
                .containsExactly(new CreateRequest(
                        "name = 'new'\n",
                        CreateRequest.Format.XL_CFG,
                        "web.cfg",
                        Optional.of(Path.of("/root")),
                        List.of("memory=512", "vcpus=2"),
                        true));
        assertThat(http.get("/v1/operations/op-1").json().get("kind").asText()).isEqualTo("create");
    }

    @Test
    void createThatWaits_answersWithTheDomain() {
        Answer answer = http.post("/v1/domains?wait=30", "text/x-xl-cfg", "name='new'\nodd=1\n");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers()).containsEntry("location", "/v1/domains/00000000-0000-0000-0000-0000000000aa");
        assertThat(answer.json().get("domid").asInt()).isEqualTo(7);
        assertThat(answer.json().get("warnings").get(0).get("line").asInt()).isEqualTo(3);
    }

    @Test
    void createThatWaitsAndFails_answersWithTheFailure() {
        toolstack.ending = op -> FakeToolstack.with(
                op,
                Status.FAILED,
                new OperationView.Failure("device-failed", "attach xvda", "xvda: /nowhere does not exist"),
                Optional.empty());
        Answer answer = http.post("/v1/domains?wait=30", "text/x-xl-cfg", "name='new'\n");
        assertProblem(answer, 500, "device-failed", "/nowhere");
        assertThat(answer.json().get("step").asText()).isEqualTo("attach xvda");
        assertThat(answer.json().get("operation").asText()).isEqualTo("op-1");
    }

    @Test
    void createThatTakesLongerThanTheWait_isStillAccepted() {
        toolstack.ending = op -> op;
        Answer answer = http.post("/v1/domains?wait=0", "text/x-xl-cfg", "name='new'\n");
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.headers()).containsEntry("location", "/v1/operations/op-1");
    }

    @Test
    void plan_changesNothing() {
        Answer answer = http.post("/v1/domains?plan=true", "application/json", "{\"name\":\"x\"}");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("steps")).hasSize(2);
        assertThat(toolstack.operations()).isEmpty();
    }

    @Test
    void wrongConfiguration_isToldWithItsPlaces() {
        Answer answer = http.post("/v1/domains?source=a.cfg", "text/x-xl-cfg", "wrong\n");
        assertProblem(answer, 422, "invalid-spec", "a.cfg", "line 2, column 5");
        JsonNode place = answer.json().get("problems").get(0);
        assertThat(place.get("severity").asText()).isEqualTo("error");
        assertThat(place.get("column").asInt()).isEqualTo(5);
    }

    @Test
    void anXlCfg_isConvertedAsXlReadsIt() {
        String cfg = """
                name='g'
                uuid='6b29fc40-ca47-1067-b31d-00dd010662da'
                kernel='/k'
                type='hvm'
                memory=64
                boot='dc'
                """;
        Answer answer = http.post("/v1/config/convert?to=libxl-json&xen=4.20", "text/x-xl-cfg", cfg);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().at("/b_info/type.hvm/boot").asText()).isEqualTo("dc");
        assertThat(answer.json().at("/b_info/target_memkb").asInt()).isEqualTo(65536);
        Answer all = http.post("/v1/config/convert?cpus=4", "text/x-xl-cfg", cfg + "vcpus=1\ncpus='all'\n");
        assertThat(all.json().at("/b_info/vcpu_hard_affinity/0")).hasSize(8);
        Answer own = http.post("/v1/config/convert?to=jxl-json", "text/x-xl-cfg", cfg);
        assertThat(own.json().at("/platform/bootOrder").asText()).isEqualTo("dc");
        Answer back = http.post("/v1/config/convert?to=xl-cfg", "application/json", own.body());
        assertThat(back.headers().get("content-type")).startsWith("text/x-xl-cfg");
        assertThat(back.body()).contains("boot = \"dc\"").contains("memory = 64");
        Answer report = http.post("/v1/config/convert?report", "text/x-xl-cfg", cfg + "memroy=1\n");
        assertThat(report.json().get("problems").get(0).get("message").asText()).contains("did you mean 'memory'");
    }

    @Test
    void aConfigurationThatXlRefuses_isAProblemWithItsPlaces() {
        Answer answer =
                http.post("/v1/config/convert?to=libxl-json", "text/x-xl-cfg", "name='g'\nkernel='/k'\non_crash='x'\n");
        assertProblem(answer, 422, "invalid-spec", "line 3, column 10: on_crash");
        assertThat(answer.json().get("problems").get(0).get("line").asInt()).isEqualTo(3);
        assertProblem(
                http.post("/v1/config/convert?xen=4.3", "text/x-xl-cfg", "x"), 400, "bad-request", "4.17", "not '4.3'");
        assertProblem(http.post("/v1/config/convert?to=xml", "text/x-xl-cfg", "x"), 400, "bad-request", "xl-cfg");
        assertProblem(http.post("/v1/config/convert", "text/plain", "x"), 415, "unsupported-media-type", "from=xl-cfg");
        assertProblem(http.post("/v1/config/convert?cpus=0", "text/x-xl-cfg", "x"), 400, "bad-request", "cpus");
        assertProblem(http.post("/v1/config/convert", "application/json", "[1]"), 422, "invalid-spec", "JSON object");
    }

    @Test
    void badRequests_areEachAProblem() {
        assertProblem(http.get("/v1/nowhere"), 404, "not-found", "/v1/nowhere");
        Answer wrongMethod = http.send("DELETE", "/v1/host", "", "");
        assertProblem(wrongMethod, 405, "method-not-allowed", "DELETE", "GET");
        assertThat(wrongMethod.headers()).containsEntry("allow", "GET");
        assertProblem(http.get("/v1/domains?verbose"), 400, "bad-request", "verbose");
        assertProblem(http.get("/v1/operations/op-1?wait=soon"), 400, "bad-request", "soon");
        assertProblem(http.post("/v1/domains", "text/plain", "x"), 415, "unsupported-media-type", "text/plain");
        assertProblem(http.post("/v1/domains", "application/json", "{\"a\":\n 1,,}"), 400, "bad-request", "line 2");
        assertProblem(http.post("/v1/domains", "application/json", "[]"), 400, "bad-request", "object");
        assertProblem(http.post("/v1/domains", "application/json", "{} x"), 400, "bad-request", "JSON");
        assertProblem(
                http.post("/v1/domains", "application/json", "{\"a\":" + "[".repeat(200)), 400, "bad-request", "nest");
        assertThat(toolstack.creates).isEmpty();
    }

    @Test
    void hugeBody_isRefusedAndTheServerLives() {
        Answer answer = http.post("/v1/domains", "text/x-xl-cfg", "#".repeat(Exchange.MAX_BODY + 1));
        assertProblem(answer, 413, "body-too-large", "larger");
        assertThat(http.get("/v1/domains").status()).isEqualTo(200);
    }

    @Test
    void defect_isNamedByAnIdWithoutItsTrace() {
        toolstack.broken = new IllegalArgumentException("secret inside");
        Answer answer = http.get("/v1/host");
        assertProblem(answer, 500, "internal", "log of jxld");
        assertThat(answer.body()).doesNotContain("secret").doesNotContain("at dev.jxl");
    }

    @Test
    void missingXen_isToldByHealthAndByEveryAnswer() {
        toolstack.broken = new ToolstackException.HostUnavailable("this machine is not a Xen dom0", null);
        assertThat(http.get("/health").status()).isEqualTo(503);
        assertProblem(http.get("/v1/domains"), 503, "host-unavailable", "not a Xen dom0");
    }

    @Test
    void actions_reachTheToolstackWithTheirWords() {
        assertThat(http.send("POST", "/v1/domains/web/actions/pause", "", "").status())
                .isEqualTo(202);
        assertThat(http.send("POST", "/v1/domains/web/actions/shutdown?wait=5&until-gone&fallback-acpi", "", "")
                        .status())
                .isEqualTo(200);
        assertThat(http.send("DELETE", "/v1/domains/web?wait=5", "", "").status())
                .isEqualTo(200);
        assertThat(toolstack.actions)
                .containsExactly(
                        new DomainAction.Pause(), new DomainAction.Shutdown(true, true), new DomainAction.Destroy());
    }

    @Test
    void cancel_endsTheOperation() {
        http.post("/v1/domains", "text/x-xl-cfg", "name='new'\n");
        Answer answer = http.send("POST", "/v1/operations/op-1/actions/cancel", "", "");
        assertThat(answer.json().get("status").asText()).isEqualTo("cancelled");
        assertProblem(http.send("DELETE", "/v1/operations/op-99", "", ""), 404, "operation-not-found", "op-99");
    }

    @Test
    void actionsWithArguments_reachTheToolstack() {
        http.post("/v1/domains/web/actions/suspend", "", "");
        http.post("/v1/domains/web/actions/resume", "", "");
        http.post("/v1/domains/web/actions/rename?name=a%20b", "", "");
        http.post("/v1/domains/web/actions/dump-core?file=%2Ftmp%2Fcore", "", "");
        http.post("/v1/domains/web/actions/save?file=/tmp/web.save&then=run", "", "");
        http.post("/v1/domains/web/actions/sysrq?key=s", "", "");
        http.post("/v1/domains/web/actions/trigger?name=nmi&vcpu=2", "", "");
        http.post("/v1/domains/web/actions/cd-insert?drive=hdc&file=a.iso&folder=/tmp", "", "");
        http.post("/v1/domains/web/actions/cd-eject?drive=hdc", "", "");
        http.post("/v1/domains/web/actions/config-update?source=w.cfg", "text/x-xl-cfg", "name='web'\n");
        assertThat(toolstack.actions)
                .containsExactly(
                        new DomainAction.Suspend(),
                        new DomainAction.Resume(),
                        new DomainAction.Rename("a b"),
                        new DomainAction.DumpCore(Path.of("/tmp/core")),
                        new DomainAction.Save(Path.of("/tmp/web.save"), DomainAction.Save.Afterwards.RUN),
                        new DomainAction.Sysrq('s'),
                        new DomainAction.Trigger(DomainAction.Trigger.Kind.NMI, 2),
                        new DomainAction.ChangeCd("hdc", Optional.of(Path.of("/tmp/a.iso"))),
                        new DomainAction.ChangeCd("hdc", Optional.empty()),
                        new DomainAction.Reconfigure(new CreateRequest(
                                "name='web'\n",
                                CreateRequest.Format.XL_CFG,
                                "w.cfg",
                                Optional.empty(),
                                List.of(),
                                false)));
        assertThat(http.post("/v1/host/actions/restore?file=/tmp/web.save&paused", "", "")
                        .status())
                .isEqualTo(202);
        assertThat(toolstack.restored).containsExactly("/tmp/web.save paused");
        assertProblem(
                http.post("/v1/domains/web/actions/save?file=/tmp/a&then=x", "", ""), 400, "bad-request", "not 'x'");
        assertProblem(http.post("/v1/domains/web/actions/rename", "", ""), 400, "bad-request", "'name'");
        assertProblem(http.post("/v1/domains/web/actions/sysrq?key=no", "", ""), 400, "bad-request", "'key'");
        assertProblem(http.post("/v1/domains/web/actions/trigger?name=x", "", ""), 400, "bad-request", "not 'x'");
        assertProblem(http.post("/v1/domains/web/actions/cd-insert?drive=hdc", "", ""), 400, "bad-request", "'file'");
    }

    @Test
    void screenAndMonitor_areAnswered() {
        JsonNode screen = http.get("/v1/domains/web/screen").json();
        assertThat(screen.get("address").asText()).isEqualTo("127.0.0.1");
        assertThat(screen.get("port").asInt()).isEqualTo(5901);
        Answer monitor = http.post("/v1/domains/web/monitor", "text/plain", "info block");
        assertThat(monitor.body()).isEqualTo("answer to info block\n");
        assertThat(monitor.headers().get("content-type")).startsWith("text/plain");
        assertProblem(http.get("/v1/domains/none/screen"), 404, "domain-not-found", "none");
    }

    @Test
    void definition_isMadeChangedAndForgottenByVersion() {
        String fresh = "Content-Type: text/x-xl-cfg\r\nIf-None-Match: *\r\n";
        Answer made = http.send("PUT", "/v1/domains/new", fresh, "name='new'\n");
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.headers()).containsEntry("etag", "\"1\"");
        assertProblem(
                http.send("PUT", "/v1/domains/new", fresh, "name='new'\n"), 412, "precondition-failed", "version 1");
        String first = "If-Match: \"1\"\r\n";
        Answer changed = http.send("PUT", "/v1/definitions/new/start?autostart&order=7&ready=guest&delay=3", first, "");
        assertThat(changed.json().get("order").asInt()).isEqualTo(7);
        assertThat(changed.json().get("ready").asText()).isEqualTo("guest");
        assertThat(changed.headers()).containsEntry("etag", "\"2\"");
        assertThat(http.get("/v1/domains").json()).hasSize(2);
        assertThat(http.get("/v1/domains?all").json()).hasSize(3);
        assertThat(http.get("/v1/domains/new").json().get("domid").asInt()).isEqualTo(-1);
        assertProblem(http.send("DELETE", "/v1/definitions/new", first, ""), 412, "precondition-failed", "version 2");
        assertProblem(http.send("DELETE", "/v1/definitions/new", "If-Match: now\r\n", ""), 400, "bad-request", "ETag");
        assertProblem(http.send("PUT", "/v1/definitions/new/start?order=10000", "", ""), 400, "bad-request", "'order'");
        assertThat(http.send("DELETE", "/v1/definitions/new", "If-Match: \"2\"\r\n", "")
                        .status())
                .isEqualTo(200);
        assertProblem(http.get("/v1/definitions/new"), 404, "domain-not-found", "new");
    }

    @Test
    void startAndHostsStartAndStop_reachTheToolstack() {
        assertThat(http.post("/v1/domains/new/actions/start?paused&wait=5", "", "")
                        .status())
                .isEqualTo(200);
        http.post("/v1/host/actions/start-guests", "", "");
        http.post("/v1/host/actions/stop-guests?deadline=9&others", "", "");
        assertThat(toolstack.definitions.asked).containsExactly("start new true", "start all", "stop all in 9 true");
    }

    @Test
    void folderThatIsNoWholePath_isRefused() {
        for (String path : List.of("/v1/domains", "/v1/config/convert", "/v1/domains/web/actions/config-update")) {
            assertProblem(
                    http.post(path + "?folder=here", "text/x-xl-cfg", "name='g'\n"), 400, "bad-request", "'folder'");
        }
    }

    @Test
    void relativeFiles_areConvertedFromTheFolder() {
        String cfg = "name='g'\nkernel='./k'\nramdisk='../r'\nmemory=64\ndisk=['d.raw,raw,xvda,rw']\n";
        String folder = "/v1/config/convert?folder=%2Froot%2Fa&to=";
        JsonNode own = http.post(folder + "jxl-json", "text/x-xl-cfg", cfg).json();
        assertThat(own.at("/boot/kernel").asText()).isEqualTo("/root/a/k");
        assertThat(own.at("/boot/ramdisk").asText()).isEqualTo("/root/a/../r");
        assertThat(own.at("/disks/0/target").asText()).isEqualTo("/root/a/d.raw");
        assertThat(http.post(folder + "xl-cfg", "text/x-xl-cfg", cfg).body()).contains("\"/root/a/k\"");
        assertThat(http.post(folder + "libxl-json", "text/x-xl-cfg", cfg)
                        .json()
                        .at("/b_info/kernel")
                        .asText())
                .as("as xl prints it")
                .isEqualTo("./k");
        assertProblem(
                http.post("/v1/config/convert?to=jxl-json", "text/x-xl-cfg", cfg), 422, "invalid-spec", "whole path");
    }

    @Test
    void sameKey_startsOneOperation() {
        Answer first = http.post("/v1/domains", "text/x-xl-cfg", "name='new'\n", "Idempotency-Key: k1");
        Answer again = http.post("/v1/domains", "text/x-xl-cfg", "name='new'\n", "Idempotency-Key: k1");
        assertThat(again.json().get("id")).isEqualTo(first.json().get("id"));
        assertThat(toolstack.creates).hasSize(1);
        assertProblem(
                http.post("/v1/domains", "text/x-xl-cfg", "name='other'\n", "Idempotency-Key: k1"),
                422,
                "key-reused",
                "k1");
    }

    @Test
    void xenLog_isPlainText() {
        Answer answer = http.get("/v1/host/dmesg?clear");
        assertThat(answer.body()).isEqualTo("(XEN) cleared\n");
        assertThat(answer.headers()).containsEntry("content-type", "text/plain; charset=utf-8");
    }

    @Test
    void eventClients_eachSeeEveryEventAfterTheLastOneTheyHad() throws Exception {
        toolstack.emit(FakeToolstack.event(1, "domain.created"));
        toolstack.emit(FakeToolstack.event(2, "domain.started"));
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(http.open("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 1\r\n\r\n"));
        }
        org.awaitility.Awaitility.await().until(() -> toolstack.subscribers.size() == 20);
        toolstack.emit(FakeToolstack.event(3, "domain.paused"));
        for (SocketChannel client : clients) {
            InputStream in = Channels.newInputStream(client);
            List<String> lines = new ArrayList<>();
            while (lines.stream().filter(line -> line.startsWith("data: ")).count() < 2) {
                lines.add(HttpClientOverSocket.line(in));
            }
            assertThat(lines)
                    .contains("id: 2", "event: domain.started", "id: 3", "event: domain.paused")
                    .doesNotContain("id: 1");
            assertThat(lines)
                    .anyMatch(line -> line.toLowerCase(java.util.Locale.ROOT).contains("text/event-stream"));
            client.close();
        }
        assertProblem(http.send("GET", "/v1/events", "Last-Event-ID: x\r\n", ""), 400, "bad-request", "Last-Event-ID");
    }

    @Test
    void clientThatAsksToClose_seesTheEnd() throws Exception {
        try (SocketChannel channel =
                http.open("GET /v1/domains HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")) {
            InputStream in = Channels.newInputStream(channel);
            assertThat(HttpClientOverSocket.read(in).status()).isEqualTo(200);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void socket_isForOwnerAndGroupOnly() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("jxld.sock"))))
                .isEqualTo("rw-rw----");
    }

    @Test
    void secondServer_isRefusedWhileTheFirstServes() throws Exception {
        Path socket = folder.resolve("jxld.sock");
        assertThatThrownBy(() -> new HttpFrontend().start(toolstack, socket))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another jxld");
        assertThat(http.get("/v1/domains").status()).isEqualTo(200);
        Path file = Files.writeString(folder.resolve("file"), "precious");
        assertThatThrownBy(() -> new HttpFrontend().start(toolstack, file)).hasMessageContaining("not a socket");
        assertThat(file).hasContent("precious");
    }
}
