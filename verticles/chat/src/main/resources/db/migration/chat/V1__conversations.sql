-- Conversations that a request names: their items in order, and who has a turn.

CREATE TABLE conversations (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant      text        NOT NULL,
  name        text        NOT NULL,
  -- Number of the next item.
  next_seq    bigint      NOT NULL DEFAULT 0,
  -- Whose turn it is, and until when if its node falls silent; null when it is nobody's.
  lease_token uuid,
  lease_until timestamptz,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant, name)
);

-- Append-only. A message is kept as the JSON it came as.
CREATE TABLE conversation_items (
  conversation_id bigint      NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  seq             bigint      NOT NULL,
  role            text        NOT NULL,
  status          text        NOT NULL CHECK (status IN ('completed', 'incomplete')),
  message         text        NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (conversation_id, seq)
);
