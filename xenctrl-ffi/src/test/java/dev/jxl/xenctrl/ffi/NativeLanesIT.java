package dev.jxl.xenctrl.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.jxl.xenctrl.BuildPhase;
import dev.jxl.xenctrl.Errno;
import dev.jxl.xenctrl.GuestBuildCalls;
import dev.jxl.xenctrl.GuestImage;
import dev.jxl.xenctrl.LibxcLog;
import dev.jxl.xenctrl.XenControlException;
import dev.jxl.xenctrl.XenControlException.Closed;
import dev.jxl.xenctrl.XenControlException.WaitInterrupted;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Lanes with the real libxenctrl and libxenguest, on interfaces that are not opened and so need no Xen. No hypercall may
 * be made on these: libxencall would follow a NULL pointer.
 */
@Timeout(60)
class NativeLanesIT {
    private final ConcurrentLinkedQueue<String> logged = new ConcurrentLinkedQueue<>();
    private final int minor = InstalledXen.minor();
    private final AbiTable abi = AbiTable.of(minor);
    private final NativeLanes lanes = NativeLanes.of(
            new NativeLibraries(minor),
            abi,
            (level, operation, context, text) -> logged.add(level + "|" + operation + "|" + context + "|" + text),
            abi.constant("XC_OPENFLAG_DUMMY"));

    @AfterEach
    void close() {
        lanes.close();
    }

    @Test
    void libxcsMessages_reachJavaWithTheOperation() {
        assertThatThrownBy(() -> ScopedValue.where(LibxcLog.OPERATION, "op-8")
                        .run(() -> new XcGuestBuild(lanes)
                                .buildGuest(imageWithoutKernel(), GuestBuildCalls.BuildWatcher.NONE)))
                .hasMessageContaining("/nonexistent/kernel");

        // libxenguest's own words, formatted from C's va_list.
        assertThat(logged)
                .anySatisfy(
                        line -> assertThat(line).startsWith("ERROR|op-8|xc|").contains("/nonexistent/kernel"))
                .anySatisfy(line -> assertThat(line).startsWith("DEBUG|op-8|").contains("cmdline=\"root=/dev/xvda\""));
    }

    @Test
    void messagesOfAnEarlierCall_areNotTakenForThisOnes() {
        XcGuestBuild build = new XcGuestBuild(lanes);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> build.buildGuest(imageWithoutKernel(), GuestBuildCalls.BuildWatcher.NONE))
                    .satisfies(e -> assertThat(e.getMessage().split("/nonexistent/kernel", -1))
                            .hasSize(2));
        }
    }

    @Test
    void guestBuildThatFails_saysThePhaseAndLibxenguestsWords() {

        assertThatThrownBy(() ->
                        new XcGuestBuild(lanes).buildGuest(imageWithoutKernel(), GuestBuildCalls.BuildWatcher.NONE))
                .isInstanceOfSatisfying(XenControlException.BuildFailed.class, failed -> {
                    assertThat(failed.phase()).isEqualTo(BuildPhase.READ_KERNEL);
                    assertThat(failed.errno()).isEqualTo(Errno.ENOENT);
                })
                .hasMessageContaining("domain 5")
                .hasMessageContaining("could not read the kernel (failed to open file '/nonexistent/kernel'")
                .hasMessageEndingWith("No such file or directory)");
    }

    @Test
    void watcherThatThrows_endsTheBuildWithItsOwnException() {
        IllegalStateException cancelled = new IllegalStateException("cancelled");

        assertThatThrownBy(() -> new XcGuestBuild(lanes).buildGuest(imageWithoutKernel(), phase -> {
                    if (phase == BuildPhase.READ_KERNEL) {
                        throw cancelled;
                    }
                }))
                .isSameAs(cancelled);
    }

    @Test
    void interruptedWaiter_leavesAndTheCallGoesOn() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        CompletableFuture<WaitInterrupted> seen = new CompletableFuture<>();
        Thread waiter = Thread.ofVirtual().start(() -> {
            try {
                lanes.slow(XcFunction.DOMAIN_DESTROY, 9, xc -> {
                    begun.countDown();
                    goOn.await();
                    // The task's memory must still be there.
                    xc.arena().allocate(8).fill((byte) 1);
                    ended.set(true);
                    return 0;
                });
            } catch (WaitInterrupted e) {
                seen.complete(e);
            }
        });
        begun.await();
        waiter.interrupt();

        assertThat(seen.get().underWay()).isTrue();
        assertThat(seen.get()).hasMessageContaining("xc_domain_destroy").hasMessageContaining("goes on");
        assertThat(ended).isFalse();
        goOn.countDown();
        lanes.close();
        await().untilTrue(ended);
    }

    @Test
    void interruptedBeforeItsTurn_isNotMade() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(2);
        AtomicBoolean made = new AtomicBoolean();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 2; i++) {
                Future<Integer> _ = callers.submit(() -> lanes.fast(XcFunction.PHYSINFO, -1, xc -> {
                    busy.countDown();
                    goOn.await();
                    return 0;
                }));
            }
            busy.await();
            CompletableFuture<WaitInterrupted> seen = new CompletableFuture<>();
            Thread third = Thread.ofVirtual().start(() -> {
                try {
                    lanes.fast(XcFunction.SCHED_ID, -1, xc -> {
                        made.set(true);
                        return 0;
                    });
                } catch (WaitInterrupted e) {
                    seen.complete(e);
                }
            });
            third.interrupt();
            assertThat(seen.get().underWay()).isFalse();
            goOn.countDown();
        }
        lanes.fast(XcFunction.SCHED_ID, -1, xc -> 0);
        assertThat(made).isFalse();
    }

    @Test
    void manyVirtualThreads_eachGetTheirOwnAnswer() throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = IntStream.range(0, 500)
                    .mapToObj(n -> callers.submit(() -> lanes.fast(XcFunction.SCHED_ID, n, xc -> n)))
                    .toList();
            for (int n = 0; n < answers.size(); n++) {
                assertThat(answers.get(n).get()).isEqualTo(n);
            }
        }
    }

    @Test
    void closedLanes_refuseCalls() {
        lanes.close();

        assertThatThrownBy(() -> lanes.fast(XcFunction.SCHED_ID, -1, xc -> 0))
                .isInstanceOf(Closed.class)
                .hasMessageContaining("xc_sched_id");
    }

    @Test
    void wrongTypesInACall_areOurBug() {
        assertThatThrownBy(() -> lanes.fast(
                        XcFunction.DOMAIN_PAUSE, 1, xc -> (int) xc.handle().invokeExact(xc.capture(), xc.xch(), 1L)))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void interfaceThatCannotBeOpened_isToldToEveryWaiter() {
        NativeLanes broken = new NativeLanes(
                () -> {
                    throw new XenControlException.NotADom0("no interface", null);
                },
                () -> "");

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> broken.fast(XcFunction.SCHED_ID, -1, xc -> 0))
                    .isInstanceOf(XenControlException.NotADom0.class);
        }
    }

    private static GuestImage imageWithoutKernel() {
        return new GuestImage(
                5,
                Path.of("/nonexistent/kernel"),
                List.of(),
                "root=/dev/xvda",
                65536,
                1,
                false,
                new GuestImage.Channels(1, 0, 2, 0),
                new GuestImage.Pv(""));
    }
}
