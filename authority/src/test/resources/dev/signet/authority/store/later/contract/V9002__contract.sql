-- The second step: takes away what whoever knows the first no longer needs.
DO $$
DECLARE
    each RECORD;
BEGIN
    FOR each IN
        SELECT table_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND column_name = 'later_word'
    LOOP
        EXECUTE format('ALTER TABLE %I DROP COLUMN later_word', each.table_name);
    END LOOP;
END
$$;
UPDATE schema_use SET least_known = 9001;
