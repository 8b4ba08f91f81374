-- Parts as their changes up to a revision made them, so that not all of these need to be read each time.
CREATE TABLE trust_checkpoint (
    part     VARCHAR(40) NOT NULL,
    -- A part comes in pieces, as H2 takes no more than 1 MiB into a row.
    piece    INTEGER     NOT NULL,
    revision BIGINT      NOT NULL,
    -- SHA-256 of the part in its canonical form, in hex: what does not fit to it is not used.
    digest   VARCHAR(64) NOT NULL,
    state    BYTEA       NOT NULL,
    PRIMARY KEY (part, piece)
);
