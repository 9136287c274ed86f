-- What the widget brings: settings of a shop, how far shoppers went (funnel), and when a survey has enough answers.

-- JSON object; a member that is left out is the default.
ALTER TABLE shops ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';

-- How many shoppers saw, opened, began, left and finished a survey: a row a day, version and device. What only the page
-- knows comes from it (impressions, views, starts, dismissals); what was answered is kept by the triggers below, so
-- reading never looks at a response.
CREATE TABLE funnel (
  shop        TEXT    NOT NULL,
  survey      TEXT    NOT NULL,
  day         INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  device      TEXT    NOT NULL, -- mobile | tablet | desktop | '' = not told
  impressions INTEGER NOT NULL DEFAULT 0, -- put on the page
  views       INTEGER NOT NULL DEFAULT 0, -- half of it on screen for a second
  starts      INTEGER NOT NULL DEFAULT 0, -- a first answer
  dismissals  INTEGER NOT NULL DEFAULT 0, -- closed before the end
  partials    INTEGER NOT NULL DEFAULT 0, -- responses with at least one score, completed or not
  completes   INTEGER NOT NULL DEFAULT 0, -- responses answered to the end
  PRIMARY KEY (shop, survey, day, version, device)
) STRICT, WITHOUT ROWID;

-- How many answers a survey has, and with how many it stops. Apart from `surveys`, whose rows hold whole definitions:
-- counting would write them anew for every answer.
CREATE TABLE survey_counts (
  shop       TEXT    NOT NULL,
  survey     TEXT    NOT NULL,
  answers    INTEGER NOT NULL,
  stop_after INTEGER, -- of the published version; NULL = never
  PRIMARY KEY (shop, survey)
) STRICT, WITHOUT ROWID;

-- What there is already.
INSERT INTO survey_counts (shop, survey, answers)
SELECT s.shop, s.id, (SELECT count(*) FROM responses AS r WHERE r.shop = s.shop AND r.survey = s.id)
FROM surveys AS s;

INSERT INTO funnel (shop, survey, day, version, device, partials, completes)
SELECT shop, survey, day, version, ifnull(device, ''), sum(scores <> '[]'), sum(complete)
FROM responses GROUP BY 1, 2, 3, 4, 5;

CREATE TRIGGER responses_funnel_insert AFTER INSERT ON responses BEGIN
  INSERT INTO funnel (shop, survey, day, version, device, partials, completes)
  VALUES (NEW.shop, NEW.survey, NEW.day, NEW.version, ifnull(NEW.device, ''), NEW.scores <> '[]', NEW.complete)
  ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  INSERT INTO survey_counts (shop, survey, answers) VALUES (NEW.shop, NEW.survey, 1)
  ON CONFLICT (shop, survey) DO UPDATE SET answers = answers + 1;
END;

CREATE TRIGGER responses_funnel_update AFTER UPDATE ON responses
WHEN OLD.complete <> NEW.complete OR (OLD.scores <> '[]') <> (NEW.scores <> '[]') OR OLD.device IS NOT NEW.device BEGIN
  INSERT INTO funnel (shop, survey, day, version, device, partials, completes)
  VALUES (OLD.shop, OLD.survey, OLD.day, OLD.version, ifnull(OLD.device, ''), -(OLD.scores <> '[]'), -OLD.complete)
  ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  INSERT INTO funnel (shop, survey, day, version, device, partials, completes)
  VALUES (NEW.shop, NEW.survey, NEW.day, NEW.version, ifnull(NEW.device, ''), NEW.scores <> '[]', NEW.complete)
  ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
END;

CREATE TRIGGER responses_funnel_delete AFTER DELETE ON responses BEGIN
  INSERT INTO funnel (shop, survey, day, version, device, partials, completes)
  VALUES (OLD.shop, OLD.survey, OLD.day, OLD.version, ifnull(OLD.device, ''), -(OLD.scores <> '[]'), -OLD.complete)
  ON CONFLICT (shop, survey, day, version, device) DO UPDATE SET
    partials = partials + excluded.partials, completes = completes + excluded.completes;
  UPDATE survey_counts SET answers = answers - 1 WHERE shop = OLD.shop AND survey = OLD.survey;
END;

-- Enough answers: the survey is paused in the transaction that writes the last one.
CREATE TRIGGER survey_counts_enough AFTER UPDATE OF answers ON survey_counts
WHEN NEW.answers > OLD.answers AND NEW.answers >= NEW.stop_after BEGIN
  UPDATE surveys SET status = 'paused' WHERE shop = NEW.shop AND id = NEW.survey AND status = 'live';
END;
