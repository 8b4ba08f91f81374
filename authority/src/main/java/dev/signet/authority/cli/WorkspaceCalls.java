package dev.signet.authority.cli;

import static dev.signet.authority.cli.DirectoryCalls.mask;
import static dev.signet.authority.cli.DirectoryCalls.orEmpty;

import com.google.protobuf.Message;
import dev.signet.v1.CreateWorkspaceRequest;
import dev.signet.v1.DeleteWorkspaceRequest;
import dev.signet.v1.DirectoryServiceGrpc.DirectoryServiceBlockingStub;
import dev.signet.v1.GetWorkspaceRequest;
import dev.signet.v1.ListWorkspacesRequest;
import dev.signet.v1.UpdateWorkspaceRequest;
import dev.signet.v1.Workspace;
import org.jspecify.annotations.Nullable;

final class WorkspaceCalls implements DirectoryCalls {
    @Override
    public Message create(
            DirectoryServiceBlockingStub directory, String parent, String displayName, String description) {
        return directory.createWorkspace(CreateWorkspaceRequest.newBuilder()
                .setParent(parent)
                .setWorkspace(Workspace.newBuilder().setDisplayName(displayName).setDescription(description))
                .build());
    }

    @Override
    public Message list(DirectoryServiceBlockingStub directory, String parent, int pageSize, String pageToken) {
        return directory.listWorkspaces(ListWorkspacesRequest.newBuilder()
                .setParent(parent)
                .setPageSize(pageSize)
                .setPageToken(pageToken)
                .build());
    }

    @Override
    public Message get(DirectoryServiceBlockingStub directory, String name) {
        return directory.getWorkspace(
                GetWorkspaceRequest.newBuilder().setName(name).build());
    }

    @Override
    public Message update(
            DirectoryServiceBlockingStub directory,
            String name,
            @Nullable String displayName,
            @Nullable String description) {
        return directory.updateWorkspace(UpdateWorkspaceRequest.newBuilder()
                .setWorkspace(Workspace.newBuilder()
                        .setName(name)
                        .setDisplayName(orEmpty(displayName))
                        .setDescription(orEmpty(description)))
                .setUpdateMask(mask(displayName, description))
                .build());
    }

    @Override
    public Message delete(DirectoryServiceBlockingStub directory, String name, Confirmation confirmation) {
        DeleteWorkspaceRequest.Builder request =
                DeleteWorkspaceRequest.newBuilder().setName(name);
        confirmation.ask(request);
        return directory.deleteWorkspace(request.build());
    }
}
