package dev.jxl.xld.plan;

import dev.jxl.config.IoSpec;
import java.util.List;
import java.util.stream.Collectors;

/** One step of making a domain. The list of steps is the plan that {@code jxl create --plan} prints. */
public sealed interface Step {
    /** What is done to what, as a user reads it in progress and errors: "building the guest's memory from /boot/vmlinuz". */
    String words();

    /** Whether nodes that are ready may wait until it is over, to be written together with its own, if it has any. */
    default boolean gathersNodes() {
        return false;
    }

    /** Memory of the host that nobody else may count on, of dom0's where there is too little. */
    record ReserveMemory(long kib) implements Step {
        @Override
        public String words() {
            return "reserving " + kib / 1024 + " MiB of the host's memory";
        }
    }

    /** A program finds the kernel inside of the first disk. */
    record FindKernel(String program, String disk) implements Step {
        @Override
        public String words() {
            return "finding a kernel in " + disk + " with " + program;
        }
    }

    /** Where the vCPUs run, and what they get. */
    record PlaceVcpus(String name) implements Step {
        @Override
        public String words() {
            return "placing the vCPUs of '" + name + "'";
        }

        @Override
        public boolean gathersNodes() {
            return true;
        }
    }

    /** Xen makes an empty domain. */
    record CreateShell(String name, String type) implements Step {
        @Override
        public String words() {
            return "making an empty " + type + " domain for '" + name + "'";
        }
    }

    /** The domain's own part of xenstore, with its permissions and the mark "destroy if found". */
    record WriteDomainNodes(String name) implements Step {
        @Override
        public String words() {
            return "writing the xenstore nodes of '" + name + "'";
        }

        @Override
        public boolean gathersNodes() {
            return true;
        }
    }

    /** Limits, vCPUs, CPU policy, event channels. */
    record SetLimits(int maxVcpus, long memoryMib) implements Step {
        @Override
        public String words() {
            return "setting limits: " + maxVcpus + " vCPU" + (maxVcpus == 1 ? "" : "s") + ", " + memoryMib + " MiB";
        }

        @Override
        public boolean gathersNodes() {
            return true;
        }
    }

    /** Memory, kernel, ramdisk, tables, registers. */
    record BuildImage(String kernel) implements Step {
        @Override
        public String words() {
            return "building the guest's memory from " + kernel;
        }
    }

    /** A saved guest's memory and registers. */
    record RestoreImage(String file) implements Step {
        @Override
        public String words() {
            return "restoring the guest's memory from " + file;
        }
    }

    /** A domain keeps its number, its memory and its vCPUs, and loses what else it had of Xen. */
    record ResetDomain(String name) implements Step {
        @Override
        public String words() {
            return "resetting '" + name + "'";
        }
    }

    /** A guest that is reset goes on in its memory. */
    record KeepMemory(String name) implements Step {
        @Override
        public String words() {
            return "keeping the memory of '" + name + "'";
        }
    }

    /** I/O ports, interrupts and memory of devices that the guest may use directly. */
    record PermitIo(IoSpec io) implements Step {
        @Override
        public String words() {
            return "letting it use " + io.words();
        }
    }

    /** What the guest must know, then xenstored is told of it. */
    record Introduce(String name) implements Step {
        @Override
        public String words() {
            return "introducing '" + name + "' to xenstored";
        }
    }

    /** A disk: its block device, and the nodes of both ends. */
    record AttachDisk(DiskPlan disk) implements Step {
        @Override
        public String words() {
            return "attaching " + disk.description();
        }

        @Override
        public boolean gathersNodes() {
            return true;
        }
    }

    /** A nic: the nodes of both ends. */
    record AttachNic(NicPlan nic) implements Step {
        @Override
        public String words() {
            return "attaching " + nic.description();
        }

        @Override
        public boolean gathersNodes() {
            return true;
        }
    }

    /** Any other device: the nodes of both ends. */
    record AttachDevice(NodeDevice device) implements Step {
        @Override
        public String words() {
            return "attaching " + device.description();
        }

        @Override
        public boolean gathersNodes() {
            return true;
        }
    }

    /** Waits until all backends but QEMU are there, connects nics to their bridges. */
    record AwaitBackends(int disks, int nics, int others) implements Step {
        @Override
        public String words() {
            return "waiting for the backends of " + disks + " disk(s) and " + nics + " nic(s)"
                    + (others > 0 ? " and " + others + " other device(s)" : "");
        }
    }

    /** QEMU is started. */
    record StartDeviceModel(String name) implements Step {
        @Override
        public String words() {
            return "starting the device model of '" + name + "'";
        }
    }

    /** QEMU has come so far that the guest may run. */
    record AwaitDeviceModel(String name) implements Step {
        @Override
        public String words() {
            return "waiting for the device model of '" + name + "'";
        }
    }

    /** Devices of the host become the guest's. */
    record AttachPci(List<PciPlan> devices) implements Step {
        /** Makes the list immutable. */
        public AttachPci {
            devices = List.copyOf(devices);
        }

        @Override
        public String words() {
            return "giving it " + devices.stream().map(PciPlan::words).collect(Collectors.joining(", "));
        }
    }

    /** A guest that another host has sent becomes this host's. */
    record TakeOver(String name) implements Step {
        @Override
        public String words() {
            return "taking '" + name + "' over from the host that sends it";
        }
    }

    /** The guests that it served before get its backends' nodes again. */
    record ServeClients(String name) implements Step {
        @Override
        public String words() {
            return "giving the clients of '" + name + "' their backends again";
        }
    }

    /** The configuration where xl looks for it. */
    record SaveConfiguration(String name) implements Step {
        @Override
        public String words() {
            return "saving the configuration of '" + name + "'";
        }
    }

    /** From here on the domain may live on without jxld: the mark goes. */
    record MarkSurvivable(String name) implements Step {
        @Override
        public String words() {
            return "declaring '" + name + "' complete";
        }
    }

    /** The guest starts to run. */
    record Unpause(String name) implements Step {
        @Override
        public String words() {
            return "starting '" + name + "'";
        }
    }
}
