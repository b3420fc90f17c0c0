CREATE TABLE note (content text NOT NULL);
