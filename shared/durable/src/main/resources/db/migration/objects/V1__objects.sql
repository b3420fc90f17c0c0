-- Durable objects. The rules these tables serve: one owner decides (do_object.owner and epoch),
-- one statement commits, and a burial (do_node.state = 'DEAD') is for ever.

-- Processes that may own objects. Renewed every second: small, hot, always in memory.
CREATE TABLE do_node (
  incarnation text PRIMARY KEY,
  node_id     text        NOT NULL,
  tag         text        NOT NULL,
  state       text        NOT NULL CHECK (state IN ('ALIVE', 'DRAINING', 'DEAD')),
  expires_at  timestamptz NOT NULL,
  started_at  timestamptz NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_threshold = 100, autovacuum_vacuum_scale_factor = 0);

-- One row for each object, updated by each of its commits. Room is left in the pages and no column
-- that changes is indexed, so that updates stay within their page and touch no index.
CREATE TABLE do_object (
  id           bytea       PRIMARY KEY,
  namespace    text        NOT NULL,
  name         text        COLLATE "C",
  slot         integer     NOT NULL,
  owner        text,
  epoch        bigint      NOT NULL,
  seq          bigint      NOT NULL,
  version      integer     NOT NULL,
  last_turn_at timestamptz NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05);

-- For lists by the beginning of the name; in "C" order because a prefix is a range only there.
-- A name is written once, after which updates leave this index alone.
CREATE INDEX do_object_name ON do_object (namespace, name, id);

-- What objects store. Keys are bytes: text cannot hold every character, and bytes sort as UTF-8.
CREATE TABLE do_kv (
  object_id bytea NOT NULL,
  key       bytea NOT NULL,
  value     bytea NOT NULL,
  PRIMARY KEY (object_id, key)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05);

-- Alarms. Times of alarms are milliseconds since 1970, so that what is read back is what was set,
-- whatever it was: a time identifies the setting.
CREATE TABLE do_alarm (
  object_id        bytea   NOT NULL,
  name             text    NOT NULL,
  namespace        text    NOT NULL,
  slot             integer NOT NULL,
  due_millis       bigint  NOT NULL,
  scheduled_millis bigint  NOT NULL,
  failures         integer NOT NULL,
  deliveries       integer NOT NULL,
  claimed_until    timestamptz,
  PRIMARY KEY (object_id, name)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05);

-- For taking what is due. By namespace first: alarms of a service that is not running would
-- otherwise stand in the way of all others. Dead entries at its head cost each poll, hence the
-- early vacuum above.
CREATE INDEX do_alarm_due ON do_alarm (namespace, due_millis);

-- Replies kept for requests that may be repeated; written once, deleted by age.
CREATE TABLE do_reply (
  object_id  bytea       NOT NULL,
  request_id text        NOT NULL,
  failure    boolean     NOT NULL,
  body       bytea       NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (object_id, request_id)
) WITH (autovacuum_vacuum_scale_factor = 0.1);

CREATE INDEX do_reply_created ON do_reply (created_at);

-- Who owned what since when: for people and for the check of histories, not for the protocol.
CREATE TABLE do_epoch (
  object_id   bytea       NOT NULL,
  epoch       bigint      NOT NULL,
  incarnation text        NOT NULL,
  node_id     text        NOT NULL,
  since       timestamptz NOT NULL,
  PRIMARY KEY (object_id, epoch)
) WITH (autovacuum_vacuum_scale_factor = 0.1);
