-- The life of signing keys, and epochs.

ALTER TABLE signing_key ADD COLUMN state_time TIMESTAMP(6) WITH TIME ZONE;
UPDATE signing_key SET state_time = create_time;
ALTER TABLE signing_key ALTER COLUMN state_time SET NOT NULL;

-- Which key signed the value before the present one.
ALTER TABLE api_token ADD COLUMN previous_key_id VARCHAR(64);
UPDATE api_token SET previous_key_id = key_id WHERE previous_value_id IS NOT NULL;
CREATE INDEX api_token_key ON api_token (key_id);
CREATE INDEX api_token_previous_key ON api_token (previous_key_id);

-- Values whose grants were read before this revision are refused: of everybody, and of an organization.
ALTER TABLE ledger ADD COLUMN epoch BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE organization ADD COLUMN epoch BIGINT DEFAULT 0 NOT NULL;
