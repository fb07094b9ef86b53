package dev.jxl.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an HVM guest boots from.
 *
 * @param kind which firmware; empty: seabios
 * @param loader hvmloader's replacement; empty: the one that comes with Xen
 * @param image the firmware's image; empty: the one that the host has for the kind
 * @param acpiTables a file with more ACPI tables
 * @param smbiosTables a file with SMBIOS structures
 * @param smbios SMBIOS strings, in order
 * @param generationId Microsoft's VM generation ID; empty: none
 */
public record FirmwareSpec(
        Optional<Kind> kind,
        Optional<Path> loader,
        Optional<Path> image,
        Optional<Path> acpiTables,
        Optional<Path> smbiosTables,
        List<SmbiosString> smbios,
        Optional<GenerationId> generationId) {
    /** What a guest has when nothing is said. */
    public static final FirmwareSpec DEFAULT = new FirmwareSpec(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty());

    /** Makes the list immutable. */
    public FirmwareSpec {
        smbios = List.copyOf(smbios);
    }

    /** The firmwares. */
    public enum Kind implements Worded {
        /** Xen's old BIOS, for the old device model. */
        ROMBIOS,
        /** The usual BIOS. */
        SEABIOS,
        /** UEFI. */
        OVMF
    }

    /**
     * One SMBIOS string.
     *
     * @param key which
     * @param value its text
     */
    public record SmbiosString(Key key, String value) {
        /**
         * The strings that there are.
         *
         * @source tools/libs/light/libxl_types.idl: libxl_smbios_type
         */
        public enum Key implements Worded {
            /** The firmware's maker. */
            BIOS_VENDOR,
            /** The firmware's version. */
            BIOS_VERSION,
            /** The computer's maker. */
            SYSTEM_MANUFACTURER,
            /** The computer's product name. */
            SYSTEM_PRODUCT_NAME,
            /** The computer's version. */
            SYSTEM_VERSION,
            /** The computer's serial number. */
            SYSTEM_SERIAL_NUMBER,
            /** The board's maker. */
            BASEBOARD_MANUFACTURER,
            /** The board's product name. */
            BASEBOARD_PRODUCT_NAME,
            /** The board's version. */
            BASEBOARD_VERSION,
            /** The board's serial number. */
            BASEBOARD_SERIAL_NUMBER,
            /** The board's asset tag. */
            BASEBOARD_ASSET_TAG,
            /** Where the board is. */
            BASEBOARD_LOCATION_IN_CHASSIS,
            /** The case's maker. */
            ENCLOSURE_MANUFACTURER,
            /** The case's serial number. */
            ENCLOSURE_SERIAL_NUMBER,
            /** The case's asset tag. */
            ENCLOSURE_ASSET_TAG,
            /** The battery's maker. */
            BATTERY_MANUFACTURER,
            /** The battery's name. */
            BATTERY_DEVICE_NAME,
            /** A string of the maker; up to 99 of them. */
            OEM
        }
    }

    /**
     * A generation ID: the guest's system knows from it that it was copied.
     *
     * @param hex 16 bytes as 32 lower-case hexadecimal digits
     */
    public record GenerationId(
            @Field(pattern = "[0-9a-f]{32}") String hex) {}
}
