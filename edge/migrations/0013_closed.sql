-- Closed surveys accept no new responses, and surveys of imports accept none at all.

-- When the survey was paused or archived, in milliseconds since 1970; NULL while it is a draft or live.
ALTER TABLE surveys ADD COLUMN closed_at INTEGER;

-- 1 = the survey was created for imported responses: no page shows it, and it takes no submissions.
ALTER TABLE surveys ADD COLUMN imports INTEGER NOT NULL DEFAULT 0;

-- Arrival of the latest response, for surveys with `stop_after`: a trigger that closes a survey has no other clock.
ALTER TABLE survey_counts ADD COLUMN at INTEGER NOT NULL DEFAULT 0;

-- The guard would abort the migration for a shop that is moving. Both sides of the move are changed alike.
DROP TRIGGER surveys_guard_update;

UPDATE surveys SET closed_at = updated_at WHERE status IN ('paused', 'archived');

-- The ids of these surveys end with a hash of source and metric. A survey that its owner has published again is an ordinary
-- one.
UPDATE surveys SET imports = 1, status = 'archived', closed_at = ifnull(closed_at, updated_at)
WHERE version = 1 AND length(id) = 30 AND substr(id, 21) IN (
  -- delighted: nps, ces, csat, agree; then survicate and generic
  'vs93nn2b9a', 'f1k5ce0bgz', 'krqp4xy0h3', '87j4pjya4a',
  'rpfj91qgsq', 'vdtha7e8j1', 'twzy5rbb1a', 'hkke5jrxpt',
  's5n8jbx6ze', 'ad0df6k0xx', 'ywsm5zr560', '892svba0fv'
);

CREATE TRIGGER surveys_guard_update BEFORE UPDATE ON surveys
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

-- Cached configs lack the new column.
UPDATE configs SET version = version + 1
WHERE EXISTS (SELECT 1 FROM surveys AS s WHERE s.shop = configs.shop AND s.status IN ('paused', 'archived'));

-- Before the triggers that count the response.
CREATE TRIGGER responses_arrival_insert BEFORE INSERT ON responses WHEN NEW.source IS NOT 'import' BEGIN
  UPDATE survey_counts SET at = NEW.updated_at
  WHERE shop = NEW.shop AND survey = NEW.survey AND stop_after IS NOT NULL AND at < NEW.updated_at;
END;

CREATE TRIGGER responses_arrival_update BEFORE UPDATE ON responses
WHEN NEW.source IS NOT 'import' AND OLD.updated_at <> NEW.updated_at BEGIN
  UPDATE survey_counts SET at = NEW.updated_at
  WHERE shop = NEW.shop AND survey = NEW.survey AND stop_after IS NOT NULL AND at < NEW.updated_at;
END;

-- The survey was live when its definition was last changed, so it closes no earlier than that.
DROP TRIGGER survey_counts_enough;
CREATE TRIGGER survey_counts_enough AFTER UPDATE OF answers ON survey_counts
WHEN NEW.answers > OLD.answers AND NEW.answers >= NEW.stop_after BEGIN
  UPDATE surveys SET status = 'paused', closed_at = max(NEW.at, updated_at)
  WHERE shop = NEW.shop AND id = NEW.survey AND status = 'live';
END;
