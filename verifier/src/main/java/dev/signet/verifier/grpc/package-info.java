/**
 * For people's own gRPC services: {@link dev.signet.verifier.grpc.TokenInterceptor} lets only good tokens in, and
 * {@link dev.signet.verifier.grpc.ApiKeyCredentials} sends one with every call.
 */
@NullMarked
package dev.signet.verifier.grpc;

import org.jspecify.annotations.NullMarked;
