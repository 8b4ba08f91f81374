package dev.signet.authority.grpc;

import static dev.signet.authority.grpc.CallerGate.call;
import static dev.signet.authority.grpc.Wire.answer;

import com.google.protobuf.FieldMask;
import dev.signet.authority.directory.Directory;
import dev.signet.authority.directory.PolicyChange;
import dev.signet.authority.store.DirectoryEntry;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.v1.CreateDeploymentRequest;
import dev.signet.v1.CreateDeploymentResponse;
import dev.signet.v1.CreateOrganizationRequest;
import dev.signet.v1.CreateOrganizationResponse;
import dev.signet.v1.CreateWorkspaceRequest;
import dev.signet.v1.CreateWorkspaceResponse;
import dev.signet.v1.DeleteDeploymentRequest;
import dev.signet.v1.DeleteDeploymentResponse;
import dev.signet.v1.DeleteOrganizationRequest;
import dev.signet.v1.DeleteOrganizationResponse;
import dev.signet.v1.DeleteWorkspaceRequest;
import dev.signet.v1.DeleteWorkspaceResponse;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.GetDeploymentRequest;
import dev.signet.v1.GetDeploymentResponse;
import dev.signet.v1.GetOrganizationRequest;
import dev.signet.v1.GetOrganizationResponse;
import dev.signet.v1.GetWorkspaceRequest;
import dev.signet.v1.GetWorkspaceResponse;
import dev.signet.v1.ListDeploymentsRequest;
import dev.signet.v1.ListDeploymentsResponse;
import dev.signet.v1.ListOrganizationsRequest;
import dev.signet.v1.ListOrganizationsResponse;
import dev.signet.v1.ListWorkspacesRequest;
import dev.signet.v1.ListWorkspacesResponse;
import dev.signet.v1.Organization;
import dev.signet.v1.RevokeAllRequest;
import dev.signet.v1.RevokeAllResponse;
import dev.signet.v1.UpdateDeploymentRequest;
import dev.signet.v1.UpdateDeploymentResponse;
import dev.signet.v1.UpdateOrganizationRequest;
import dev.signet.v1.UpdateOrganizationResponse;
import dev.signet.v1.UpdateWorkspaceRequest;
import dev.signet.v1.UpdateWorkspaceResponse;
import dev.signet.verifier.token.ResourcePath;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code DirectoryService}: requests to {@link Directory} and back. */
public final class DirectoryGrpc extends DirectoryServiceGrpc.DirectoryServiceImplBase {
    private static final String DISPLAY_NAME = "display_name";
    private static final String DESCRIPTION = "description";
    private static final String MAXIMUM_EXPIRY = "maximum_expiry_period_days";
    private static final String EXPIRY_REQUIRED = "expiry_required";
    private static final String AUDIT_RETENTION = "audit_retention_days";

    private final Directory directory;
    private final ChangeAnswers changes;

    public DirectoryGrpc(Directory directory, ChangeAnswers changes) {
        this.directory = directory;
        this.changes = changes;
    }

    @Override
    public void createOrganization(
            CreateOrganizationRequest request, StreamObserver<CreateOrganizationResponse> response) {
        DirectoryEntry created =
                directory.createOrganization(call(), request.getOrganization().getDisplayName());
        answer(
                response,
                CreateOrganizationResponse.newBuilder()
                        .setOrganization(Wire.organization(created))
                        .build());
    }

    @Override
    public void getOrganization(GetOrganizationRequest request, StreamObserver<GetOrganizationResponse> response) {
        DirectoryEntry entry = directory.get(call(), Names.organization("name", request.getName()));
        answer(
                response,
                GetOrganizationResponse.newBuilder()
                        .setOrganization(Wire.organization(entry))
                        .build());
    }

    @Override
    public void listOrganizations(
            ListOrganizationsRequest request, StreamObserver<ListOrganizationsResponse> response) {
        Paging paging = Paging.of(request.getPageSize(), request.getPageToken());
        List<DirectoryEntry> found = directory.organizations(call(), paging.after(), paging.lookAhead());
        answer(
                response,
                ListOrganizationsResponse.newBuilder()
                        .addAllOrganizations(paging.page(found).stream()
                                .map(Wire::organization)
                                .toList())
                        .setNextPageToken(paging.next(found, DirectoryGrpc::id))
                        .build());
    }

    @Override
    public void updateOrganization(
            UpdateOrganizationRequest request, StreamObserver<UpdateOrganizationResponse> response) {
        FieldMask mask = request.getUpdateMask();
        Wire.requireMask(mask, Set.of(DISPLAY_NAME, MAXIMUM_EXPIRY, EXPIRY_REQUIRED, AUDIT_RETENTION));
        Organization wanted = request.getOrganization();
        DirectoryEntry updated = directory.update(
                call(),
                Names.organization("organization.name", wanted.getName()),
                Wire.changes(mask, DISPLAY_NAME) ? wanted.getDisplayName() : null,
                null,
                policy(wanted, mask.getPathsList()),
                Wire.orNull(wanted.getEtag()));
        answer(
                response,
                UpdateOrganizationResponse.newBuilder()
                        .setOrganization(Wire.organization(updated))
                        .build());
    }

    @Override
    public void deleteOrganization(
            DeleteOrganizationRequest request, StreamObserver<DeleteOrganizationResponse> response) {
        ResourcePath path = Names.organization("name", request.getName());
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<?> deleted = directory.deleteOrganization(call(), path);
        changes.answer(
                response,
                path.organization(),
                deleted,
                wait,
                propagation -> DeleteOrganizationResponse.newBuilder()
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void revokeAll(RevokeAllRequest request, StreamObserver<RevokeAllResponse> response) {
        ResourcePath path = Names.organization("name", request.getName());
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<Integer> revoked = directory.revokeAll(call(), path);
        changes.answer(
                response,
                path.organization(),
                revoked,
                wait,
                propagation -> RevokeAllResponse.newBuilder()
                        .setDeletedApiKeyCount(revoked.value())
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void createWorkspace(CreateWorkspaceRequest request, StreamObserver<CreateWorkspaceResponse> response) {
        DirectoryEntry created = directory.createWorkspace(
                call(),
                Names.organization("parent", request.getParent()),
                request.getWorkspace().getDisplayName(),
                request.getWorkspace().getDescription());
        answer(
                response,
                CreateWorkspaceResponse.newBuilder()
                        .setWorkspace(Wire.workspace(created))
                        .build());
    }

    @Override
    public void getWorkspace(GetWorkspaceRequest request, StreamObserver<GetWorkspaceResponse> response) {
        DirectoryEntry entry = directory.get(call(), Names.workspace("name", request.getName()));
        answer(
                response,
                GetWorkspaceResponse.newBuilder()
                        .setWorkspace(Wire.workspace(entry))
                        .build());
    }

    @Override
    public void listWorkspaces(ListWorkspacesRequest request, StreamObserver<ListWorkspacesResponse> response) {
        Paging paging = Paging.of(request.getPageSize(), request.getPageToken());
        List<DirectoryEntry> found = directory.workspaces(
                call(), Names.organization("parent", request.getParent()), paging.after(), paging.lookAhead());
        answer(
                response,
                ListWorkspacesResponse.newBuilder()
                        .addAllWorkspaces(
                                paging.page(found).stream().map(Wire::workspace).toList())
                        .setNextPageToken(paging.next(found, DirectoryGrpc::id))
                        .build());
    }

    @Override
    public void updateWorkspace(UpdateWorkspaceRequest request, StreamObserver<UpdateWorkspaceResponse> response) {
        FieldMask mask = request.getUpdateMask();
        Wire.requireMask(mask, Set.of(DISPLAY_NAME, DESCRIPTION));
        DirectoryEntry updated = directory.update(
                call(),
                Names.workspace("workspace.name", request.getWorkspace().getName()),
                Wire.changes(mask, DISPLAY_NAME) ? request.getWorkspace().getDisplayName() : null,
                Wire.changes(mask, DESCRIPTION) ? request.getWorkspace().getDescription() : null,
                null,
                Wire.orNull(request.getWorkspace().getEtag()));
        answer(
                response,
                UpdateWorkspaceResponse.newBuilder()
                        .setWorkspace(Wire.workspace(updated))
                        .build());
    }

    @Override
    public void deleteWorkspace(DeleteWorkspaceRequest request, StreamObserver<DeleteWorkspaceResponse> response) {
        ResourcePath path = Names.workspace("name", request.getName());
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<?> deleted = directory.delete(call(), path);
        changes.answer(
                response,
                path.organization(),
                deleted,
                wait,
                propagation -> DeleteWorkspaceResponse.newBuilder()
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void createDeployment(CreateDeploymentRequest request, StreamObserver<CreateDeploymentResponse> response) {
        DirectoryEntry created = directory.createDeployment(
                call(),
                Names.workspace("parent", request.getParent()),
                request.getDeployment().getDisplayName(),
                request.getDeployment().getDescription());
        answer(
                response,
                CreateDeploymentResponse.newBuilder()
                        .setDeployment(Wire.deployment(created))
                        .build());
    }

    @Override
    public void getDeployment(GetDeploymentRequest request, StreamObserver<GetDeploymentResponse> response) {
        DirectoryEntry entry = directory.get(call(), deployment("name", request.getName()));
        answer(
                response,
                GetDeploymentResponse.newBuilder()
                        .setDeployment(Wire.deployment(entry))
                        .build());
    }

    @Override
    public void listDeployments(ListDeploymentsRequest request, StreamObserver<ListDeploymentsResponse> response) {
        Paging paging = Paging.of(request.getPageSize(), request.getPageToken());
        List<DirectoryEntry> found = directory.deployments(
                call(), Names.workspaceOrAll("parent", request.getParent()), paging.after(), paging.lookAhead());
        answer(
                response,
                ListDeploymentsResponse.newBuilder()
                        .addAllDeployments(paging.page(found).stream()
                                .map(Wire::deployment)
                                .toList())
                        .setNextPageToken(paging.next(found, DirectoryGrpc::id))
                        .build());
    }

    @Override
    public void updateDeployment(UpdateDeploymentRequest request, StreamObserver<UpdateDeploymentResponse> response) {
        FieldMask mask = request.getUpdateMask();
        Wire.requireMask(mask, Set.of(DISPLAY_NAME, DESCRIPTION));
        DirectoryEntry updated = directory.update(
                call(),
                deployment("deployment.name", request.getDeployment().getName()),
                Wire.changes(mask, DISPLAY_NAME) ? request.getDeployment().getDisplayName() : null,
                Wire.changes(mask, DESCRIPTION) ? request.getDeployment().getDescription() : null,
                null,
                Wire.orNull(request.getDeployment().getEtag()));
        answer(
                response,
                UpdateDeploymentResponse.newBuilder()
                        .setDeployment(Wire.deployment(updated))
                        .build());
    }

    @Override
    public void deleteDeployment(DeleteDeploymentRequest request, StreamObserver<DeleteDeploymentResponse> response) {
        ResourcePath path = deployment("name", request.getName());
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<?> deleted = directory.delete(call(), path);
        changes.answer(
                response,
                path.organization(),
                deleted,
                wait,
                propagation -> DeleteDeploymentResponse.newBuilder()
                        .setPropagation(propagation)
                        .build());
    }

    /** Only what the mask names: an empty one changes names, never rules. */
    private static @Nullable PolicyChange policy(Organization wanted, List<String> mask) {
        if (mask.stream().noneMatch(Set.of(MAXIMUM_EXPIRY, EXPIRY_REQUIRED, AUDIT_RETENTION)::contains)) {
            return null;
        }
        return new PolicyChange(
                mask.contains(MAXIMUM_EXPIRY)
                        ? days(wanted.hasMaximumExpiryPeriodDays(), wanted.getMaximumExpiryPeriodDays())
                        : null,
                mask.contains(EXPIRY_REQUIRED) ? wanted.getExpiryRequired() : null,
                mask.contains(AUDIT_RETENTION)
                        ? days(wanted.hasAuditRetentionDays(), wanted.getAuditRetentionDays())
                        : null);
    }

    private static OptionalInt days(boolean given, int days) {
        return given ? OptionalInt.of(days) : OptionalInt.empty();
    }

    private ResourcePath deployment(String field, String name) {
        return Names.deployment(field, name, (organization, id) -> directory.locate(call(), organization, id));
    }

    private static String id(DirectoryEntry entry) {
        return entry.path().id();
    }
}
