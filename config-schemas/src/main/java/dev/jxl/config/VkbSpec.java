package dev.jxl.config;

import java.util.Optional;

/**
 * A paravirtual keyboard and pointer.
 *
 * @param backend who serves it; empty: QEMU
 * @param uniqueId a name that the backend knows it by
 * @param backendDomain name or domid of the backend's domain; empty: dom0
 * @param disableKeyboard no keyboard
 * @param disablePointer no pointer
 * @param absolutePointer a pointer with absolute places
 * @param rawPointer absolute places that are not scaled
 * @param multiTouch a touch screen
 * @param width of the pointer's area, in pixels; 0: the default
 * @param height of the pointer's area, in pixels; 0: the default
 * @param touchWidth of the touch screen, in pixels
 * @param touchHeight of the touch screen, in pixels
 * @param touchContacts how many fingers
 * @param devid the device's number; empty: the next free one
 */
public record VkbSpec(
        Optional<Backend> backend,
        Optional<String> uniqueId,
        Optional<String> backendDomain,
        boolean disableKeyboard,
        boolean disablePointer,
        boolean absolutePointer,
        boolean rawPointer,
        boolean multiTouch,
        @Field(most = 4294967295L, orElse = "0") long width,
        @Field(most = 4294967295L, orElse = "0") long height,
        @Field(most = 4294967295L, orElse = "0") long touchWidth,
        @Field(most = 4294967295L, orElse = "0") long touchHeight,
        @Field(most = 4294967295L, orElse = "0") long touchContacts,
        @Field(most = 65535) Optional<Integer> devid) {
    /** The same with a number. */
    public VkbSpec withDevid(int number) {
        return new VkbSpec(
                backend,
                uniqueId,
                backendDomain,
                disableKeyboard,
                disablePointer,
                absolutePointer,
                rawPointer,
                multiTouch,
                width,
                height,
                touchWidth,
                touchHeight,
                touchContacts,
                Optional.of(number));
    }

    /** Who serves it. */
    public enum Backend implements Worded {
        /** QEMU. */
        QEMU,
        /** A program of the backend's domain. */
        LINUX
    }
}
