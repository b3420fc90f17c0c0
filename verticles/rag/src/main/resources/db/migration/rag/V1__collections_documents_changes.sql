-- Collections and documents have numbers of their own: what users call them is stored once, and
-- goes with the row. The index, the chunks and the changes know the numbers only.

CREATE TABLE collections (
  key         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant      text        NOT NULL,
  name        text        COLLATE "C" NOT NULL,
  description text        NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  -- Kept with each change, so that looking up a collection also tells what a search must wait for.
  last_change bigint      NOT NULL DEFAULT 0,
  documents   bigint      NOT NULL DEFAULT 0,
  chunks      bigint      NOT NULL DEFAULT 0,
  UNIQUE (tenant, name)
);

CREATE TABLE documents (
  key        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  collection bigint      NOT NULL REFERENCES collections ON DELETE CASCADE,
  id         text        COLLATE "C" NOT NULL,
  -- 1 when added, one more with each replacement.
  version    bigint      NOT NULL DEFAULT 1,
  title      text        NOT NULL,
  text       text        NOT NULL,
  characters integer     NOT NULL,
  chunks     integer     NOT NULL,
  metadata   jsonb       NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (collection, id)
);

-- A chunk is a stretch of its document's text, in UTF-16 units: the text itself is not repeated.
-- PostgreSQL counts in code points, so the stretch is taken by the reader, not by substr().
CREATE TABLE chunks (
  document     bigint  NOT NULL REFERENCES documents ON DELETE CASCADE,
  ordinal      integer NOT NULL,
  start_offset integer NOT NULL,
  end_offset   integer NOT NULL,
  PRIMARY KEY (document, ordinal)
);

-- What changed, for the indexes to follow: one row a document, the latest change standing for those
-- before it, and one a deleted collection (document 0) in place of its documents' rows. Following
-- it from sequence 0 therefore brings everything there is.
CREATE TABLE changes (
  collection bigint NOT NULL,
  document   bigint NOT NULL,
  sequence   bigint NOT NULL UNIQUE,
  PRIMARY KEY (collection, document)
);

-- The one row every writer updates last and so holds locked until its commit: sequences become
-- visible in the order of their numbers, and a reader that has seen one has seen all before it.
-- (Numbers from a sequence become visible in the order of the commits, and a follower skips those
-- that come late.) The id tells an index whether it belongs to this database.
CREATE TABLE change_log (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  id       uuid    NOT NULL DEFAULT gen_random_uuid(),
  last     bigint  NOT NULL DEFAULT 0
);

INSERT INTO change_log DEFAULT VALUES;
