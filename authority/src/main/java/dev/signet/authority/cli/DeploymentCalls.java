package dev.signet.authority.cli;

import static dev.signet.authority.cli.DirectoryCalls.mask;
import static dev.signet.authority.cli.DirectoryCalls.orEmpty;

import com.google.protobuf.Message;
import dev.signet.v1.CreateDeploymentRequest;
import dev.signet.v1.DeleteDeploymentRequest;
import dev.signet.v1.Deployment;
import dev.signet.v1.DirectoryServiceGrpc.DirectoryServiceBlockingStub;
import dev.signet.v1.GetDeploymentRequest;
import dev.signet.v1.ListDeploymentsRequest;
import dev.signet.v1.UpdateDeploymentRequest;
import org.jspecify.annotations.Nullable;

final class DeploymentCalls implements DirectoryCalls {
    @Override
    public Message create(
            DirectoryServiceBlockingStub directory, String parent, String displayName, String description) {
        return directory.createDeployment(CreateDeploymentRequest.newBuilder()
                .setParent(parent)
                .setDeployment(
                        Deployment.newBuilder().setDisplayName(displayName).setDescription(description))
                .build());
    }

    @Override
    public Message list(DirectoryServiceBlockingStub directory, String parent, int pageSize, String pageToken) {
        return directory.listDeployments(ListDeploymentsRequest.newBuilder()
                .setParent(parent)
                .setPageSize(pageSize)
                .setPageToken(pageToken)
                .build());
    }

    @Override
    public Message get(DirectoryServiceBlockingStub directory, String name) {
        return directory.getDeployment(
                GetDeploymentRequest.newBuilder().setName(name).build());
    }

    @Override
    public Message update(
            DirectoryServiceBlockingStub directory,
            String name,
            @Nullable String displayName,
            @Nullable String description) {
        return directory.updateDeployment(UpdateDeploymentRequest.newBuilder()
                .setDeployment(Deployment.newBuilder()
                        .setName(name)
                        .setDisplayName(orEmpty(displayName))
                        .setDescription(orEmpty(description)))
                .setUpdateMask(mask(displayName, description))
                .build());
    }

    @Override
    public Message delete(DirectoryServiceBlockingStub directory, String name, Confirmation confirmation) {
        DeleteDeploymentRequest.Builder request =
                DeleteDeploymentRequest.newBuilder().setName(name);
        confirmation.ask(request);
        return directory.deleteDeployment(request.build());
    }
}
