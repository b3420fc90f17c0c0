-- Why a document as it is now could not be indexed; null when it could. A replacement clears it.
ALTER TABLE documents ADD COLUMN failure text;
