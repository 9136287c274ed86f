-- Answers that another tool collected.

-- Every file that was sent, with what became of its rows. Nothing of a person.
CREATE TABLE imports (
  shop        TEXT    NOT NULL,
  id          TEXT    NOT NULL, -- begins with its time
  source      TEXT    NOT NULL, -- delighted | survicate | generic
  survey      TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  finished_at INTEGER,          -- NULL = it broke off, or goes on
  batches     INTEGER NOT NULL, -- transactions so far: one that is tried again is counted once
  rows        INTEGER NOT NULL,
  imported    INTEGER NOT NULL,
  updated     INTEGER NOT NULL,
  unchanged   INTEGER NOT NULL,
  refused     INTEGER NOT NULL, -- rows that could not be read
  barred      INTEGER NOT NULL, -- rows that were erased before, or are there with another time or survey
  first_at    INTEGER,          -- of the answers that could be read
  last_at     INTEGER,
  PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER imports_guard_insert BEFORE INSERT ON imports
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER imports_guard_update BEFORE UPDATE ON imports
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER imports_guard_delete BEFORE DELETE ON imports
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = OLD.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

-- The import that brought a response; NULL = none did. Its `source` is 'import' then.
ALTER TABLE responses ADD COLUMN import TEXT;

CREATE INDEX responses_by_import ON responses (shop, import) WHERE import IS NOT NULL;

-- What was answered elsewhere counts in every score. It is no step of a shopper here, uses nothing of a day's quota, does
-- not bring a survey to its end, and is no news: fifty thousand old answers are not told of one by one.
DROP TRIGGER responses_funnel_insert;
CREATE TRIGGER responses_funnel_insert AFTER INSERT ON responses WHEN NEW.source IS NOT 'import' BEGIN
  INSERT INTO funnel (shop, survey, day, version, device, partials, completes)
  VALUES (NEW.shop, NEW.survey, NEW.day, NEW.version, ifnull(NEW.device, ''), NEW.scores <> '[]', NEW.complete)
  ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  INSERT INTO survey_counts (shop, survey, answers) VALUES (NEW.shop, NEW.survey, 1)
  ON CONFLICT (shop, survey) DO UPDATE SET answers = answers + 1;
END;

DROP TRIGGER responses_funnel_update;
CREATE TRIGGER responses_funnel_update AFTER UPDATE ON responses
WHEN NEW.source IS NOT 'import' AND (OLD.complete <> NEW.complete OR (OLD.scores <> '[]') <> (NEW.scores <> '[]')
  OR OLD.device IS NOT NEW.device) BEGIN
  INSERT INTO funnel (shop, survey, day, version, device, partials, completes)
  VALUES (OLD.shop, OLD.survey, OLD.day, OLD.version, ifnull(OLD.device, ''), -(OLD.scores <> '[]'), -OLD.complete)
  ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  INSERT INTO funnel (shop, survey, day, version, device, partials, completes)
  VALUES (NEW.shop, NEW.survey, NEW.day, NEW.version, ifnull(NEW.device, ''), NEW.scores <> '[]', NEW.complete)
  ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
END;

DROP TRIGGER responses_funnel_delete;
CREATE TRIGGER responses_funnel_delete AFTER DELETE ON responses WHEN OLD.source IS NOT 'import' BEGIN
  INSERT INTO funnel (shop, survey, day, version, device, partials, completes)
  VALUES (OLD.shop, OLD.survey, OLD.day, OLD.version, ifnull(OLD.device, ''), -(OLD.scores <> '[]'), -OLD.complete)
  ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  UPDATE survey_counts SET answers = answers - 1 WHERE shop = OLD.shop AND survey = OLD.survey;
END;

DROP TRIGGER responses_usage;
CREATE TRIGGER responses_usage AFTER INSERT ON responses WHEN NEW.source IS NOT 'import' BEGIN
  INSERT INTO usage (shop, day, answers) VALUES (NEW.shop, NEW.day, 1)
  ON CONFLICT (shop, day) DO UPDATE SET answers = answers + 1;
END;

-- Ids of imported responses are UUIDs of version 8, which no page can send. Known by that, and not by their row, because it
-- is gone when a deletion is told of.
CREATE TRIGGER outbox_imports BEFORE INSERT ON outbox
WHEN NEW.response GLOB '????????-????-8???-????-????????????' BEGIN
  SELECT RAISE(IGNORE);
END;
