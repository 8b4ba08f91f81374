package dev.signet.authority.cli;

import com.google.protobuf.Message;
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
import dev.signet.v1.Deployment;
import dev.signet.v1.DirectoryServiceGrpc.DirectoryServiceImplBase;
import dev.signet.v1.GetDeploymentRequest;
import dev.signet.v1.GetDeploymentResponse;
import dev.signet.v1.GetWorkspaceRequest;
import dev.signet.v1.GetWorkspaceResponse;
import dev.signet.v1.ListDeploymentsRequest;
import dev.signet.v1.ListDeploymentsResponse;
import dev.signet.v1.ListOrganizationsRequest;
import dev.signet.v1.ListOrganizationsResponse;
import dev.signet.v1.ListWorkspacesRequest;
import dev.signet.v1.ListWorkspacesResponse;
import dev.signet.v1.Organization;
import dev.signet.v1.UpdateDeploymentRequest;
import dev.signet.v1.UpdateDeploymentResponse;
import dev.signet.v1.UpdateOrganizationRequest;
import dev.signet.v1.UpdateOrganizationResponse;
import dev.signet.v1.UpdateWorkspaceRequest;
import dev.signet.v1.UpdateWorkspaceResponse;
import dev.signet.v1.Workspace;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;

/** Resources in memory, with ids that count up. */
final class FakeDirectory extends DirectoryServiceImplBase {
    final List<Organization> organizations = new ArrayList<>();
    final List<Workspace> workspaces = new ArrayList<>();
    final List<Deployment> deployments = new ArrayList<>();
    final List<Object> requests = new ArrayList<>();

    @Override
    public void createOrganization(
            CreateOrganizationRequest request, StreamObserver<CreateOrganizationResponse> answer) {
        requests.add(request);
        Organization made = request.getOrganization().toBuilder()
                .setName("organizations/org_" + (organizations.size() + 1))
                .build();
        organizations.add(made);
        answer(
                answer,
                CreateOrganizationResponse.newBuilder().setOrganization(made).build());
    }

    @Override
    public void updateOrganization(
            UpdateOrganizationRequest request, StreamObserver<UpdateOrganizationResponse> answer) {
        requests.add(request);
        answer(
                answer,
                UpdateOrganizationResponse.newBuilder()
                        .setOrganization(request.getOrganization())
                        .build());
    }

    @Override
    public void listOrganizations(ListOrganizationsRequest request, StreamObserver<ListOrganizationsResponse> answer) {
        answer(
                answer,
                ListOrganizationsResponse.newBuilder()
                        .addAllOrganizations(organizations)
                        .build());
    }

    @Override
    public void deleteOrganization(
            DeleteOrganizationRequest request, StreamObserver<DeleteOrganizationResponse> answer) {
        requests.add(request);
        answer(answer, DeleteOrganizationResponse.getDefaultInstance());
    }

    @Override
    public void createWorkspace(CreateWorkspaceRequest request, StreamObserver<CreateWorkspaceResponse> answer) {
        requests.add(request);
        Workspace made = request.getWorkspace().toBuilder()
                .setName(request.getParent() + "/workspaces/wsp_" + (workspaces.size() + 1))
                .build();
        workspaces.add(made);
        answer(answer, CreateWorkspaceResponse.newBuilder().setWorkspace(made).build());
    }

    @Override
    public void listWorkspaces(ListWorkspacesRequest request, StreamObserver<ListWorkspacesResponse> answer) {
        requests.add(request);
        answer(
                answer,
                ListWorkspacesResponse.newBuilder().addAllWorkspaces(workspaces).build());
    }

    @Override
    public void getWorkspace(GetWorkspaceRequest request, StreamObserver<GetWorkspaceResponse> answer) {
        requests.add(request);
        answer(
                answer,
                GetWorkspaceResponse.newBuilder()
                        .setWorkspace(Workspace.newBuilder()
                                .setName(request.getName())
                                .setDisplayName("Main"))
                        .build());
    }

    @Override
    public void updateWorkspace(UpdateWorkspaceRequest request, StreamObserver<UpdateWorkspaceResponse> answer) {
        requests.add(request);
        answer(
                answer,
                UpdateWorkspaceResponse.newBuilder()
                        .setWorkspace(request.getWorkspace())
                        .build());
    }

    @Override
    public void deleteWorkspace(DeleteWorkspaceRequest request, StreamObserver<DeleteWorkspaceResponse> answer) {
        requests.add(request);
        answer(answer, DeleteWorkspaceResponse.getDefaultInstance());
    }

    @Override
    public void deleteDeployment(DeleteDeploymentRequest request, StreamObserver<DeleteDeploymentResponse> answer) {
        requests.add(request);
        answer(answer, DeleteDeploymentResponse.getDefaultInstance());
    }

    @Override
    public void createDeployment(CreateDeploymentRequest request, StreamObserver<CreateDeploymentResponse> answer) {
        requests.add(request);
        Deployment made = request.getDeployment().toBuilder()
                .setName(request.getParent() + "/deployments/dep_" + (deployments.size() + 1))
                .build();
        deployments.add(made);
        answer(answer, CreateDeploymentResponse.newBuilder().setDeployment(made).build());
    }

    @Override
    public void getDeployment(GetDeploymentRequest request, StreamObserver<GetDeploymentResponse> answer) {
        requests.add(request);
        answer(
                answer,
                GetDeploymentResponse.newBuilder()
                        .setDeployment(Deployment.newBuilder().setName(request.getName()))
                        .build());
    }

    @Override
    public void updateDeployment(UpdateDeploymentRequest request, StreamObserver<UpdateDeploymentResponse> answer) {
        requests.add(request);
        answer(
                answer,
                UpdateDeploymentResponse.newBuilder()
                        .setDeployment(request.getDeployment())
                        .build());
    }

    @Override
    public void listDeployments(ListDeploymentsRequest request, StreamObserver<ListDeploymentsResponse> answer) {
        requests.add(request);
        answer(
                answer,
                ListDeploymentsResponse.newBuilder()
                        .addAllDeployments(deployments)
                        .build());
    }

    private static <T extends Message> void answer(StreamObserver<T> answer, T message) {
        answer.onNext(FakePropagation.in(message));
        answer.onCompleted();
    }
}
