package dev.signet.authority.cli;

import dev.signet.v1.Grant;
import dev.signet.v1.Token;
import java.util.List;
import java.util.stream.Collectors;

/** Tokens in rows, as Astro's listing has them, and also when they expire and were last used. */
record TokenTable(Times times) {

    /** @param resource full name of the resource on which the roles are told */
    Table of(List<Token> tokens, String resource) {
        Table table = new Table("ID", "NAME", "SCOPE", "ROLE", "CREATED", "CREATED BY", "EXPIRES", "LAST USED");
        for (Token token : tokens) {
            table.row(
                    Entry.id(token.getName()),
                    token.getDisplayName(),
                    Level.of(token.getScope()).name(),
                    role(token, resource),
                    times.ago(token.getCreateTime()),
                    Entry.id(token.getCreatedBy()),
                    times.until(token.hasExpireTime(), token.getExpireTime()),
                    times.lastUsed(token.hasLastUsedTime(), token.getLastUsedTime()));
        }
        return table;
    }

    /** To pick one. */
    Table choices(List<Token> tokens, String resource) {
        Table table = new Table("ID", "NAME", "DESCRIPTION", "ROLE", "EXPIRES");
        for (Token token : tokens) {
            table.row(
                    Entry.id(token.getName()),
                    token.getDisplayName(),
                    token.getDescription(),
                    role(token, resource),
                    times.until(token.hasExpireTime(), token.getExpireTime()));
        }
        return table;
    }

    /** The role that a token holds on a resource; empty for none. */
    static String role(Token token, String resource) {
        return role(token.getGrantsList(), resource);
    }

    static String role(List<Grant> grants, String resource) {
        String id = Entry.id(resource);
        return grants.stream()
                .filter(grant -> grant.getResource().equals(id))
                .map(Grant::getRole)
                .collect(Collectors.joining(", "));
    }
}
