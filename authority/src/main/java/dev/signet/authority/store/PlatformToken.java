package dev.signet.authority.store;

/**
 * The credential of whoever operates the installation.
 *
 * @param id {@code plt_…}
 * @param value the one value that works
 */
public record PlatformToken(String id, IssuedValue value) {}
