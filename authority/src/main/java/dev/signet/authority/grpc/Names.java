package dev.signet.authority.grpc;

import dev.signet.authority.errors.Fields;
import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resource names of requests. Each refuses with INVALID_ARGUMENT and the field's name where it is something else. */
final class Names {
    private static final Pattern WILDCARD = Pattern.compile("organizations/([^/]+)/workspaces/-/deployments/([^/]+)");
    private static final Pattern ALL_WORKSPACES = Pattern.compile("organizations/([^/]+)/workspaces/-");
    private static final Pattern IN_ORGANIZATION = Pattern.compile("organizations/([^/]+)/([^/]+)/([^/]+)");
    private static final Pattern SIGNING_KEY = Pattern.compile("signingKeys/([A-Za-z0-9_-]{1,64})");
    private static final Pattern API_KEY = Pattern.compile("(.+)/apiKeys/([^/]+)");
    /** An address may hold slashes. */
    private static final Pattern USER_BY_EMAIL = Pattern.compile("organizations/([^/]+)/users/([^@]+@.+)");

    private Names() {}

    static ResourcePath organization(String field, String name) {
        ResourcePath path = path(field, name, "organizations/{org}");
        return path.workspace() == null ? path : refuse(field, "organizations/{org}");
    }

    static ResourcePath workspace(String field, String name) {
        String form = "organizations/{org}/workspaces/{wsp}";
        ResourcePath path = path(field, name, form);
        return path.workspace() != null && path.deployment() == null ? path : refuse(field, form);
    }

    /** A workspace, or the organization where the name ends in {@code workspaces/-}. */
    static ResourcePath workspaceOrAll(String field, String name) {
        Matcher all = ALL_WORKSPACES.matcher(name);
        return all.matches() ? organization(field, "organizations/" + all.group(1)) : workspace(field, name);
    }

    /** A deployment; {@code locate} finds its path by organization and id where the workspace is {@code -}. */
    static ResourcePath deployment(String field, String name, Locator locate) {
        String form = "organizations/{org}/workspaces/{wsp}/deployments/{dep}";
        ResourcePath path = any(field, name, locate);
        return path.deployment() != null ? path : refuse(field, form);
    }

    /** An organization, a workspace or a deployment. */
    static ResourcePath any(String field, String name, Locator locate) {
        Matcher wildcard = WILDCARD.matcher(name);
        if (wildcard.matches()
                && IdType.ORGANIZATION.matches(wildcard.group(1))
                && IdType.DEPLOYMENT.matches(wildcard.group(2))) {
            return locate.apply(wildcard.group(1), wildcard.group(2));
        }
        return path(field, name, "organizations/{org}[/workspaces/{wsp}[/deployments/{dep}]]");
    }

    static InOrganization token(String field, String name) {
        return inOrganization(field, name, "tokens", IdType.TOKEN, "{tok}");
    }

    static InOrganization user(String field, String name) {
        return inOrganization(field, name, "users", IdType.USER, "{usr}");
    }

    /** A user by id, or by email address in its place. */
    static InOrganization userOrEmail(String field, String name) {
        Matcher byEmail = USER_BY_EMAIL.matcher(name);
        if (byEmail.matches() && IdType.ORGANIZATION.matches(byEmail.group(1))) {
            Fields.requireEmail(field, byEmail.group(2));
            return new InOrganization(byEmail.group(1), byEmail.group(2));
        }
        return inOrganization(field, name, "users", IdType.USER, "{usr}, or the email address for {usr}");
    }

    static InOrganization role(String field, String name) {
        return inOrganization(field, name, "roles", IdType.ROLE, "{rol}");
    }

    /** The {@code kid} of a signing key. */
    static String signingKey(String field, String name) {
        Matcher key = SIGNING_KEY.matcher(name);
        if (key.matches()) {
            return key.group(1);
        }
        throw Refusal.invalid(field, "must be signingKeys/{kid}");
    }

    static ApiKeyName apiKey(String field, String name, Locator locate) {
        Matcher key = API_KEY.matcher(name);
        if (key.matches() && IdType.KEY.matches(key.group(2))) {
            return new ApiKeyName(deployment(field, key.group(1), locate), key.group(2));
        }
        throw Refusal.invalid(field, "must be organizations/{org}/workspaces/{wsp}/deployments/{dep}/apiKeys/{key}");
    }

    /** Something of an organization, by its own id or what stands for it. */
    record InOrganization(String organization, String id) {}

    record ApiKeyName(ResourcePath deployment, String id) {}

    /** Finds a path by organization and id. */
    interface Locator {
        ResourcePath apply(String organization, String id);
    }

    private static InOrganization inOrganization(
            String field, String name, String collection, IdType type, String form) {
        Matcher matcher = IN_ORGANIZATION.matcher(name);
        if (matcher.matches()
                && matcher.group(2).equals(collection)
                && IdType.ORGANIZATION.matches(matcher.group(1))
                && type.matches(matcher.group(3))) {
            return new InOrganization(matcher.group(1), matcher.group(3));
        }
        throw Refusal.invalid(field, "must be organizations/{org}/" + collection + "/" + form);
    }

    private static ResourcePath path(String field, String name, String form) {
        return ResourcePath.parse(name).orElseGet(() -> refuse(field, form));
    }

    private static ResourcePath refuse(String field, String form) {
        throw Refusal.invalid(field, "must be " + form);
    }
}
