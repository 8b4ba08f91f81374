-- The ledger. In the SQL that H2 and PostgreSQL share.

-- One row: the history's identity, and the revision that all trust changes are ordered by.
CREATE TABLE ledger (
    id        SMALLINT    NOT NULL PRIMARY KEY,
    ledger_id VARCHAR(40) NOT NULL,
    head      BIGINT      NOT NULL
);

-- The revision of each part's last change; the installation's id is empty.
CREATE TABLE trust_part (
    part     VARCHAR(40) NOT NULL PRIMARY KEY,
    revision BIGINT      NOT NULL
);

CREATE TABLE trust_change (
    revision          BIGINT      NOT NULL PRIMARY KEY,
    part              VARCHAR(40) NOT NULL,
    previous_revision BIGINT      NOT NULL,
    change            BYTEA       NOT NULL
);
CREATE INDEX trust_change_part ON trust_change (part, revision);

-- The first index of each part's status list that nobody has.
CREATE TABLE status_list (
    part       VARCHAR(40) NOT NULL PRIMARY KEY,
    next_index INTEGER     NOT NULL
);

CREATE TABLE organization (
    id           VARCHAR(40)                 NOT NULL PRIMARY KEY,
    display_name VARCHAR(1024)               NOT NULL,
    create_time  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    update_time  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    version      BIGINT                      NOT NULL,
    -- A deleted organization stays as a tombstone: its id is never used again.
    delete_time  TIMESTAMP(6) WITH TIME ZONE
);

CREATE TABLE workspace (
    id              VARCHAR(40)                 NOT NULL PRIMARY KEY,
    organization_id VARCHAR(40)                 NOT NULL REFERENCES organization (id),
    display_name    VARCHAR(1024)               NOT NULL,
    description     VARCHAR(2048)               NOT NULL,
    create_time     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    update_time     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    version         BIGINT                      NOT NULL
);
CREATE INDEX workspace_organization ON workspace (organization_id, id);

CREATE TABLE deployment (
    id              VARCHAR(40)                 NOT NULL PRIMARY KEY,
    organization_id VARCHAR(40)                 NOT NULL REFERENCES organization (id),
    workspace_id    VARCHAR(40)                 NOT NULL REFERENCES workspace (id),
    display_name    VARCHAR(1024)               NOT NULL,
    description     VARCHAR(2048)               NOT NULL,
    create_time     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    update_time     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    version         BIGINT                      NOT NULL
);
CREATE INDEX deployment_organization ON deployment (organization_id, id);
CREATE INDEX deployment_workspace ON deployment (workspace_id, id);

CREATE TABLE api_token (
    id                 VARCHAR(40)                 NOT NULL PRIMARY KEY,
    organization_id    VARCHAR(40)                 NOT NULL REFERENCES organization (id),
    workspace_id       VARCHAR(40) REFERENCES workspace (id),
    deployment_id      VARCHAR(40) REFERENCES deployment (id),
    -- The innermost of the three: what the token belongs to.
    resource_id        VARCHAR(40)                 NOT NULL,
    display_name       VARCHAR(1024)               NOT NULL,
    description        VARCHAR(2048)               NOT NULL,
    expiry_period_days INTEGER,
    create_time        TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    update_time        TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    last_rotated_time  TIMESTAMP(6) WITH TIME ZONE,
    created_by         VARCHAR(160)                NOT NULL,
    version            BIGINT                      NOT NULL,
    -- The one value that works; never the value itself.
    value_id           VARCHAR(40)                 NOT NULL,
    status_index       INTEGER                     NOT NULL,
    key_id             VARCHAR(64)                 NOT NULL,
    grants_revision    BIGINT                      NOT NULL,
    audience           VARCHAR(200)                NOT NULL,
    issue_time         TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    expire_time        TIMESTAMP(6) WITH TIME ZONE
);
CREATE INDEX api_token_organization ON api_token (organization_id, id);
CREATE INDEX api_token_workspace ON api_token (workspace_id, id);
CREATE INDEX api_token_resource ON api_token (resource_id, id);

CREATE TABLE token_grant (
    subject_id  VARCHAR(40) NOT NULL,
    resource_id VARCHAR(40) NOT NULL,
    role        VARCHAR(64) NOT NULL,
    PRIMARY KEY (subject_id, resource_id, role)
);
CREATE INDEX token_grant_resource ON token_grant (resource_id);

CREATE TABLE platform_token (
    id              VARCHAR(40)                 NOT NULL PRIMARY KEY,
    value_id        VARCHAR(40)                 NOT NULL,
    status_index    INTEGER                     NOT NULL,
    key_id          VARCHAR(64)                 NOT NULL,
    grants_revision BIGINT                      NOT NULL,
    audience        VARCHAR(200)                NOT NULL,
    issue_time      TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    expire_time     TIMESTAMP(6) WITH TIME ZONE
);

CREATE TABLE signing_key (
    id                 VARCHAR(64)                 NOT NULL PRIMARY KEY,
    algorithm          VARCHAR(16)                 NOT NULL,
    state              VARCHAR(16)                 NOT NULL,
    sealed_private_key VARCHAR(8192)               NOT NULL,
    create_time        TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
