package dev.jxl.xld.doctor;

import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.doctor.Surroundings.Unanswered;
import java.util.List;

/** Domains that have stopped and stay so, though they should not. */
record UnansweredStops(Surroundings around) implements Check {
    @Override
    public String words() {
        return "stopped domains that nobody does anything about";
    }

    @Override
    public List<Trouble> look() {
        return around.listUnanswered().stream().map(UnansweredStops::trouble).toList();
    }

    private static Trouble trouble(Unanswered stopped) {
        return Trouble.told(
                "domain-left-stopped",
                Severity.WARNING,
                "domain " + stopped.domain() + " ('" + stopped.name() + "')",
                "it has stopped (" + stopped.reason() + ") and is left as it is: " + stopped.why(),
                stopped.advice());
    }
}
