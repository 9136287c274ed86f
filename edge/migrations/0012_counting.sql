-- Numbers count what counts: responses that are neither excluded nor flagged. The others are counted beside them, by reason.

-- Why a response does not count: its strongest reason; NULL = it counts. Bit 32 of the flags (no_challenge, set by earlier
-- versions) says nothing about a response and is no reason.
ALTER TABLE responses ADD COLUMN left_out TEXT GENERATED ALWAYS AS (CASE
  WHEN excluded IS NOT NULL THEN 'excluded'
  WHEN flags & 4 THEN 'honeypot'
  WHEN flags & 16 THEN 'bad_token'
  WHEN flags & 64 THEN 'token_reused'
  WHEN flags & 8 THEN 'no_token'
  WHEN flags & 2 THEN 'impossible_timing'
  WHEN flags & 1 THEN 'too_fast'
END) VIRTUAL;

-- c0 to c10 of the facets all, survey, question, touchpoint and language hold what counts. These columns hold how many
-- scores were left out, each by one reason, so that a number and what it leaves out are one row a day.
ALTER TABLE tallies ADD COLUMN x_excluded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tallies ADD COLUMN x_honeypot INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tallies ADD COLUMN x_bad_token INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tallies ADD COLUMN x_token_reused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tallies ADD COLUMN x_no_token INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tallies ADD COLUMN x_impossible_timing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tallies ADD COLUMN x_too_fast INTEGER NOT NULL DEFAULT 0;

-- Rows of form 0 are counted by the rule they were written under: flagged ones in every facet, as part 1 of `cell`, and in
-- the facet `flagged`; excluded ones nowhere. Rows of form 1 are counted by the new rule. So the renewal of a row moves its
-- counts, in any order with other writes. By the new rule:
--   cell     every score; the last part is 0 for what counts, else the reason (excluded_flagged = excluded and flagged)
--   suspect  scores of flagged responses that are not excluded: what `all` leaves out although the owner did not
DROP VIEW counted;
CREATE VIEW counted AS
SELECT r.shop, r.id, r.day,
  json_extract(s.value, '$[1]') AS metric,
  CASE WHEN r.form = 0 OR r.left_out IS NULL OR f.key > 4 THEN json_extract(s.value, '$[2]') END AS score,
  CASE WHEN r.form > 0 AND f.key < 5 THEN r.left_out END AS reason,
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
      || '/' || CASE
        WHEN r.form = 0 THEN r.flags <> 0
        WHEN r.left_out = 'excluded' AND r.flags & 95 THEN 'excluded_flagged'
        ELSE ifnull(r.left_out, 0)
      END),
    json_array(CASE r.form WHEN 0 THEN 'flagged' ELSE 'suspect' END, '')
  )) AS f
WHERE CASE r.form
  WHEN 0 THEN r.excluded IS NULL AND (f.key < 6 OR r.flags <> 0)
  ELSE f.key < 6 OR r.left_out <> 'excluded'
END;

DROP TRIGGER responses_insert;
CREATE TRIGGER responses_insert AFTER INSERT ON responses BEGIN
  INSERT INTO tallies (shop, metric, facet, value, day,
    c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, x_excluded, x_honeypot, x_bad_token, x_token_reused, x_no_token,
    x_impossible_timing, x_too_fast)
  SELECT shop, metric, facet, value, day,
    score IS 0, score IS 1, score IS 2, score IS 3, score IS 4, score IS 5, score IS 6, score IS 7, score IS 8,
    score IS 9, score IS 10, reason IS 'excluded', reason IS 'honeypot', reason IS 'bad_token',
    reason IS 'token_reused', reason IS 'no_token', reason IS 'impossible_timing', reason IS 'too_fast'
  FROM counted WHERE shop = NEW.shop AND id = NEW.id
  ON CONFLICT (shop, metric, facet, value, day) DO UPDATE SET
    c0 = c0 + excluded.c0, c1 = c1 + excluded.c1, c2 = c2 + excluded.c2, c3 = c3 + excluded.c3,
    c4 = c4 + excluded.c4, c5 = c5 + excluded.c5, c6 = c6 + excluded.c6, c7 = c7 + excluded.c7,
    c8 = c8 + excluded.c8, c9 = c9 + excluded.c9, c10 = c10 + excluded.c10,
    x_excluded = x_excluded + excluded.x_excluded, x_honeypot = x_honeypot + excluded.x_honeypot,
    x_bad_token = x_bad_token + excluded.x_bad_token, x_token_reused = x_token_reused + excluded.x_token_reused,
    x_no_token = x_no_token + excluded.x_no_token,
    x_impossible_timing = x_impossible_timing + excluded.x_impossible_timing,
    x_too_fast = x_too_fast + excluded.x_too_fast;
END;

-- A revision that changes no count, which is nearly every one, leaves the tallies alone; so does the renewal of a response
-- that both rules count alike.
DROP TRIGGER responses_recount_out;
CREATE TRIGGER responses_recount_out BEFORE UPDATE ON responses
WHEN OLD.scores <> NEW.scores OR OLD.language IS NOT NEW.language OR OLD.device IS NOT NEW.device
  OR OLD.left_out IS NOT NEW.left_out OR (OLD.flags <> 0) <> (NEW.flags <> 0)
  OR ((OLD.form = 0) <> (NEW.form = 0) AND (OLD.flags <> 0 OR OLD.excluded IS NOT NULL)) BEGIN
  INSERT INTO tallies (shop, metric, facet, value, day,
    c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, x_excluded, x_honeypot, x_bad_token, x_token_reused, x_no_token,
    x_impossible_timing, x_too_fast)
  SELECT shop, metric, facet, value, day,
    -(score IS 0), -(score IS 1), -(score IS 2), -(score IS 3), -(score IS 4), -(score IS 5), -(score IS 6),
    -(score IS 7), -(score IS 8), -(score IS 9), -(score IS 10), -(reason IS 'excluded'), -(reason IS 'honeypot'),
    -(reason IS 'bad_token'), -(reason IS 'token_reused'), -(reason IS 'no_token'), -(reason IS 'impossible_timing'),
    -(reason IS 'too_fast')
  FROM counted WHERE shop = OLD.shop AND id = OLD.id
  ON CONFLICT (shop, metric, facet, value, day) DO UPDATE SET
    c0 = c0 + excluded.c0, c1 = c1 + excluded.c1, c2 = c2 + excluded.c2, c3 = c3 + excluded.c3,
    c4 = c4 + excluded.c4, c5 = c5 + excluded.c5, c6 = c6 + excluded.c6, c7 = c7 + excluded.c7,
    c8 = c8 + excluded.c8, c9 = c9 + excluded.c9, c10 = c10 + excluded.c10,
    x_excluded = x_excluded + excluded.x_excluded, x_honeypot = x_honeypot + excluded.x_honeypot,
    x_bad_token = x_bad_token + excluded.x_bad_token, x_token_reused = x_token_reused + excluded.x_token_reused,
    x_no_token = x_no_token + excluded.x_no_token,
    x_impossible_timing = x_impossible_timing + excluded.x_impossible_timing,
    x_too_fast = x_too_fast + excluded.x_too_fast;
END;

DROP TRIGGER responses_recount_in;
CREATE TRIGGER responses_recount_in AFTER UPDATE ON responses
WHEN OLD.scores <> NEW.scores OR OLD.language IS NOT NEW.language OR OLD.device IS NOT NEW.device
  OR OLD.left_out IS NOT NEW.left_out OR (OLD.flags <> 0) <> (NEW.flags <> 0)
  OR ((OLD.form = 0) <> (NEW.form = 0) AND (OLD.flags <> 0 OR OLD.excluded IS NOT NULL)) BEGIN
  INSERT INTO tallies (shop, metric, facet, value, day,
    c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, x_excluded, x_honeypot, x_bad_token, x_token_reused, x_no_token,
    x_impossible_timing, x_too_fast)
  SELECT shop, metric, facet, value, day,
    score IS 0, score IS 1, score IS 2, score IS 3, score IS 4, score IS 5, score IS 6, score IS 7, score IS 8,
    score IS 9, score IS 10, reason IS 'excluded', reason IS 'honeypot', reason IS 'bad_token',
    reason IS 'token_reused', reason IS 'no_token', reason IS 'impossible_timing', reason IS 'too_fast'
  FROM counted WHERE shop = NEW.shop AND id = NEW.id
  ON CONFLICT (shop, metric, facet, value, day) DO UPDATE SET
    c0 = c0 + excluded.c0, c1 = c1 + excluded.c1, c2 = c2 + excluded.c2, c3 = c3 + excluded.c3,
    c4 = c4 + excluded.c4, c5 = c5 + excluded.c5, c6 = c6 + excluded.c6, c7 = c7 + excluded.c7,
    c8 = c8 + excluded.c8, c9 = c9 + excluded.c9, c10 = c10 + excluded.c10,
    x_excluded = x_excluded + excluded.x_excluded, x_honeypot = x_honeypot + excluded.x_honeypot,
    x_bad_token = x_bad_token + excluded.x_bad_token, x_token_reused = x_token_reused + excluded.x_token_reused,
    x_no_token = x_no_token + excluded.x_no_token,
    x_impossible_timing = x_impossible_timing + excluded.x_impossible_timing,
    x_too_fast = x_too_fast + excluded.x_too_fast;
END;

DROP TRIGGER responses_delete;
CREATE TRIGGER responses_delete BEFORE DELETE ON responses BEGIN
  INSERT INTO tallies (shop, metric, facet, value, day,
    c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, x_excluded, x_honeypot, x_bad_token, x_token_reused, x_no_token,
    x_impossible_timing, x_too_fast)
  SELECT shop, metric, facet, value, day,
    -(score IS 0), -(score IS 1), -(score IS 2), -(score IS 3), -(score IS 4), -(score IS 5), -(score IS 6),
    -(score IS 7), -(score IS 8), -(score IS 9), -(score IS 10), -(reason IS 'excluded'), -(reason IS 'honeypot'),
    -(reason IS 'bad_token'), -(reason IS 'token_reused'), -(reason IS 'no_token'), -(reason IS 'impossible_timing'),
    -(reason IS 'too_fast')
  FROM counted WHERE shop = OLD.shop AND id = OLD.id
  ON CONFLICT (shop, metric, facet, value, day) DO UPDATE SET
    c0 = c0 + excluded.c0, c1 = c1 + excluded.c1, c2 = c2 + excluded.c2, c3 = c3 + excluded.c3,
    c4 = c4 + excluded.c4, c5 = c5 + excluded.c5, c6 = c6 + excluded.c6, c7 = c7 + excluded.c7,
    c8 = c8 + excluded.c8, c9 = c9 + excluded.c9, c10 = c10 + excluded.c10,
    x_excluded = x_excluded + excluded.x_excluded, x_honeypot = x_honeypot + excluded.x_honeypot,
    x_bad_token = x_bad_token + excluded.x_bad_token, x_token_reused = x_token_reused + excluded.x_token_reused,
    x_no_token = x_no_token + excluded.x_no_token,
    x_impossible_timing = x_impossible_timing + excluded.x_impossible_timing,
    x_too_fast = x_too_fast + excluded.x_too_fast;
END;

-- What the funnel leaves out: responses that do not count, and events of pages without a valid view token.
CREATE TABLE funnel_left_out (
  shop        TEXT    NOT NULL,
  survey      TEXT    NOT NULL,
  day         INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  device      TEXT    NOT NULL, -- mobile | tablet | desktop | '' = not reported
  is_excluded INTEGER NOT NULL, -- 1 = by the owner, 0 = flagged or without a valid token
  impressions INTEGER NOT NULL DEFAULT 0,
  views       INTEGER NOT NULL DEFAULT 0,
  starts      INTEGER NOT NULL DEFAULT 0,
  dismissals  INTEGER NOT NULL DEFAULT 0,
  partials    INTEGER NOT NULL DEFAULT 0,
  completes   INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (shop, survey, day, version, device, is_excluded)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER funnel_left_out_guard_insert BEFORE INSERT ON funnel_left_out
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

-- `survey_counts.answers`, which ends a survey at `stop_after`, is what counts as well.
DROP TRIGGER responses_funnel_insert;
CREATE TRIGGER responses_funnel_insert AFTER INSERT ON responses WHEN NEW.source IS NOT 'import' BEGIN
  INSERT INTO funnel (shop, survey, day, version, device, partials, completes)
  SELECT NEW.shop, NEW.survey, NEW.day, NEW.version, ifnull(NEW.device, ''), NEW.scores <> '[]', NEW.complete
  WHERE NEW.form = 0 OR NEW.left_out IS NULL
  ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  INSERT INTO funnel_left_out (shop, survey, day, version, device, is_excluded, partials, completes)
  SELECT NEW.shop, NEW.survey, NEW.day, NEW.version, ifnull(NEW.device, ''), NEW.left_out = 'excluded',
    NEW.scores <> '[]', NEW.complete
  WHERE NEW.form > 0 AND NEW.left_out IS NOT NULL
  ON CONFLICT (shop, survey, day, version, device, is_excluded) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  INSERT INTO survey_counts (shop, survey, answers)
  SELECT NEW.shop, NEW.survey, 1 WHERE NEW.form = 0 OR NEW.left_out IS NULL
  ON CONFLICT (shop, survey) DO UPDATE SET answers = answers + 1;
END;

DROP TRIGGER responses_funnel_update;
CREATE TRIGGER responses_funnel_update AFTER UPDATE ON responses
WHEN NEW.source IS NOT 'import' AND (OLD.complete <> NEW.complete OR (OLD.scores <> '[]') <> (NEW.scores <> '[]')
  OR OLD.device IS NOT NEW.device OR OLD.left_out IS NOT NEW.left_out
  OR ((OLD.form = 0) <> (NEW.form = 0) AND OLD.left_out IS NOT NULL)) BEGIN
  INSERT INTO funnel (shop, survey, day, version, device, partials, completes)
  SELECT OLD.shop, OLD.survey, OLD.day, OLD.version, ifnull(OLD.device, ''), -(OLD.scores <> '[]'), -OLD.complete
  WHERE OLD.form = 0 OR OLD.left_out IS NULL
  ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  INSERT INTO funnel_left_out (shop, survey, day, version, device, is_excluded, partials, completes)
  SELECT OLD.shop, OLD.survey, OLD.day, OLD.version, ifnull(OLD.device, ''), OLD.left_out = 'excluded',
    -(OLD.scores <> '[]'), -OLD.complete
  WHERE OLD.form > 0 AND OLD.left_out IS NOT NULL
  ON CONFLICT (shop, survey, day, version, device, is_excluded) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  INSERT INTO funnel (shop, survey, day, version, device, partials, completes)
  SELECT NEW.shop, NEW.survey, NEW.day, NEW.version, ifnull(NEW.device, ''), NEW.scores <> '[]', NEW.complete
  WHERE NEW.form = 0 OR NEW.left_out IS NULL
  ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  INSERT INTO funnel_left_out (shop, survey, day, version, device, is_excluded, partials, completes)
  SELECT NEW.shop, NEW.survey, NEW.day, NEW.version, ifnull(NEW.device, ''), NEW.left_out = 'excluded',
    NEW.scores <> '[]', NEW.complete
  WHERE NEW.form > 0 AND NEW.left_out IS NOT NULL
  ON CONFLICT (shop, survey, day, version, device, is_excluded) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  INSERT INTO survey_counts (shop, survey, answers)
  SELECT NEW.shop, NEW.survey, (NEW.form = 0 OR NEW.left_out IS NULL) - (OLD.form = 0 OR OLD.left_out IS NULL)
  WHERE (NEW.form = 0 OR NEW.left_out IS NULL) <> (OLD.form = 0 OR OLD.left_out IS NULL)
  ON CONFLICT (shop, survey) DO UPDATE SET answers = answers + excluded.answers;
END;

DROP TRIGGER responses_funnel_delete;
CREATE TRIGGER responses_funnel_delete AFTER DELETE ON responses WHEN OLD.source IS NOT 'import' BEGIN
  INSERT INTO funnel (shop, survey, day, version, device, partials, completes)
  SELECT OLD.shop, OLD.survey, OLD.day, OLD.version, ifnull(OLD.device, ''), -(OLD.scores <> '[]'), -OLD.complete
  WHERE OLD.form = 0 OR OLD.left_out IS NULL
  ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  INSERT INTO funnel_left_out (shop, survey, day, version, device, is_excluded, partials, completes)
  SELECT OLD.shop, OLD.survey, OLD.day, OLD.version, ifnull(OLD.device, ''), OLD.left_out = 'excluded',
    -(OLD.scores <> '[]'), -OLD.complete
  WHERE OLD.form > 0 AND OLD.left_out IS NOT NULL
  ON CONFLICT (shop, survey, day, version, device, is_excluded) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  UPDATE survey_counts SET answers = answers - 1
  WHERE shop = OLD.shop AND survey = OLD.survey AND (OLD.form = 0 OR OLD.left_out IS NULL);
END;
