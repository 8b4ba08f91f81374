-- Which versions can use these tables.

-- One row. A step that takes away what earlier versions need puts its last addition's version here, and they do not start.
CREATE TABLE schema_use (
    id          SMALLINT NOT NULL PRIMARY KEY,
    least_known INTEGER  NOT NULL
);
INSERT INTO schema_use (id, least_known) VALUES (1, 0);
