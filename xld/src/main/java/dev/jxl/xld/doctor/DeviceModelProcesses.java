package dev.jxl.xld.doctor;

import dev.jxl.config.DomainUuid;
import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.host.DeviceModel.Running;
import dev.jxl.xld.host.DomainFacts;
import dev.jxl.xld.host.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Device models whose domain is gone. Only one with jxl's mark is ended. */
record DeviceModelProcesses(Host host, Surroundings around) implements Check {
    private static final String CODE = "device-model-without-domain";

    @Override
    public String words() {
        return "device models of domains that are gone";
    }

    @Override
    public List<Trouble> look() {
        List<Running> processes = host.deviceModel().listProcesses();
        Present present = Present.now(host, around);
        List<Trouble> found = new ArrayList<>();
        for (Running process : processes) {
            if (!present.has(process.domain())) {
                found.add(trouble(process));
            } else if (process.owner().filter(owner -> !present.has(owner)).isPresent()) {
                found.add(ofAnEarlierOne(process, present));
            }
        }
        return found;
    }

    private static String object(Running process) {
        return "process " + process.pid();
    }

    private Trouble trouble(Running process) {
        Optional<DomainUuid> owner = process.owner();
        if (owner.isEmpty()) {
            return Trouble.told(
                    CODE,
                    Severity.WARNING,
                    object(process),
                    "it is the device model of domain " + process.domain()
                            + ", which is gone, and jxl did not start it",
                    "if xl does not end it within a minute: 'kill " + process.pid() + "'");
        }
        return Trouble.leftover(
                CODE,
                object(process),
                "it is the device model of domain " + process.domain() + ", which is gone",
                Present.whileGone(
                        host,
                        around,
                        process.domain(),
                        () -> host.deviceModel().stop(process.domain(), owner.get()),
                        "it was ended"));
    }

    /** Ending it in the usual way would take the sockets of the domain that has the number now. */
    private static Trouble ofAnEarlierOne(Running process, Present present) {
        String now = present.list().stream()
                .filter(f -> f.id().equals(process.domain()))
                .map(DomainFacts::uuid)
                .map(DomainUuid::toString)
                .findFirst()
                .orElse("another one");
        return Trouble.told(
                CODE,
                Severity.WARNING,
                object(process),
                "it is the device model of an earlier domain " + process.domain() + "; the one of that number now is "
                        + now,
                "'kill " + process.pid() + "'");
    }
}
