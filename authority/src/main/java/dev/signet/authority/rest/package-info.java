/**
 * Tokens, roles and API keys for clients of Astro's v1 API: its paths, field names, paging and errors, over the services
 * that {@code grpc} serves.
 */
@NullMarked
package dev.signet.authority.rest;

import org.jspecify.annotations.NullMarked;
