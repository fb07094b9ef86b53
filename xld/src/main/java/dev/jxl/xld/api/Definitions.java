package dev.jxl.xld.api;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Domains that stay known while they do not run, and what starts and stops them with the host. Thread-safe. */
public interface Definitions {
    /** All of them, by name. */
    List<Definition> list();

    /** Those that do not run, as domains: number -1, state {@code defined}; and what has stopped and could not be made again: {@code waiting}. */
    List<DomainView> listStopped();

    /**
     * One of them.
     *
     * @throws ToolstackException.DomainNotFound when there is none
     */
    Definition require(String nameOrUuid);

    /**
     * Defines a domain, or changes its definition; a running one goes on as it is. It keeps its UUID and the MAC addresses that the
     * configuration leaves open.
     *
     * @param condition what must hold
     * @throws ToolstackException.PreconditionFailed when that does not hold
     * @throws ToolstackException.InvalidSpec with all that is wrong
     */
    Definition define(CreateRequest request, Condition condition);

    /**
     * Forgets a definition; a running domain goes on and is forgotten when it ends.
     *
     * @param discardSave also what the host's stop has saved of it
     * @throws ToolstackException.WrongState when something is saved of it and is not to be discarded
     */
    void undefine(String nameOrUuid, Condition condition, boolean discardSave);

    /** Says when and how it is started by the host's start. */
    Definition plan(String nameOrUuid, StartPolicy policy, Condition condition);

    /**
     * Starts a defined domain, or one that has stopped and was left as it is. What the host's stop has saved goes on from there; where
     * that cannot be used, it boots, and the operation's warnings say why.
     *
     * @param discardSave it boots, and what the host's stop has saved of it is thrown away when it runs
     */
    OperationView start(String nameOrUuid, boolean paused, boolean discardSave);

    /**
     * Starts all that the host's start is to start, and what its stop has saved, in order; ends when all are ready. Those that run already
     * are left alone.
     */
    OperationView startAll();

    /**
     * Stops guests for the host's stop, in reverse order: each is saved where its definition says so and that is possible, or asked, and
     * destroyed when it has not stopped in time. Nothing is started again meanwhile.
     *
     * @param deadline for all together
     * @param others those that another toolstack made too
     */
    OperationView stopAll(Duration deadline, boolean others);

    /**
     * What must hold for a change.
     *
     * @param name the domain must be called so
     * @param version the definition must have this version
     * @param fresh there must be no definition yet
     */
    record Condition(Optional<String> name, Optional<Long> version, boolean fresh) {
        /** Nothing. */
        public static final Condition NONE = new Condition(Optional.empty(), Optional.empty(), false);
    }
}
