-- Roles beyond one a token, API keys, people, idempotent requests, the audit log.

-- Of tokens and users alike.
ALTER TABLE token_grant RENAME TO subject_grant;

-- The value before the present one, while its grace lasts.
ALTER TABLE api_token ADD COLUMN previous_value_id VARCHAR(40);
ALTER TABLE api_token ADD COLUMN previous_index INTEGER;
ALTER TABLE api_token ADD COLUMN previous_not_after TIMESTAMP(6) WITH TIME ZONE;
ALTER TABLE api_token ADD COLUMN last_used_time TIMESTAMP(6) WITH TIME ZONE;
CREATE INDEX api_token_name ON api_token (organization_id, display_name, id);
CREATE INDEX api_token_update ON api_token (organization_id, update_time, id);
CREATE INDEX api_token_expire ON api_token (organization_id, expire_time, id);

ALTER TABLE organization ADD COLUMN maximum_expiry_period_days INTEGER;
ALTER TABLE organization ADD COLUMN expiry_required BOOLEAN DEFAULT FALSE NOT NULL;
ALTER TABLE organization ADD COLUMN audit_retention_days INTEGER;

CREATE TABLE custom_role (
    id              VARCHAR(40)                 NOT NULL PRIMARY KEY,
    organization_id VARCHAR(40)                 NOT NULL REFERENCES organization (id),
    display_name    VARCHAR(1024)               NOT NULL,
    description     VARCHAR(2048)               NOT NULL,
    -- Separated by spaces.
    permissions     VARCHAR(32768)              NOT NULL,
    restricted_to   VARCHAR(32768)              NOT NULL,
    create_time     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    update_time     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    version         BIGINT                      NOT NULL,
    UNIQUE (organization_id, display_name)
);

CREATE TABLE api_key (
    id              VARCHAR(40)                 NOT NULL PRIMARY KEY,
    organization_id VARCHAR(40)                 NOT NULL REFERENCES organization (id),
    workspace_id    VARCHAR(40)                 NOT NULL REFERENCES workspace (id),
    deployment_id   VARCHAR(40)                 NOT NULL REFERENCES deployment (id),
    display_name    VARCHAR(1024)               NOT NULL,
    description     VARCHAR(2048)               NOT NULL,
    secret_sha256   VARCHAR(64)                 NOT NULL,
    status_index    INTEGER                     NOT NULL,
    create_time     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    update_time     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    created_by      VARCHAR(160)                NOT NULL,
    version         BIGINT                      NOT NULL,
    last_used_time  TIMESTAMP(6) WITH TIME ZONE
);
CREATE INDEX api_key_deployment ON api_key (deployment_id, id);
CREATE INDEX api_key_organization ON api_key (organization_id, id);

CREATE TABLE person (
    id              VARCHAR(40)                 NOT NULL PRIMARY KEY,
    organization_id VARCHAR(40)                 NOT NULL REFERENCES organization (id),
    email           VARCHAR(320)                NOT NULL,
    status_index    INTEGER                     NOT NULL,
    create_time     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    update_time     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    created_by      VARCHAR(160)                NOT NULL,
    UNIQUE (organization_id, email)
);

-- What a request with a request id made, so that a retry gets the same. Kept for 24 hours.
CREATE TABLE request_record (
    caller_id   VARCHAR(40)                 NOT NULL,
    request_id  VARCHAR(64)                 NOT NULL,
    -- SHA-256 of the method and what was asked.
    fingerprint VARCHAR(64)                 NOT NULL,
    subject_id  VARCHAR(40)                 NOT NULL,
    -- The value that was issued; empty for API keys.
    value_id    VARCHAR(40)                 NOT NULL,
    create_time TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    PRIMARY KEY (caller_id, request_id)
);
CREATE INDEX request_record_time ON request_record (create_time);

-- Where each organization's chain of events begins and ends.
CREATE TABLE audit_chain (
    organization_id VARCHAR(40) NOT NULL PRIMARY KEY,
    last_sequence   BIGINT      NOT NULL,
    last_hash       VARCHAR(64) NOT NULL,
    -- The hash before the oldest event that is kept.
    anchor_sequence BIGINT      NOT NULL,
    anchor_hash     VARCHAR(64) NOT NULL
);

CREATE TABLE audit_event (
    organization_id VARCHAR(40)                 NOT NULL,
    sequence        BIGINT                      NOT NULL,
    event_time      TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    actor           VARCHAR(200)                NOT NULL,
    action          VARCHAR(64)                 NOT NULL,
    resource        VARCHAR(320)                NOT NULL,
    outcome         VARCHAR(64)                 NOT NULL,
    address         VARCHAR(80)                 NOT NULL,
    hash            VARCHAR(64)                 NOT NULL,
    PRIMARY KEY (organization_id, sequence)
);
CREATE INDEX audit_event_time ON audit_event (organization_id, event_time);
