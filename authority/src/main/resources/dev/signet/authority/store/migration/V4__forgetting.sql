-- What is needed to forget revocations and overrides once nobody can accept what they refuse or change.

-- Values that ended before their time and expire. Those that never expire are not here: they are never forgotten.
CREATE TABLE ended_value (
    part         VARCHAR(40)                 NOT NULL,
    status_index INTEGER                     NOT NULL,
    -- From then on nothing that carries the index is good, whether or not it is known to have ended.
    expire_time  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    PRIMARY KEY (part, status_index)
);
CREATE INDEX ended_value_time ON ended_value (expire_time, part, status_index);

-- The override of each subject that has one.
CREATE TABLE grant_override (
    subject_id VARCHAR(40) NOT NULL PRIMARY KEY,
    part       VARCHAR(40) NOT NULL,
    revision   BIGINT      NOT NULL,
    -- A time after it was committed; null until somebody has noted one.
    noted_time TIMESTAMP(6) WITH TIME ZONE
);
CREATE INDEX grant_override_part ON grant_override (part);

-- The expiry of the value before the present one.
ALTER TABLE api_token ADD COLUMN previous_expire_time TIMESTAMP(6) WITH TIME ZONE;
CREATE INDEX api_token_previous_end ON api_token (previous_not_after);
