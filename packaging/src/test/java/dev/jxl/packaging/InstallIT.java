package dev.jxl.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the package leaves on a host. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class InstallIT {
    private final XenHost host = XenHost.withJxl();

    @Test
    void installedPackage_runsTheDaemonForRootAndTheGroup() {
        assertThat(host.must("systemctl is-active jxld").text()).isEqualTo("active");
        assertThat(host.must("stat -c '%A %U %G' /run/jxld").text()).isEqualTo("drwxr-s--- root jxl");
        assertThat(host.must("stat -c '%A %U %G' /run/jxld/jxld.sock").text()).isEqualTo("srw-rw---- root jxl");
    }

    /** They may have been there before; that they were found is written down by the installation. */
    @Test
    void installedPackage_hasItsCaches() {
        assertThat(host.must("ls /var/cache/jxl").lines())
                .anyMatch(name -> name.startsWith("jxl-"))
                .anyMatch(name -> name.startsWith("jxld-"))
                .anyMatch(name -> name.startsWith("jxld-stream-"))
                .anyMatch(name -> name.startsWith("found-"));
    }

    @Test
    void cacheOfAnotherBuild_changesNoAnswer() {
        String before = host.must("jxl list").out().replaceAll("[0-9.]+\n", "\n");
        host.must(
                "cp -a /var/cache/jxl /root/aot-kept; for f in /var/cache/jxl/jxl-*.aot; do echo broken > $f.new; mv $f.new $f; done");
        try {
            XenHost.Answer answer = host.must("JXL_CLI_SOCKET= jxl list");
            assertThat(answer.out().replaceAll("[0-9.]+\n", "\n")).isEqualTo(before);
            assertThat(answer.err()).isEmpty();
        } finally {
            host.must("cp -a --remove-destination /root/aot-kept/. /var/cache/jxl/; rm -r /root/aot-kept");
        }
    }

    @Test
    void commands_areRunWithoutAJvmOfTheirOwnAndWithOneWhereNobodyServes() {
        assertThat(host.must("systemctl is-active jxl-cli").text()).isEqualTo("active");
        assertThat(host.must("stat -c '%A %U %G' /run/jxl/cli.sock").text()).isEqualTo("srw------- root root");
        String launcher = "/usr/lib/jxl/jxl-java";
        host.must("mv " + launcher + " " + launcher + ".kept");
        try {
            assertThat(host.must("jxl list").out()).contains("Domain-0");
            assertThat(host.run("JXL_CLI_SOCKET= jxl list").err()).contains(launcher);
        } finally {
            host.must("mv " + launcher + ".kept " + launcher);
        }
        host.must("systemctl stop jxl-cli");
        try {
            assertThat(host.must("jxl list").out()).contains("Domain-0");
            assertThat(host.run("ls /run/jxl").status()).isNotZero();
        } finally {
            host.must("systemctl start jxl-cli");
        }
    }

    @Test
    void daemonStopped_commandSaysSoWithItsOwnExitCode() {
        host.must("systemctl stop jxld");
        try {
            XenHost.Answer answer = host.run("jxl list");
            assertThat(answer.status()).isNotZero();
            assertThat(answer.err()).contains("jxld").contains("systemctl");
            assertThat(answer.err().lines().count()).isLessThanOrEqualTo(3);
        } finally {
            host.must("systemctl start jxld");
        }
    }
}
