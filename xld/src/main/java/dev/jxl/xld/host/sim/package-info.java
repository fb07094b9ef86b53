/**
 * A host in memory: hypervisor, xenstore, backends and guests that walk the same handshakes as the real ones, with faults
 * that can be put at every call. It serves {@code --host=sim} and the tests of everything above the ports. Nothing of Xen's
 * libraries may enter, and nothing outside may depend on more than {@link SimHost} and its values.
 */
@NullMarked
package dev.jxl.xld.host.sim;

import org.jspecify.annotations.NullMarked;
