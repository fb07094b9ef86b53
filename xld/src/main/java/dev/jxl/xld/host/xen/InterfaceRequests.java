package dev.jxl.xld.host.xen;

import dev.jxl.xenctrl.libc.LibC;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Requests about network interfaces, on one socket. Each throws {@code SystemCallFailed} naming the request.
 *
 * @source Linux: include/uapi/linux/sockios.h, include/uapi/linux/if.h: struct ifreq
 */
final class InterfaceRequests implements AutoCloseable {
    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final long SIOCSIFMTU = 0x8922;
    private static final long SIOCSIFNAME = 0x8923;
    private static final long SIOCSIFHWADDR = 0x8924;
    private static final long SIOCGIFINDEX = 0x8933;
    private static final long SIOCBRADDIF = 0x89a2;
    private static final long SIOCBRDELIF = 0x89a3;

    private static final int REQUEST_BYTES = 40;
    private static final int VALUE_AT = 16;
    private static final short IFF_UP = 1;
    private static final short ARPHRD_ETHER = 1;

    private final int socket = LibC.requestSocket();

    void up(String name) {
        flags(name, IFF_UP, (short) 0);
    }

    void down(String name) {
        flags(name, (short) 0, IFF_UP);
    }

    private void flags(String name, short add, short remove) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name);
            LibC.ioctl(socket, SIOCGIFFLAGS, request, "SIOCGIFFLAGS " + name);
            short flags = request.get(ValueLayout.JAVA_SHORT, VALUE_AT);
            request.set(ValueLayout.JAVA_SHORT, VALUE_AT, (short) ((flags & ~remove) | add));
            LibC.ioctl(socket, SIOCSIFFLAGS, request, "SIOCSIFFLAGS " + name);
        }
    }

    /** @param address six bytes */
    void address(String name, byte[] address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name);
            request.set(ValueLayout.JAVA_SHORT, VALUE_AT, ARPHRD_ETHER);
            MemorySegment.copy(address, 0, request, ValueLayout.JAVA_BYTE, VALUE_AT + Short.BYTES, address.length);
            LibC.ioctl(socket, SIOCSIFHWADDR, request, "SIOCSIFHWADDR " + name);
        }
    }

    void mtu(String name, int bytes) {
        number(SIOCSIFMTU, name, bytes, "SIOCSIFMTU " + name + " to " + bytes);
    }

    void rename(String name, String newName) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name);
            byte[] ascii = newName.getBytes(StandardCharsets.US_ASCII);
            MemorySegment.copy(ascii, 0, request, ValueLayout.JAVA_BYTE, VALUE_AT, ascii.length);
            LibC.ioctl(socket, SIOCSIFNAME, request, "SIOCSIFNAME " + name + " to " + newName);
        }
    }

    void addToBridge(String bridge, String name) {
        number(SIOCBRADDIF, bridge, index(name), "SIOCBRADDIF " + name + " to " + bridge);
    }

    void removeFromBridge(String bridge, String name) {
        number(SIOCBRDELIF, bridge, index(name), "SIOCBRDELIF " + name + " from " + bridge);
    }

    private int index(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name);
            LibC.ioctl(socket, SIOCGIFINDEX, request, "SIOCGIFINDEX " + name);
            return request.get(ValueLayout.JAVA_INT, VALUE_AT);
        }
    }

    private void number(long code, String name, int value, String what) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name);
            request.set(ValueLayout.JAVA_INT, VALUE_AT, value);
            LibC.ioctl(socket, code, request, what);
        }
    }

    private static MemorySegment request(Arena arena, String name) {
        MemorySegment request = arena.allocate(REQUEST_BYTES, Long.BYTES);
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(ascii, 0, request, ValueLayout.JAVA_BYTE, 0, ascii.length);
        return request;
    }

    @Override
    public void close() {
        LibC.close(socket);
    }
}
