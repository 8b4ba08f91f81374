/**
 * What any OAuth or JWT library can use unchanged: the authority's metadata, its keys, tokens for API keys, introspection,
 * revocation and status lists.
 */
@NullMarked
package dev.signet.authority.oauth;

import org.jspecify.annotations.NullMarked;
