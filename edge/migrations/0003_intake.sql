-- What the promises need: nothing lost, nothing doubled, nothing kept that has to go.

-- Signs that an answer was not given by a shopper: bits, named in survey/src/plausibility.rs. Kept, never dropped.
ALTER TABLE responses ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;

-- Few are flagged, so looking at those alone must not read all the others.
CREATE INDEX responses_by_flag ON responses (shop, received_at DESC, id DESC) WHERE flags <> 0;

-- What one person said, for an export or an erasure.
CREATE INDEX responses_by_customer ON responses (shop, customer, received_at DESC, id DESC) WHERE customer IS NOT NULL;

-- Answers that a shop may take in a day (UTC). A quota keeps one shop's flood from everybody's bill.
ALTER TABLE shops ADD COLUMN daily_answers INTEGER NOT NULL DEFAULT 100000;

-- Answers taken a day. An erasure does not give any back.
CREATE TABLE usage (
  shop    TEXT    NOT NULL,
  day     INTEGER NOT NULL,
  answers INTEGER NOT NULL,
  PRIMARY KEY (shop, day)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER responses_usage AFTER INSERT ON responses BEGIN
  INSERT INTO usage (shop, day, answers) VALUES (NEW.shop, NEW.day, 1)
  ON CONFLICT (shop, day) DO UPDATE SET answers = answers + 1;
END;

-- Ids of responses that were erased. A copy that was still on its way finds its id here and is not written.
CREATE TABLE tombstones (
  shop      TEXT    NOT NULL,
  id        TEXT    NOT NULL,
  erased_at INTEGER NOT NULL,
  PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER responses_stay_erased BEFORE INSERT ON responses
WHEN EXISTS (SELECT 1 FROM tombstones WHERE shop = NEW.shop AND id = NEW.id) BEGIN
  SELECT RAISE(IGNORE);
END;

-- Who asked for what to be forgotten, and when. Of the person nothing but a hash, to know them again.
CREATE TABLE erasures (
  shop      TEXT    NOT NULL,
  at        INTEGER NOT NULL,
  id        TEXT    NOT NULL,
  by        TEXT    NOT NULL, -- owner | shopper
  what      TEXT    NOT NULL, -- customer | response
  subject   TEXT    NOT NULL, -- SHA-256 in hex of the customer or response id
  responses INTEGER NOT NULL, -- how many were erased
  PRIMARY KEY (shop, at, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX erasures_by_subject ON erasures (shop, subject, at);

-- What happened to responses, for those who want to be told: written in the transaction in which it happened.
CREATE TABLE outbox (
  seq      INTEGER NOT NULL PRIMARY KEY,
  shop     TEXT    NOT NULL,
  event    TEXT    NOT NULL, -- created | updated | deleted
  response TEXT    NOT NULL,
  revision INTEGER NOT NULL,
  at       INTEGER NOT NULL
) STRICT;

CREATE TRIGGER responses_outbox_insert AFTER INSERT ON responses BEGIN
  INSERT INTO outbox (shop, event, response, revision, at)
  VALUES (NEW.shop, 'created', NEW.id, NEW.revision, NEW.updated_at);
END;

CREATE TRIGGER responses_outbox_update AFTER UPDATE ON responses WHEN NEW.revision <> OLD.revision BEGIN
  INSERT INTO outbox (shop, event, response, revision, at)
  VALUES (NEW.shop, 'updated', NEW.id, NEW.revision, NEW.updated_at);
END;

CREATE TRIGGER responses_outbox_delete AFTER DELETE ON responses BEGIN
  INSERT INTO outbox (shop, event, response, revision, at)
  VALUES (OLD.shop, 'deleted', OLD.id, OLD.revision, OLD.updated_at);
END;

-- Steps of queue messages that are done. A message that comes twice finds its step here, in the transaction that would
-- have done it again. Names of messages begin with their time, so the oldest stand first.
CREATE TABLE effects (
  message TEXT    NOT NULL,
  step    INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (message, step)
) STRICT, WITHOUT ROWID;

-- Messages that can never be stored as they are, with the reason, until somebody looks at them.
CREATE TABLE dead_letters (
  shop   TEXT    NOT NULL, -- '' = it does not say
  id     TEXT    NOT NULL,
  reason TEXT    NOT NULL,
  body   TEXT    NOT NULL,
  at     INTEGER NOT NULL,
  PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;

-- Which state of a shop its pages see: `published` lags behind `version` until the cache has been written.
CREATE TABLE configs (
  shop       TEXT    NOT NULL PRIMARY KEY,
  version    INTEGER NOT NULL,
  published  INTEGER NOT NULL,
  written_at INTEGER NOT NULL -- of the last write to the cache, in milliseconds; one a second is allowed
) STRICT, WITHOUT ROWID;

CREATE INDEX configs_late ON configs (shop) WHERE published < version;

INSERT INTO configs (shop, version, published, written_at) SELECT id, 1, 1, 0 FROM shops;

CREATE TRIGGER shops_config_insert AFTER INSERT ON shops BEGIN
  INSERT INTO configs (shop, version, published, written_at) VALUES (NEW.id, 1, 0, 0)
  ON CONFLICT (shop) DO UPDATE SET version = version + 1;
END;

CREATE TRIGGER shops_config_update AFTER UPDATE ON shops BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = NEW.id;
END;

CREATE TRIGGER surveys_config AFTER UPDATE OF status, version ON surveys
WHEN OLD.status <> NEW.status OR OLD.version <> NEW.version BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = NEW.shop;
END;

CREATE TRIGGER keys_config_insert AFTER INSERT ON keys WHEN NEW.kind = 'public' BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = NEW.shop;
END;

CREATE TRIGGER keys_config_update AFTER UPDATE ON keys WHEN NEW.kind = 'public' BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = NEW.shop;
END;

-- What the operator wants to know of a day: sums of what Workers told of themselves.
CREATE TABLE counters (
  day  INTEGER NOT NULL,
  name TEXT    NOT NULL,
  n    INTEGER NOT NULL,
  PRIMARY KEY (day, name)
) STRICT, WITHOUT ROWID;

-- One row, written to see whether writing works.
CREATE TABLE health (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;

-- Flagged answers are counted like all others, and once more as a facet of their own: whoever wants to leave them out
-- takes that away from the rest.
DROP VIEW counted;
CREATE VIEW counted AS
SELECT r.shop, r.id, r.day,
  json_extract(s.value, '$[1]') AS metric,
  json_extract(s.value, '$[2]') AS score,
  json_extract(f.value, '$[0]') AS facet,
  json_extract(f.value, '$[1]') AS value
FROM responses AS r,
  json_each(r.scores) AS s,
  json_each(json_array(
    json_array('all', ''),
    json_array('survey', r.survey),
    json_array('question', r.survey || '/' || json_extract(s.value, '$[0]')),
    json_array('touchpoint', r.touchpoint),
    json_array('language', ifnull(r.language, '')),
    json_array('flagged', '')
  )) AS f
WHERE f.key < 5 OR r.flags <> 0;

DROP TRIGGER responses_recount_out;
CREATE TRIGGER responses_recount_out BEFORE UPDATE ON responses
WHEN OLD.scores <> NEW.scores OR OLD.language IS NOT NEW.language OR (OLD.flags <> 0) <> (NEW.flags <> 0) BEGIN
  INSERT INTO tallies
  SELECT shop, metric, facet, value, day,
    -(score = 0), -(score = 1), -(score = 2), -(score = 3), -(score = 4), -(score = 5),
    -(score = 6), -(score = 7), -(score = 8), -(score = 9), -(score = 10)
  FROM counted WHERE shop = OLD.shop AND id = OLD.id
  ON CONFLICT (shop, metric, facet, value, day) DO UPDATE SET
    c0 = c0 + excluded.c0, c1 = c1 + excluded.c1, c2 = c2 + excluded.c2, c3 = c3 + excluded.c3,
    c4 = c4 + excluded.c4, c5 = c5 + excluded.c5, c6 = c6 + excluded.c6, c7 = c7 + excluded.c7,
    c8 = c8 + excluded.c8, c9 = c9 + excluded.c9, c10 = c10 + excluded.c10;
END;

DROP TRIGGER responses_recount_in;
CREATE TRIGGER responses_recount_in AFTER UPDATE ON responses
WHEN OLD.scores <> NEW.scores OR OLD.language IS NOT NEW.language OR (OLD.flags <> 0) <> (NEW.flags <> 0) BEGIN
  INSERT INTO tallies
  SELECT shop, metric, facet, value, day,
    score = 0, score = 1, score = 2, score = 3, score = 4, score = 5,
    score = 6, score = 7, score = 8, score = 9, score = 10
  FROM counted WHERE shop = NEW.shop AND id = NEW.id
  ON CONFLICT (shop, metric, facet, value, day) DO UPDATE SET
    c0 = c0 + excluded.c0, c1 = c1 + excluded.c1, c2 = c2 + excluded.c2, c3 = c3 + excluded.c3,
    c4 = c4 + excluded.c4, c5 = c5 + excluded.c5, c6 = c6 + excluded.c6, c7 = c7 + excluded.c7,
    c8 = c8 + excluded.c8, c9 = c9 + excluded.c9, c10 = c10 + excluded.c10;
END;

-- What is pruned by its age, and counted again by its day.
CREATE INDEX usage_by_day ON usage (day);
CREATE INDEX tombstones_by_time ON tombstones (erased_at);
CREATE INDEX dead_letters_by_time ON dead_letters (at);
CREATE INDEX tallies_by_day ON tallies (shop, day);
