package dev.jxl.xld.api;

/**
 * What an attach is asked with.
 *
 * @param kind what it is
 * @param description the device: one entry as between the quotes in xl.cfg, or one object of jxl's domain schema
 * @param format how the description is to be read
 */
public record DeviceRequest(DeviceKind kind, String description, CreateRequest.Format format) {}
