-- API keys. The secret itself is not here: only its HMAC under a pepper that the database does not hold.
create table api_key (
  id           text primary key,
  type         text        not null check (type in ('live', 'test', 'dev')),
  tenant       text        not null,
  owner        text        not null,
  name         text        not null,
  digest       bytea       not null check (octet_length(digest) = 32),
  hint         text        not null,
  scopes       text[]      not null,
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  revoked_at   timestamptz,
  last_used_at timestamptz
);

create index api_key_by_tenant on api_key (tenant, created_at desc);

-- Keys that sign identities and access tokens. The private part is sealed with the master key.
create table signing_key (
  id             text primary key,
  public_key     bytea       not null check (octet_length(public_key) = 32),
  sealed_private bytea       not null,
  signs_from     timestamptz not null
);
