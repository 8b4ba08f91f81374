-- Texts are compared and sorted by their bytes, whatever the locale of the database: as H2 does it, and so that no index
-- goes wrong when the operating system learns another order.
DO $$
DECLARE
    each RECORD;
BEGIN
    FOR each IN
        SELECT table_name, column_name, character_maximum_length
        FROM information_schema.columns
        WHERE table_schema = current_schema()
          AND data_type = 'character varying'
          AND collation_name IS DISTINCT FROM 'C'
          AND table_name IN ('api_key', 'api_token', 'audit_chain', 'audit_event', 'custom_role', 'deployment',
                             'ended_value', 'feed_key', 'grant_override', 'ledger', 'organization', 'person',
                             'platform_token', 'request_record', 'signing_key', 'status_list', 'subject_grant',
                             'trust_change', 'trust_checkpoint', 'trust_part', 'workspace')
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE VARCHAR(%s) COLLATE "C"',
                       each.table_name, each.column_name, each.character_maximum_length);
    END LOOP;
END
$$;
