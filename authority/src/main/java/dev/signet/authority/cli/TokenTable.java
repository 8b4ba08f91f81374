package dev.signet.authority.cli;

import dev.signet.v1.Grant;
import dev.signet.v1.Token;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Tokens in rows, as Astro's listing has them, and when they expire. */
record TokenTable(Times times) {

    Table of(List<Token> tokens) {
        Table table = new Table("ID", "NAME", "DESCRIPTION", "SCOPE", "ROLE", "CREATED", "CREATED BY", "EXPIRES");
        for (Token token : tokens) {
            table.row(
                    Entry.id(token.getName()),
                    token.getDisplayName(),
                    token.getDescription(),
                    Level.of(token.getScope()).name(),
                    roles(token.getGrantsList()),
                    times.ago(token.getCreateTime()),
                    Entry.id(token.getCreatedBy()),
                    times.until(token.hasExpireTime(), token.getExpireTime()));
        }
        return table;
    }

    /** Numbered, to pick one. */
    Table numbered(List<Token> tokens) {
        Table table = new Table("#", "ID", "NAME", "DESCRIPTION", "ROLE", "EXPIRES");
        for (int index = 0; index < tokens.size(); index++) {
            Token token = tokens.get(index);
            table.row(
                    String.format(Locale.ROOT, "%d", index + 1),
                    Entry.id(token.getName()),
                    token.getDisplayName(),
                    token.getDescription(),
                    roles(token.getGrantsList()),
                    times.until(token.hasExpireTime(), token.getExpireTime()));
        }
        return table;
    }

    static String roles(List<Grant> grants) {
        return grants.stream().map(Grant::getRole).distinct().collect(Collectors.joining(", "));
    }
}
