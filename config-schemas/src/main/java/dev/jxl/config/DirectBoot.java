package dev.jxl.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A kernel that is booted without firmware or boot loader.
 *
 * @param kernel a file of dom0: ELF or bzImage, plain or compressed
 * @param ramdisk a file of dom0
 * @param commandLine the kernel's arguments; may be empty
 */
public record DirectBoot(
        @Field(file = true) Path kernel,
        @Field(file = true) Optional<Path> ramdisk,
        @Field(mayBeEmpty = true) String commandLine) {}
