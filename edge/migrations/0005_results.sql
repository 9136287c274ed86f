-- What the owner's results need: answers that are left out of every number, and numbers by several filters at once.

-- Why an answer is left out of every number, in the owner's words; NULL = it counts. The answer itself stays.
ALTER TABLE responses ADD COLUMN excluded TEXT;

-- One facet more, `cell`: survey, touchpoint, language, device and whether flagged, joined. A metric by any of these
-- together, or split by one of them, reads a row for each combination that a day has, however many answers there are.
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
    json_array('cell', r.survey || '/' || r.touchpoint || '/' || ifnull(r.language, '') || '/' || ifnull(r.device, '')
      || '/' || (r.flags <> 0)),
    json_array('flagged', '')
  )) AS f
WHERE r.excluded IS NULL AND (f.key < 6 OR r.flags <> 0);

DROP TRIGGER responses_recount_out;
CREATE TRIGGER responses_recount_out BEFORE UPDATE ON responses
WHEN OLD.scores <> NEW.scores OR OLD.language IS NOT NEW.language OR OLD.device IS NOT NEW.device
  OR (OLD.flags <> 0) <> (NEW.flags <> 0) OR (OLD.excluded IS NULL) <> (NEW.excluded IS NULL) BEGIN
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
WHEN OLD.scores <> NEW.scores OR OLD.language IS NOT NEW.language OR OLD.device IS NOT NEW.device
  OR (OLD.flags <> 0) <> (NEW.flags <> 0) OR (OLD.excluded IS NULL) <> (NEW.excluded IS NULL) BEGIN
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

-- What there is already.
INSERT INTO tallies
SELECT shop, metric, facet, value, day,
  sum(score = 0), sum(score = 1), sum(score = 2), sum(score = 3), sum(score = 4), sum(score = 5),
  sum(score = 6), sum(score = 7), sum(score = 8), sum(score = 9), sum(score = 10)
FROM counted WHERE facet = 'cell' GROUP BY shop, metric, value, day;

-- The cells of a range of days. A count that goes up writes no entry of an index.
CREATE INDEX tallies_by_cell ON tallies (shop, metric, day) WHERE facet = 'cell';
