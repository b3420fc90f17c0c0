CREATE TABLE letter (content text NOT NULL);
