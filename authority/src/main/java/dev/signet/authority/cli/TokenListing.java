package dev.signet.authority.cli;

import com.google.protobuf.util.Durations;
import dev.signet.v1.ListTokensRequest;
import dev.signet.v1.Scope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which tokens a listing shows, and in which order. */
final class TokenListing {
    @Option(
            names = "--expiring-within",
            paramLabel = "DURATION",
            description = "only those whose value expires within this time, such as 14d")
    private @Nullable Duration expiringWithin;

    @Option(
            names = "--sort",
            paramLabel = "KEY[:desc]",
            description = "by name, created, updated or expires (default: created)")
    private @Nullable String sort;

    @Option(names = "--limit", paramLabel = "COUNT", description = "at most so many")
    private @Nullable Integer limit;

    /** What to say of an empty list: a credential that reaches less than was thought sees nothing either. */
    static String nothing(Level scope) {
        return "No " + scope.noun() + " tokens found. `signet whoami` tells what this credential holds.";
    }

    @Nullable
    Integer limit() {
        return limit;
    }

    /** @param scope unspecified for tokens of any */
    ListTokensRequest request(String resource, Scope scope) {
        ListTokensRequest.Builder request = TokenSelection.request(resource, scope).toBuilder();
        if (expiringWithin != null) {
            request.setExpiringWithin(Durations.fromMillis(expiringWithin.toMillis()));
        }
        return request.setOrderBy(orderBy()).build();
    }

    private String orderBy() {
        if (sort == null) {
            return "";
        }
        boolean descending = sort.endsWith(":desc");
        String key = descending ? sort.substring(0, sort.length() - ":desc".length()) : sort;
        String field = switch (key) {
            case "name" -> "display_name";
            case "created" -> "create_time";
            case "updated" -> "update_time";
            case "expires" -> "expire_time";
            default ->
                throw Failure.usage(
                        "--sort must be name, created, updated or expires, optionally with :desc, got " + sort);
        };
        return descending ? field + " desc" : field;
    }
}
