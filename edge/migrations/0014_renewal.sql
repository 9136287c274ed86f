-- Rows that an earlier version wrote are brought to the current rules by a job, in portions.

-- What is left. New rows are written with the current form, so these indexes only shrink.
CREATE INDEX responses_to_renew ON responses (shop, id) WHERE form = 0;

-- Version of the rules that the message was written by, as in responses.form.
ALTER TABLE dead_letters ADD COLUMN form INTEGER NOT NULL DEFAULT 0;

CREATE INDEX dead_letters_to_renew ON dead_letters (shop, id) WHERE form = 0;

-- How many rows have reached the current form, by the job or by a later revision.
CREATE TABLE renewal (
  what TEXT    NOT NULL PRIMARY KEY, -- responses | dead_letters
  done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER responses_renewed AFTER UPDATE OF form ON responses WHEN OLD.form = 0 AND NEW.form <> 0 BEGIN
  INSERT INTO renewal (what, done) VALUES ('responses', 1) ON CONFLICT (what) DO UPDATE SET done = done + 1;
END;

CREATE TRIGGER dead_letters_renewed AFTER UPDATE OF form ON dead_letters WHEN OLD.form = 0 AND NEW.form <> 0 BEGIN
  INSERT INTO renewal (what, done) VALUES ('dead_letters', 1) ON CONFLICT (what) DO UPDATE SET done = done + 1;
END;
