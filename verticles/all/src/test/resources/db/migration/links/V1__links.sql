CREATE TABLE link (
  tenant text NOT NULL,
  name text NOT NULL,
  url text NOT NULL,
  PRIMARY KEY (tenant, name)
);
