-- What must be right: shops, keys, surveys, responses, and the tallies that triggers keep beside them.
-- Times are milliseconds since 1970 UTC, days are days since 1970.

CREATE TABLE shops (
  id         TEXT    NOT NULL PRIMARY KEY,
  name       TEXT    NOT NULL,
  language   TEXT    NOT NULL,
  time_zone  TEXT    NOT NULL,
  origins    TEXT    NOT NULL, -- JSON list of exact origins
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A secret key is stored as its hash alone; a public key, which every page shows, as it is.
CREATE TABLE keys (
  shop       TEXT    NOT NULL,
  kind       TEXT    NOT NULL, -- public | secret
  key        TEXT    NOT NULL, -- public: the key; secret: its SHA-256 in hex
  label      TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  PRIMARY KEY (shop, kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE surveys (
  shop       TEXT    NOT NULL,
  id         TEXT    NOT NULL,
  status     TEXT    NOT NULL, -- draft | live | paused | archived
  version    INTEGER NOT NULL, -- the last published one, 0 = none
  definition TEXT    NOT NULL, -- JSON: the draft that the next publishing takes
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;

-- What shoppers were asked, word for word. Never changed, so an old answer can always be read with its question.
CREATE TABLE survey_versions (
  shop         TEXT    NOT NULL,
  survey       TEXT    NOT NULL,
  version      INTEGER NOT NULL,
  definition   TEXT    NOT NULL,
  published_at INTEGER NOT NULL,
  PRIMARY KEY (shop, survey, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE responses (
  shop           TEXT    NOT NULL,
  id             TEXT    NOT NULL,
  survey         TEXT    NOT NULL,
  version        INTEGER NOT NULL,
  revision       INTEGER NOT NULL,
  fingerprint    TEXT    NOT NULL, -- of the content, to tell a repeat from a conflict
  complete       INTEGER NOT NULL, -- 0 | 1
  touchpoint     TEXT    NOT NULL,
  language       TEXT,
  device         TEXT,
  source         TEXT,
  url            TEXT,
  answers        TEXT    NOT NULL, -- JSON list
  scores         TEXT    NOT NULL, -- JSON list of [question, metric, score]: what the triggers count
  order_id       TEXT,
  order_value    INTEGER,          -- minor units
  order_currency TEXT,
  customer       TEXT,
  traits         TEXT    NOT NULL, -- JSON object
  day            INTEGER NOT NULL, -- of the first revision; a later one does not move an answer to another day
  received_at    INTEGER NOT NULL, -- of the first revision
  updated_at     INTEGER NOT NULL,
  PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX responses_by_time ON responses (shop, received_at DESC, id DESC);
CREATE INDEX responses_by_survey ON responses (shop, survey, received_at DESC, id DESC);
CREATE INDEX responses_by_touchpoint ON responses (shop, touchpoint, received_at DESC, id DESC);

-- Counts per score, a row a day, for all answers of a metric and for each value of a facet. A metric over any range
-- of days reads one row a day, however many answers there are.
-- c0 counts score 0 … c10 counts score 10; scales that start at 1 leave c0 at 0.
CREATE TABLE tallies (
  shop   TEXT    NOT NULL,
  metric TEXT    NOT NULL,
  facet  TEXT    NOT NULL, -- all | survey | question | touchpoint | language
  value  TEXT    NOT NULL, -- all: ''; question: survey/question
  day    INTEGER NOT NULL,
  c0 INTEGER NOT NULL, c1 INTEGER NOT NULL, c2 INTEGER NOT NULL, c3 INTEGER NOT NULL, c4 INTEGER NOT NULL,
  c5 INTEGER NOT NULL, c6 INTEGER NOT NULL, c7 INTEGER NOT NULL, c8 INTEGER NOT NULL, c9 INTEGER NOT NULL,
  c10 INTEGER NOT NULL,
  PRIMARY KEY (shop, metric, facet, value, day)
) STRICT, WITHOUT ROWID;

-- One row for each score of a response and each facet that counts it. The triggers below add or take away `by`.
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
    json_array('language', ifnull(r.language, ''))
  )) AS f;

-- The same transaction that writes a response counts it; a repeated one writes nothing and so counts nothing.
CREATE TRIGGER responses_insert AFTER INSERT ON responses BEGIN
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

-- A revision that only adds words leaves the tallies alone; that is nearly every one.
CREATE TRIGGER responses_recount_out BEFORE UPDATE ON responses
WHEN OLD.scores <> NEW.scores OR OLD.language IS NOT NEW.language BEGIN
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

CREATE TRIGGER responses_recount_in AFTER UPDATE ON responses
WHEN OLD.scores <> NEW.scores OR OLD.language IS NOT NEW.language BEGIN
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

CREATE TRIGGER responses_delete BEFORE DELETE ON responses BEGIN
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
