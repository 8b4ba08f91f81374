-- What keeps pages and sweeps from reading more the more there is.

-- The order in which tokens are listed unless another is asked for.
CREATE INDEX api_token_create ON api_token (organization_id, create_time, id);

-- Whether a key's tokens are still good is asked each second until it retires: past those that expired.
CREATE INDEX api_token_key_expire ON api_token (key_id, expire_time);
DROP INDEX api_token_key;

-- Who holds a role that somebody wants to delete.
CREATE INDEX subject_grant_role ON subject_grant (role, subject_id);

-- The orders in which people and roles are listed.
CREATE INDEX person_organization ON person (organization_id, id);
CREATE INDEX custom_role_organization ON custom_role (organization_id, id);

CREATE INDEX grant_override_noted ON grant_override (noted_time);

-- Events are read in their order, and forgotten from their beginning.
DROP INDEX audit_event_time;

-- Nothing is looked for by these that another does not find as well, and each would be written for every token.
DROP INDEX api_token_organization;
DROP INDEX api_token_resource;
