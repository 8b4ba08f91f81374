-- What moves, and what was restored.

-- Why the ledger must not be served: RESTORED, until somebody says what became of its credentials meanwhile; MOVING
-- while it is copied to here; MOVED once it is elsewhere. Null where it may.
ALTER TABLE ledger ADD COLUMN hold VARCHAR(1024);

-- Not exchanged until somebody enables it again, as nobody knows whether it was deleted after the backup.
ALTER TABLE api_key ADD COLUMN disabled BOOLEAN DEFAULT FALSE NOT NULL;
