/**
 * Two services that call each other, as users of the library would write them: {@link
 * dev.signet.verifier.example.BuildService} with an API key calls {@link
 * dev.signet.verifier.example.DeployService}, which lets nobody in without a token.
 */
@NullMarked
package dev.signet.verifier.example;

import org.jspecify.annotations.NullMarked;
