package dev.jxl.xld.doctor;

import dev.jxl.xld.api.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/** Whether jxld has what it stands on. */
record JxldHealth(Surroundings around) implements Check {
    @Override
    public String words() {
        return "what jxld stands on";
    }

    @Override
    public List<Trouble> look() {
        List<Trouble> found = new ArrayList<>();
        around.health().checks().forEach((name, state) -> {
            if (!state.equals("ok")) {
                found.add(Trouble.told(
                        "jxld-unhealthy",
                        Severity.ERROR,
                        name,
                        "jxld cannot do its work: " + state,
                        "docs/recovery.md says what to do; jxld goes on by itself when it is back"));
            }
        });
        return found;
    }
}
