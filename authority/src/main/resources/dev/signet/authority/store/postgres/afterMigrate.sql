-- What PostgreSQL needs besides the tables. Runs at each start, and does nothing where it was done.
DO $$
DECLARE
    each RECORD;
BEGIN
    -- Of several who start at once, one after the other.
    PERFORM pg_advisory_xact_lock(hashtextextended('signet/afterMigrate', 0));

    -- Texts are compared and sorted by their bytes, whatever the locale of the database: as H2 does it, and so that no
    -- index goes wrong when the operating system learns another order.
    FOR each IN
        SELECT table_name, column_name, character_maximum_length
        FROM information_schema.columns
        WHERE table_schema = current_schema()
          AND data_type = 'character varying'
          AND collation_name IS DISTINCT FROM 'C'
          AND table_name IN ('api_key', 'api_token', 'audit_chain', 'audit_event', 'custom_role', 'deployment',
                             'ended_value', 'feed_key', 'grant_override', 'ledger', 'organization', 'person',
                             'platform_token', 'replica', 'request_record', 'signing_key', 'status_list', 'subject_grant',
                             'trust_change', 'trust_checkpoint', 'trust_part', 'watching_verifier', 'workspace')
        ORDER BY table_name, column_name
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE VARCHAR(%s) COLLATE "C"',
                       each.table_name, each.column_name, each.character_maximum_length);
    END LOOP;

    -- H2 makes an index for each foreign key by itself.
    IF to_regclass('api_token_deployment') IS NULL THEN
        CREATE INDEX api_token_deployment ON api_token (deployment_id, id);
    END IF;
    IF to_regclass('api_key_workspace') IS NULL THEN
        CREATE INDEX api_key_workspace ON api_key (workspace_id, id);
    END IF;

    -- Each commit that moves the head tells all authorities, with the head. By a trigger, so that it costs no statement
    -- more while everybody waits for the row, and so that an older authority beside newer ones tells them too.
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'ledger'::regclass AND tgname = 'ledger_head') THEN
        CREATE OR REPLACE FUNCTION ledger_head() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_notify(''signet_trust'', NEW.head::text); RETURN NULL; END';
        CREATE TRIGGER ledger_head AFTER UPDATE OF head ON ledger
            FOR EACH ROW EXECUTE FUNCTION ledger_head();
    END IF;
END
$$;
