-- What objects publish, and who is to be told. Only additions: nodes of the version before go on
-- beside it, and neither write nor read any of this.

-- Where a topic of an object stands. total: bytes of all items that were ever kept. epoch: the
-- ownership that wrote the row; for a topic that keeps nothing the row is written when the object is
-- given up, so that a row of the last ownership proves that nothing was published after it.
-- It outlives the object, so that sequences go on when that is made anew.
CREATE TABLE do_topic (
  object_id bytea   NOT NULL,
  topic     text    NOT NULL,
  sequence  bigint  NOT NULL,
  total     bigint  NOT NULL,
  epoch     bigint  NOT NULL,
  ended     boolean NOT NULL,
  PRIMARY KEY (object_id, topic)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);

-- The last items of topics that keep some. previous: sequence of the item before, also when that is
-- not kept any more; 0 for the first.
CREATE TABLE do_topic_item (
  object_id bytea  NOT NULL,
  topic     text   NOT NULL,
  sequence  bigint NOT NULL,
  previous  bigint NOT NULL,
  total     bigint NOT NULL,
  item      bytea  NOT NULL,
  PRIMARY KEY (object_id, topic, sequence)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05);

-- Nodes on which somebody watches. stamp: of the node's own, rising, so that a leave that is late
-- does not undo what came after it.
CREATE TABLE do_watch (
  object_id bytea  NOT NULL,
  topic     text   NOT NULL,
  node_id   text   NOT NULL,
  stamp     bigint NOT NULL,
  PRIMARY KEY (object_id, topic, node_id)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);
CREATE INDEX do_watch_node ON do_watch (node_id);
