package dev.signet.authority.rest;

import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.grpc.LocalServer;
import dev.signet.authority.http.HttpFace;
import dev.signet.authority.http.Route;
import dev.signet.authority.rest.RestClient.Answer;
import dev.signet.verifier.token.ResourcePath;
import java.nio.file.Path;
import java.util.List;

/** An authority with an organization, a workspace and a deployment, and a client of its REST surface. */
final class RestHouse implements AutoCloseable {
    final TestAuthority authority;
    final ResourcePath organization;
    final ResourcePath workspace;
    final ResourcePath deployment;
    final Call owner;
    final List<Route> routes;
    final HttpFace face;
    final RestClient client;
    /** The path of the organization. */
    final String base;

    private final InProcess services;

    RestHouse(Path data) {
        authority = TestAuthority.open(data);
        services = new InProcess(authority);
        routes = Rest.routes(services.server(), RoleCatalogue.builtIn());
        face = new HttpFace(routes);
        client = new RestClient(face.port());
        organization = authority.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
        deployment = authority.deployment(owner, workspace);
        base = "/v1/organizations/" + organization.organization();
    }

    /** As the organization's owner, below its path. */
    Answer get(String path) {
        return get(owner, path);
    }

    Answer get(Call caller, String path) {
        return client.send(text(caller), "GET", base + path, "");
    }

    /** @param body with apostrophes for quotes */
    Answer post(String path, String body, String... headers) {
        return post(owner, path, body, headers);
    }

    Answer post(Call caller, String path, String body, String... headers) {
        return client.send(text(caller), "POST", base + path, body.replace('\'', '"'), headers);
    }

    Answer delete(String path) {
        return delete(owner, path);
    }

    Answer delete(Call caller, String path) {
        return client.send(text(caller), "DELETE", base + path, "");
    }

    LocalServer services() {
        return services.server();
    }

    static String text(Call caller) {
        return caller.credential().text();
    }

    /** A new token that holds a role on a resource. */
    Call holding(ResourcePath resource, String role) {
        return authority.token(owner, resource, role);
    }

    @Override
    public void close() {
        face.close();
        services.close();
        authority.close();
    }
}
