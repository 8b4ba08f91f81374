package dev.signet.authority.grpc;

import dev.signet.authority.TestAuthority;
import java.nio.file.Path;

final class JunkRequestsTest extends JunkRequestsContract {
    @Override
    TestAuthority open(Path data) {
        return TestAuthority.open(data);
    }
}
