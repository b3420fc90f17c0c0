INSERT INTO note VALUES ('once');
