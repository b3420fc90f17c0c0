-- Records of objects on their way to tables of services, and the times at which things expire. Only
-- additions: nodes of the version before go on beside it, and neither write nor read any of this.

-- What is built from records: each row a stream of them. A projection has one that is live, and
-- while its tables are built anew another, whose tables bear its number until they take their place.
-- What a dead one has left is deleted little by little.
CREATE TABLE do_projection (
  stream     integer     GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  projection text        NOT NULL,
  namespace  text        NOT NULL,
  version    integer     NOT NULL,
  state      text        NOT NULL CHECK (state IN ('BUILDING', 'LIVE', 'DEAD')),
  tables     text[]      NOT NULL,
  rebuild    boolean     NOT NULL DEFAULT false,
  asked      bytea       NOT NULL DEFAULT '',
  asked_all  boolean     NOT NULL DEFAULT false,
  asker      text,
  asks_until timestamptz,
  begun_at   timestamptz NOT NULL DEFAULT now(),
  seen_at    timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX do_projection_name ON do_projection (projection, state) WHERE state <> 'DEAD';
CREATE INDEX do_projection_namespace ON do_projection (namespace) WHERE state <> 'DEAD';

-- Records that are not applied yet, in the order of their objects' commits: the position is drawn
-- under the lock of the object's row, so of two records of one object the later has the higher one
-- and is never seen without the earlier. Positions of different objects say nothing of the kind:
-- what is applied is deleted, and nothing is ever taken for done because of its position.
-- kind: 0 a record, 1 the object was deleted, 2 what the object is asked for begins.
CREATE TABLE do_outbox (
  stream     integer     NOT NULL,
  position   bigint      GENERATED ALWAYS AS IDENTITY,
  held       boolean     NOT NULL DEFAULT false,
  kind       integer     NOT NULL,
  snapshot   bigint      NOT NULL,
  object_id  bytea       NOT NULL,
  record     bytea       NOT NULL,
  created_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05);

CREATE INDEX do_outbox_next ON do_outbox (stream, position) WHERE NOT held;

-- Of objects whose next record cannot be applied.
CREATE INDEX do_outbox_held ON do_outbox (stream, object_id, position) WHERE held;

CREATE TABLE do_outbox_hold (
  stream    integer     NOT NULL,
  object_id bytea       NOT NULL,
  failures  integer     NOT NULL,
  retry_at  timestamptz NOT NULL,
  error     text        NOT NULL,
  PRIMARY KEY (stream, object_id)
);

-- While a stream is built: which objects have told what they have (by the number of the telling;
-- 0 those that had nothing), and which are still to be asked (null).
CREATE TABLE do_projected (
  stream    integer NOT NULL,
  object_id bytea   NOT NULL,
  snapshot  bigint,
  passed    bigint  NOT NULL DEFAULT 0,
  asked_at  timestamptz,
  PRIMARY KEY (stream, object_id)
);
CREATE INDEX do_projected_wanted ON do_projected (stream, object_id) WHERE snapshot IS NULL;

-- When a key expires, in milliseconds since 1970; null never. A key without is neither longer nor
-- indexed.
ALTER TABLE do_kv ADD COLUMN expires_millis bigint;
CREATE INDEX do_kv_expires ON do_kv (expires_millis) WHERE expires_millis IS NOT NULL;

-- When an object expires. Apart from its row, whose updates are to touch no index.
CREATE TABLE do_expiry (
  object_id      bytea  PRIMARY KEY,
  namespace      text   NOT NULL,
  expires_millis bigint NOT NULL,
  taken_until    timestamptz
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500,
        autovacuum_vacuum_cost_delay = 0);
CREATE INDEX do_expiry_due ON do_expiry (namespace, expires_millis);
