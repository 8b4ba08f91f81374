package dev.signet.authority.cli;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import dev.signet.v1.DirectoryServiceGrpc.DirectoryServiceBlockingStub;
import org.jspecify.annotations.Nullable;

/** The five calls of one noun of the directory. */
interface DirectoryCalls {
    Message create(DirectoryServiceBlockingStub directory, String parent, String displayName, String description);

    Message list(DirectoryServiceBlockingStub directory, String parent, int pageSize, String pageToken);

    Message get(DirectoryServiceBlockingStub directory, String name);

    /** Changes what is not null. */
    Message update(
            DirectoryServiceBlockingStub directory,
            String name,
            @Nullable String displayName,
            @Nullable String description);

    Message delete(DirectoryServiceBlockingStub directory, String name, Confirmation confirmation);

    static DirectoryCalls of(Level level) {
        return switch (level) {
            case ORGANIZATION -> new OrganizationCalls();
            case WORKSPACE -> new WorkspaceCalls();
            case DEPLOYMENT -> new DeploymentCalls();
        };
    }

    /** The mask of an update that changes what is not null. */
    static FieldMask mask(@Nullable String displayName, @Nullable String description) {
        FieldMask.Builder mask = FieldMask.newBuilder();
        if (displayName != null) {
            mask.addPaths("display_name");
        }
        if (description != null) {
            mask.addPaths("description");
        }
        return mask.build();
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
