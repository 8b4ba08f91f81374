package dev.signet.authority.cli;

import static dev.signet.authority.cli.DirectoryCalls.mask;
import static dev.signet.authority.cli.DirectoryCalls.orEmpty;

import com.google.protobuf.Message;
import dev.signet.v1.CreateOrganizationRequest;
import dev.signet.v1.DeleteOrganizationRequest;
import dev.signet.v1.DirectoryServiceGrpc.DirectoryServiceBlockingStub;
import dev.signet.v1.GetOrganizationRequest;
import dev.signet.v1.ListOrganizationsRequest;
import dev.signet.v1.Organization;
import dev.signet.v1.UpdateOrganizationRequest;
import org.jspecify.annotations.Nullable;

/** An organization has neither a parent nor a description. */
final class OrganizationCalls implements DirectoryCalls {
    @Override
    public Message create(
            DirectoryServiceBlockingStub directory, String parent, String displayName, String description) {
        return directory.createOrganization(CreateOrganizationRequest.newBuilder()
                .setOrganization(Organization.newBuilder().setDisplayName(displayName))
                .build());
    }

    @Override
    public Message list(DirectoryServiceBlockingStub directory, String parent, int pageSize, String pageToken) {
        return directory.listOrganizations(ListOrganizationsRequest.newBuilder()
                .setPageSize(pageSize)
                .setPageToken(pageToken)
                .build());
    }

    @Override
    public Message get(DirectoryServiceBlockingStub directory, String name) {
        return directory.getOrganization(
                GetOrganizationRequest.newBuilder().setName(name).build());
    }

    @Override
    public Message update(
            DirectoryServiceBlockingStub directory,
            String name,
            @Nullable String displayName,
            @Nullable String description) {
        return directory.updateOrganization(UpdateOrganizationRequest.newBuilder()
                .setOrganization(Organization.newBuilder().setName(name).setDisplayName(orEmpty(displayName)))
                .setUpdateMask(mask(displayName, null))
                .build());
    }

    @Override
    public Message delete(DirectoryServiceBlockingStub directory, String name, Confirmation confirmation) {
        DeleteOrganizationRequest.Builder request =
                DeleteOrganizationRequest.newBuilder().setName(name);
        confirmation.ask(request);
        return directory.deleteOrganization(request.build());
    }
}
