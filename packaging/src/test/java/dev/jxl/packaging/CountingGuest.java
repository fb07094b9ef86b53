package dev.jxl.packaging;

/**
 * A guest with a disk and a nic that counts, and writes each count to its disk: what must go on wherever it is.
 *
 * @param name its name
 */
record CountingGuest(String name) {
    /** Types a line into its shell until it has answered. */
    void ask(XenHost host, String line, String expected) {
        host.must("console-ask jxl " + name + " '" + line + "' " + expected + " 120");
    }

    /** Begins to count, and keeps a number in its shell's memory. */
    void begin(XenHost host) {
        ask(host, "kept=$((40+2)); echo set-$((1+1))", "set-2");
        host.must("console-ask jxl " + name + " 'i=0; while :; do i=$((i+1)); printf %-512s $i >/s;"
                + " dd if=/s of=/dev/xvda bs=512 count=1 oflag=direct 2>/dev/null; echo $i >/m; mv /m /n; sleep 0.2; done &"
                + " echo counting-$((1+1))' counting-2 60");
    }

    /** Its memory is as it was, its nic works, and its disk has the count, or that before it, and both grow. */
    void requireGoesOn(XenHost host, String step) {
        ask(host, "echo " + step + "-$kept", step + "-42");
        ask(host, "ping -c 1 10.77.0.1 >/dev/null && echo ping-" + step + "-$((1+1))", "ping-" + step + "-2");
        ask(
                host,
                "a=$(cat /n); b=$(dd if=/dev/xvda bs=512 count=1 iflag=direct 2>/dev/null); while [ $(cat /n) = $a ]; do :; done;"
                        + " [ $((b-a)) -ge -1 ] && echo disk-" + step + "-$((1+1))",
                "disk-" + step + "-2");
    }
}
