package dev.jxl.xld.engine.driver;

import dev.jxl.config.DomainId;
import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.StoreAccess;
import dev.jxl.xenstore.StoreWrite;
import dev.jxl.xenstore.XenStoreException;
import dev.jxl.xld.engine.device.DriverAnswers;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.Printable;
import dev.jxl.xld.plan.Nodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way of a program into a driver domain: a folder in that domain's part of xenstore which dom0 alone can write, and the answers of the
 * program in it, which are a stranger's words. The folder goes with the domain; removed before {@link #keep}, it takes everything back.
 */
final class ProgramOffer {
    /** How long an answer may take. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration SLICE = Duration.ofMillis(500);

    /** Parts that lie ready. */
    private static final int WINDOW = 16;

    private static final Pattern ANSWER = Pattern.compile("([0-9a-f]{16}) ([a-z]{4,8})( .{1,200})?");
    private static final Pattern OFFSET = Pattern.compile("[0-9]{1,8}");
    private static final String ON_TRIAL = "trial";
    private static final String KEPT = "kept";

    /** A driver domain gives a new program less. */
    private static final Duration TO_COME_UP = Duration.ofSeconds(20);

    private final Host host;
    private final DomainId driver;
    private final String id;
    private final BooleanSupplier alive;
    private boolean kept;

    private ProgramOffer(Host host, DomainId driver, String id, BooleanSupplier alive) {
        this.host = host;
        this.driver = driver;
        this.id = id;
        this.alive = alive;
    }

    /** A new one; nothing is written yet. */
    static ProgramOffer of(Host host, DomainId driver, BooleanSupplier alive) {
        String id = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        return new ProgramOffer(host, driver, id, alive);
    }

    /** The one that an earlier jxld has left. */
    static Optional<ProgramOffer> findLeft(Host host, DomainId driver, BooleanSupplier alive) {
        return host.store()
                .find(folder(driver) + "/program")
                .map(text -> new ProgramOffer(host, driver, text.split(" ", 2)[0], alive));
    }

    /** Why it did not come about: what the program said, or that it said nothing. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String why) {
            super(why);
        }
    }

    private record Answer(String word, String more) {
        boolean refuses() {
            return word.equals("refused") || word.equals("failed");
        }
    }

    private static String folder(DomainId driver) {
        return Nodes.domain(driver) + "/jxl-upgrade";
    }

    private String node(String name) {
        return folder(driver) + "/" + name;
    }

    /**
     * Sends a program, whole.
     *
     * @throws Refused when the driver domain does not take it
     */
    void send(DriverProgram program, Runnable betweenLooks) {
        remove();
        host.store()
                .performAll(List.of(
                        new StoreWrite.Mkdir(folder(driver)),
                        new StoreWrite.SetPermissions(
                                folder(driver),
                                List.of(Permission.owner(DomainId.DOM0.value()), Permission.read(driver.value()))),
                        new StoreWrite.Write(node("program"), id + " " + program.length() + " " + program.sum())));
        Set<Integer> there = new TreeSet<>();
        Answer last = new Answer("", "");
        int taken = 0;
        // A program that dies meanwhile begins anew; one that does so for ever is none.
        for (int answers = program.length() / DriverProgram.PART * 4 + 40; answers > 0; answers--) {
            lay(program, taken, there);
            Answer seen = last;
            last = await(PATIENCE, betweenLooks, answer -> !answer.equals(seen));
            if (last.word().equals("checked")) {
                return;
            }
            taken = position(last, program);
        }
        throw new Refused("its program asks for the same parts again and again");
    }

    private static int position(Answer answer, DriverProgram program) {
        if (answer.word().equals("taken") && OFFSET.matcher(answer.more()).matches()) {
            int taken = Integer.parseInt(answer.more());
            if (taken < program.length() && taken % DriverProgram.PART == 0) {
                return taken;
            }
        }
        throw new Refused("its program answers with nonsense ('" + answer.word() + " " + answer.more() + "')");
    }

    /** Only what comes next lies in xenstore. */
    private void lay(DriverProgram program, int taken, Set<Integer> there) {
        List<StoreWrite> changes = new ArrayList<>();
        Set<Integer> wanted = new TreeSet<>();
        for (int at = taken; at < program.length() && wanted.size() < WINDOW; at += DriverProgram.PART) {
            wanted.add(at);
        }
        there.stream()
                .filter(at -> !wanted.contains(at))
                .forEach(at -> changes.add(new StoreWrite.Remove(node("part/" + at))));
        wanted.stream()
                .filter(at -> !there.contains(at))
                .forEach(at -> changes.add(new StoreWrite.Write(node("part/" + at), program.part(at))));
        host.store().performAll(changes);
        there.clear();
        there.addAll(wanted);
    }

    /**
     * Has the program that was sent take the place of the one that runs, on trial.
     *
     * @throws Refused when it does not come up: the one before is back then
     */
    void begin(Runnable betweenLooks) {
        host.store().write(node("go"), "1");
        Answer _ = await(PATIENCE, betweenLooks, answer -> answer.word().equals(ON_TRIAL));
    }

    /**
     * Ends the trial: it stays.
     *
     * @throws Refused when it has ended meanwhile: the one before is back then
     */
    void keep() {
        host.store().write(node("keep"), "1");
        awaitKept();
    }

    private void awaitKept() {
        Answer _ = await(PATIENCE, () -> {}, answer -> answer.word().equals(KEPT));
        kept = true;
    }

    /** How it has ended. */
    enum End {
        /** The new program is there for good. */
        STAYS,
        /** The one before serves the clients. */
        BACK,
        /** The new one was taken back, and the one before has not come. */
        LOST
    }

    /** Ends it, whatever it has come to, and leaves nothing of it in xenstore. */
    End end() {
        boolean begun = host.store().find(node("go")).isPresent();
        if (!kept && host.store().find(node("keep")).isPresent()) {
            try {
                awaitKept();
            } catch (Refused back) {
                System.getLogger(ProgramOffer.class.getName())
                        .log(System.Logger.Level.WARNING, "driver domain " + driver + ": " + back.getMessage());
            }
        }
        try {
            remove();
        } catch (XenStoreException once) {
            // One on trial would wait a minute and a half for nothing: a connection that is back by now is worth a
            // second call.
            remove();
        }
        return kept ? End.STAYS : !begun || isBack() ? End.BACK : End.LOST;
    }

    private boolean isBack() {
        try {
            Answer now = await(
                    TO_COME_UP,
                    () -> {},
                    a -> a.word().equals(ON_TRIAL) || a.word().equals(KEPT));
            if (now.word().equals(ON_TRIAL)) {
                // The driver domain itself gives one that does nothing a minute and a half.
                Answer _ =
                        await(PATIENCE.multipliedBy(2), () -> {}, a -> a.word().equals(KEPT));
            }
            return false;
        } catch (Refused backOrSilent) {
            // One that has not even come up by now never ran, or has been ended by the domain.
            return alive.getAsBoolean()
                    && answer(host.store())
                            .filter(a -> a.word().equals(ON_TRIAL))
                            .isEmpty();
        }
    }

    /** Takes it back, or clears up after {@link #keep}. */
    void remove() {
        host.store().remove(folder(driver));
    }

    private Optional<Answer> answer(StoreAccess store) {
        return store.find(DriverAnswers.home(driver) + "/upgrade")
                .map(ANSWER::matcher)
                .filter(Matcher::matches)
                .filter(m -> m.group(1).equals(id))
                .map(m -> new Answer(
                        m.group(2),
                        Printable.brief(
                                Optional.ofNullable(m.group(3)).orElse("").strip())));
    }

    private Answer await(Duration patience, Runnable betweenLooks, Predicate<Answer> wanted) {
        // By slices, not by a clock: the simulated host shortens each wait.
        for (long slices = patience.dividedBy(SLICE); slices > 0; slices--) {
            betweenLooks.run();
            Optional<Answer> answer = host.store()
                    .await(
                            DriverAnswers.home(driver) + "/upgrade",
                            SLICE,
                            s -> answer(s).filter(a -> a.refuses() || wanted.test(a)));
            if (answer.filter(Answer::refuses).isPresent()) {
                throw new Refused(answer.get().more());
            }
            if (answer.isPresent()) {
                return answer.get();
            }
            if (!alive.getAsBoolean()) {
                throw new Refused("the driver domain has ended");
            }
        }
        throw new Refused("its program has not answered for " + patience.toSeconds() + " s");
    }
}
