package dev.jxl.rest;

import dev.jxl.xld.api.CreateRequest;
import dev.jxl.xld.api.Definition;
import dev.jxl.xld.api.Definitions;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.StartPolicy;
import dev.jxl.xld.api.ToolstackException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** One definition at most, named new. */
final class FakeDefinitions implements Definitions {
    final List<String> asked = new ArrayList<>();
    private final Function<String, OperationView> begin;
    private Optional<Definition> only = Optional.empty();

    FakeDefinitions(Function<String, OperationView> begin) {
        this.begin = begin;
    }

    private static Definition definition(long version, StartPolicy policy) {
        return new Definition(
                "00000000-0000-0000-0000-0000000000aa",
                "new",
                version,
                FakeToolstack.NOON,
                policy.autostart(),
                policy.order(),
                policy.delay().toSeconds(),
                policy.ready(),
                policy.readyTimeout().toSeconds(),
                false,
                "{}",
                Optional.empty());
    }

    private void check(Condition condition) {
        long version = only.map(Definition::version).orElse(0L);
        if ((condition.fresh() && version > 0)
                || condition.version().filter(v -> v != version).isPresent()) {
            throw new ToolstackException.PreconditionFailed("it has version " + version);
        }
    }

    @Override
    public List<Definition> list() {
        return only.stream().toList();
    }

    @Override
    public List<DomainView> listStopped() {
        return only.stream()
                .map(d -> FakeToolstack.domain(-1, d.name(), Optional.empty(), "------"))
                .toList();
    }

    @Override
    public Definition require(String nameOrUuid) {
        return only.filter(d -> d.name().equals(nameOrUuid))
                .orElseThrow(() -> new ToolstackException.DomainNotFound(nameOrUuid, "nothing is"));
    }

    @Override
    public Definition define(CreateRequest request, Condition condition) {
        check(condition);
        asked.add("define " + request.configuration() + condition.name().orElse(""));
        only = Optional.of(definition(only.map(Definition::version).orElse(0L) + 1, StartPolicy.NONE));
        return only.get();
    }

    @Override
    public void undefine(String nameOrUuid, Condition condition, boolean discardSave) {
        check(condition);
        only = only.filter(d -> !d.name().equals(nameOrUuid));
    }

    @Override
    public Definition plan(String nameOrUuid, StartPolicy policy, Condition condition) {
        check(condition);
        only = Optional.of(definition(require(nameOrUuid).version() + 1, policy));
        return only.get();
    }

    @Override
    public OperationView start(String nameOrUuid, boolean paused, boolean discardSave) {
        asked.add("start " + nameOrUuid + " " + paused + (discardSave ? " discard" : ""));
        return begin.apply("start");
    }

    @Override
    public OperationView startAll() {
        asked.add("start all");
        return begin.apply("start-guests");
    }

    @Override
    public OperationView stopAll(Duration deadline, boolean others) {
        asked.add("stop all in " + deadline.toSeconds() + " " + others);
        return begin.apply("stop-guests");
    }
}
