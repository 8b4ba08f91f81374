-- The key that the feed is signed with: one row, and never a signing key of tokens.
CREATE TABLE feed_key (
    id                 SMALLINT                    NOT NULL PRIMARY KEY,
    key_id             VARCHAR(64)                 NOT NULL,
    algorithm          VARCHAR(16)                 NOT NULL,
    -- DER, in base64.
    public_key         VARCHAR(1024)               NOT NULL,
    sealed_private_key VARCHAR(8192)               NOT NULL,
    create_time        TIMESTAMP(6) WITH TIME ZONE NOT NULL
);
