/** Organizations, workspaces and deployments: the three nested scopes. */
@NullMarked
package dev.signet.authority.directory;

import org.jspecify.annotations.NullMarked;
