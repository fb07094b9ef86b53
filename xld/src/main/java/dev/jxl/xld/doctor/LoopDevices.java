package dev.jxl.xld.doctor;

import dev.jxl.xld.host.BlockAttach.Marked;
import dev.jxl.xld.host.Host;
import java.util.List;
import java.util.Set;

/** Loop devices with jxl's mark whose domain is gone. Those of others have no mark, and are left. */
record LoopDevices(Host host, Surroundings around) implements Check {
    @Override
    public String words() {
        return "loop devices of domains that are gone";
    }

    @Override
    public List<Trouble> look() {
        List<Marked> marked = host.blockAttach().listMarked();
        Present present = Present.now(host, around);
        return marked.stream()
                .filter(loop -> !present.has(loop.owner()))
                .map(this::trouble)
                .toList();
    }

    private Trouble trouble(Marked loop) {
        return Trouble.leftover(
                "loop-without-domain",
                loop.device().toString(),
                "jxl made it for disk " + loop.vdev() + " of the domain with UUID " + loop.owner()
                        + ", which is gone: its file cannot be used for writing elsewhere",
                () -> {
                    if (Present.now(host, around).has(loop.owner())) {
                        return "nothing: there is a domain of that UUID now";
                    }
                    host.blockAttach().release(loop.owner(), loop.vdev(), Set.of());
                    return "it was freed";
                });
    }
}
