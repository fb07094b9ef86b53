package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jxl.rest.HttpClientOverSocket.Answer;
import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.DeviceKind;
import dev.jxl.xld.api.DeviceRequest;
import dev.jxl.xld.api.DomainAction;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.OperationView.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Domains, their devices and their definitions: what is shown of them, and what is done to them. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DomainApiTest extends ServedApi {
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
        http.post("/v1/domains/new/actions/start?discard-save", "", "");
        http.post("/v1/host/actions/start-guests", "", "");
        http.post("/v1/host/actions/stop-guests?deadline=9&others", "", "");
        assertThat(toolstack.definitions.asked)
                .containsExactly("start new true", "start new false discard", "start all", "stop all in 9 true");
    }
}
