-- What several authorities over one store need of it, and of each other.

-- One row, written to prove that the store takes writes.
CREATE TABLE heartbeat (
    id        SMALLINT                    NOT NULL PRIMARY KEY,
    beat_time TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
INSERT INTO heartbeat (id, beat_time) VALUES (1, CURRENT_TIMESTAMP);

-- Authorities that are there, and those that were until a moment ago.
CREATE TABLE replica (
    id        VARCHAR(40)                 NOT NULL PRIMARY KEY,
    seen_time TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    -- Counts up with whatever it tells the others.
    version   BIGINT                      NOT NULL
);

-- The verifiers that are connected to each.
CREATE TABLE watching_verifier (
    replica_id            VARCHAR(40)                 NOT NULL REFERENCES replica (id) ON DELETE CASCADE,
    number                BIGINT                      NOT NULL,
    -- The authority's, as this was told.
    version               BIGINT                      NOT NULL,
    verifier              VARCHAR(256)                NOT NULL,
    address               VARCHAR(256)                NOT NULL,
    software              VARCHAR(256)                NOT NULL,
    credential            VARCHAR(256)                NOT NULL,
    -- The credential's; empty for the platform's.
    organization_id       VARCHAR(40)                 NOT NULL,
    all_organizations     BOOLEAN                     NOT NULL,
    -- Separated by spaces.
    organizations         VARCHAR(400000)             NOT NULL,
    acknowledged_revision BIGINT                      NOT NULL,
    connect_time          TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    ping_time             TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    -- Kept for a moment, so that the others read that it has left.
    left_time             TIMESTAMP(6) WITH TIME ZONE,
    PRIMARY KEY (replica_id, number)
);
CREATE INDEX watching_verifier_version ON watching_verifier (replica_id, version);
