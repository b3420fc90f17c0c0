-- The key with which a key was made: what is revoked takes with it all that it has made.
alter table api_key add column parent text references api_key (id);

create index api_key_by_parent on api_key (parent) where parent is not null;
