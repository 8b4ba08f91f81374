package dev.signet.authority.store;

import java.util.List;
import java.util.Locale;

/**
 * The tables that a copy of the ledger holds, each after those that it refers to, with their primary keys. Checkpoints are
 * none of them: they are made of the changes again.
 */
enum StoredTable {
    TRUST_PART("part"),
    TRUST_CHANGE("revision"),
    STATUS_LIST("part"),
    ORGANIZATION("id"),
    WORKSPACE("id"),
    DEPLOYMENT("id"),
    API_TOKEN("id"),
    SUBJECT_GRANT("subject_id", "resource_id", "role"),
    PLATFORM_TOKEN("id"),
    SIGNING_KEY("id"),
    FEED_KEY("id"),
    CUSTOM_ROLE("id"),
    API_KEY("id"),
    PERSON("id"),
    REQUEST_RECORD("caller_id", "request_id"),
    AUDIT_CHAIN("organization_id"),
    AUDIT_EVENT("organization_id", "sequence"),
    ENDED_VALUE("part", "status_index"),
    GRANT_OVERRIDE("subject_id"),
    /** The last one: with it, the copy is whole. */
    LEDGER("id");

    /** What is in the store besides: made of the above, or of a moment. */
    static final List<String> NOT_COPIED = List.of(
            "trust_checkpoint", "flyway_schema_history", "schema_use", "heartbeat", "replica", "watching_verifier");

    /** Separated by spaces. */
    private final String key;

    StoredTable(String... key) {
        this.key = String.join(" ", key);
    }

    String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    List<String> key() {
        return List.of(key.split(" ", -1));
    }
}
