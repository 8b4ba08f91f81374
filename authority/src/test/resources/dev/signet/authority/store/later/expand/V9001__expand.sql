-- The first of two steps of a version that is not there yet: adds whatever may be added, to every table.
DO $$
DECLARE
    each RECORD;
BEGIN
    FOR each IN
        SELECT table_name FROM information_schema.tables
        WHERE table_schema = current_schema() AND table_name <> 'flyway_schema_history'
    LOOP
        EXECUTE format('ALTER TABLE %I ADD COLUMN later_word VARCHAR(40) COLLATE "C"', each.table_name);
        EXECUTE format('ALTER TABLE %I ADD COLUMN later_count BIGINT DEFAULT 7 NOT NULL', each.table_name);
        EXECUTE format('CREATE INDEX ON %I (later_count)', each.table_name);
    END LOOP;
END
$$;
