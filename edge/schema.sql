-- The schema in force: generated from migrations/ by a test of the store. Do not edit.
-- Renew it with: GLAS_WRITE=1 cargo test -p edge schema

-- Tables

CREATE TABLE audit (
  shop    TEXT    NOT NULL,
  at      INTEGER NOT NULL,
  id      TEXT    NOT NULL,
  key     TEXT    NOT NULL, -- id of the key
  label   TEXT    NOT NULL, -- what it was called then
  action  TEXT    NOT NULL, -- like surveys.publish
  subject TEXT    NOT NULL, -- what was changed: its id
  status  INTEGER NOT NULL, -- of the reply
  PRIMARY KEY (shop, at, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE configs (
  shop       TEXT    NOT NULL PRIMARY KEY,
  version    INTEGER NOT NULL,
  published  INTEGER NOT NULL,
  written_at INTEGER NOT NULL -- of the last write to the cache, in milliseconds; one a second is allowed
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
  day  INTEGER NOT NULL,
  name TEXT    NOT NULL,
  n    INTEGER NOT NULL,
  PRIMARY KEY (day, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_letters (
  shop   TEXT    NOT NULL, -- '' = it does not say
  id     TEXT    NOT NULL,
  reason TEXT    NOT NULL,
  body   TEXT    NOT NULL,
  at     INTEGER NOT NULL, form INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
  shop         TEXT    NOT NULL,
  webhook      TEXT    NOT NULL,
  event        TEXT    NOT NULL, -- the message's id: made of what happened, so that it is the same however often it is told
  type         TEXT    NOT NULL,
  response     TEXT    NOT NULL,
  revision     INTEGER NOT NULL,
  at           INTEGER NOT NULL, -- when it happened
  state        TEXT    NOT NULL, -- pending | delivered | failed
  attempts     INTEGER NOT NULL, -- whose outcome is known
  next_at      INTEGER NOT NULL, -- while pending: when the cron looks after it; whoever changes it has taken it on
  last_at      INTEGER,          -- of the last attempt
  last_status  INTEGER,          -- HTTP
  last_error   TEXT,             -- a word for what went wrong
  PRIMARY KEY (shop, webhook, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE dispatched (
  id  INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL
) STRICT;

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

CREATE TABLE health (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;

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

CREATE TABLE keys (
  shop       TEXT    NOT NULL,
  kind       TEXT    NOT NULL, -- public | secret
  key        TEXT    NOT NULL, -- public: the key; secret: its SHA-256 in hex
  label      TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER, id TEXT GENERATED ALWAYS AS ('key_' || substr(key, -16)) VIRTUAL, scope TEXT NOT NULL DEFAULT 'write', used_at INTEGER, expires_at INTEGER,
  PRIMARY KEY (shop, kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE move_changes (
  shop TEXT    NOT NULL,
  id   TEXT    NOT NULL,
  n    INTEGER NOT NULL,
  PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE moves (
  shop       TEXT    NOT NULL PRIMARY KEY,
  state      TEXT    NOT NULL, -- where it goes away: leaving | frozen | left; where it comes to: arriving | here
  other      TEXT    NOT NULL, -- binding of the other database
  phase      TEXT    NOT NULL, -- what is being done, on the side whose rows are written
  cursor     TEXT    NOT NULL, -- JSON: how far
  copied     INTEGER NOT NULL, -- responses that were written here
  turn       INTEGER NOT NULL, -- counts steps: of two that come together, only one does its work
  freeze     INTEGER NOT NULL, -- counts freezes: what was copied in an earlier one is not taken for this one's
  copying    INTEGER NOT NULL, -- 1 within a transaction of the move itself, else 0
  grace_ms   INTEGER NOT NULL, -- how long what is left behind is kept
  started_at INTEGER NOT NULL,
  at         INTEGER NOT NULL  -- of the last change of state
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  seq      INTEGER NOT NULL PRIMARY KEY,
  shop     TEXT    NOT NULL,
  event    TEXT    NOT NULL, -- created | updated | deleted
  response TEXT    NOT NULL,
  revision INTEGER NOT NULL,
  at       INTEGER NOT NULL
) STRICT;

CREATE TABLE "processed_messages" (
  message TEXT    NOT NULL,
  step    INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (message, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE renewal (
  what TEXT    NOT NULL PRIMARY KEY, -- responses | dead_letters
  done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE response_contacts (
  shop     TEXT    NOT NULL,
  contact  TEXT    NOT NULL, -- canonical: an e-mail address in lower case, or a phone number
  at       INTEGER NOT NULL, -- received_at of the response
  response TEXT    NOT NULL,
  PRIMARY KEY (shop, contact, at DESC, response DESC)
) STRICT, WITHOUT ROWID;

CREATE TABLE response_tags (
  shop     TEXT    NOT NULL,
  tag      TEXT    NOT NULL,
  at       INTEGER NOT NULL, -- received_at of the response
  response TEXT    NOT NULL,
  PRIMARY KEY (shop, tag, at DESC, response DESC)
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
  updated_at     INTEGER NOT NULL, flags INTEGER NOT NULL DEFAULT 0, excluded TEXT, import TEXT, tags TEXT, secret TEXT, view TEXT, trust TEXT NOT NULL DEFAULT '', verified INTEGER NOT NULL DEFAULT 0, contact TEXT, form INTEGER NOT NULL DEFAULT 0, left_out TEXT GENERATED ALWAYS AS (CASE
  WHEN excluded IS NOT NULL THEN 'excluded'
  WHEN flags & 4 THEN 'honeypot'
  WHEN flags & 16 THEN 'bad_token'
  WHEN flags & 64 THEN 'token_reused'
  WHEN flags & 8 THEN 'no_token'
  WHEN flags & 2 THEN 'impossible_timing'
  WHEN flags & 1 THEN 'too_fast'
END) VIRTUAL,
  PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE shops (
  id         TEXT    NOT NULL PRIMARY KEY,
  name       TEXT    NOT NULL,
  language   TEXT    NOT NULL,
  time_zone  TEXT    NOT NULL,
  origins    TEXT    NOT NULL, -- JSON list of exact origins
  created_at INTEGER NOT NULL
, settings TEXT NOT NULL DEFAULT '{}', daily_answers INTEGER NOT NULL DEFAULT 100000, identity_secret TEXT, identity_at INTEGER, identity_old_secret TEXT, identity_old_until INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE survey_counts (
  shop       TEXT    NOT NULL,
  survey     TEXT    NOT NULL,
  answers    INTEGER NOT NULL,
  stop_after INTEGER, at INTEGER NOT NULL DEFAULT 0, -- of the published version; NULL = never
  PRIMARY KEY (shop, survey)
) STRICT, WITHOUT ROWID;

CREATE TABLE survey_versions (
  shop         TEXT    NOT NULL,
  survey       TEXT    NOT NULL,
  version      INTEGER NOT NULL,
  definition   TEXT    NOT NULL,
  published_at INTEGER NOT NULL,
  PRIMARY KEY (shop, survey, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE surveys (
  shop       TEXT    NOT NULL,
  id         TEXT    NOT NULL,
  status     TEXT    NOT NULL, -- draft | live | paused | archived
  version    INTEGER NOT NULL, -- the last published one, 0 = none
  definition TEXT    NOT NULL, -- JSON: the draft that the next publishing takes
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, closed_at INTEGER, imports INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
  shop    TEXT    NOT NULL,
  tag     TEXT    NOT NULL,
  answers INTEGER NOT NULL,
  PRIMARY KEY (shop, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE tallies (
  shop   TEXT    NOT NULL,
  metric TEXT    NOT NULL,
  facet  TEXT    NOT NULL, -- all | survey | question | touchpoint | language
  value  TEXT    NOT NULL, -- all: ''; question: survey/question
  day    INTEGER NOT NULL,
  c0 INTEGER NOT NULL, c1 INTEGER NOT NULL, c2 INTEGER NOT NULL, c3 INTEGER NOT NULL, c4 INTEGER NOT NULL,
  c5 INTEGER NOT NULL, c6 INTEGER NOT NULL, c7 INTEGER NOT NULL, c8 INTEGER NOT NULL, c9 INTEGER NOT NULL,
  c10 INTEGER NOT NULL, x_excluded INTEGER NOT NULL DEFAULT 0, x_honeypot INTEGER NOT NULL DEFAULT 0, x_bad_token INTEGER NOT NULL DEFAULT 0, x_token_reused INTEGER NOT NULL DEFAULT 0, x_no_token INTEGER NOT NULL DEFAULT 0, x_impossible_timing INTEGER NOT NULL DEFAULT 0, x_too_fast INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (shop, metric, facet, value, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstones (
  shop      TEXT    NOT NULL,
  id        TEXT    NOT NULL,
  erased_at INTEGER NOT NULL,
  PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage (
  shop    TEXT    NOT NULL,
  day     INTEGER NOT NULL,
  answers INTEGER NOT NULL, revisions INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0, events INTEGER NOT NULL DEFAULT 0, small_answers INTEGER NOT NULL DEFAULT 0, small_revisions INTEGER NOT NULL DEFAULT 0, small_bytes INTEGER NOT NULL DEFAULT 0, small_events INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (shop, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE views (
  view    TEXT    NOT NULL,
  shop    TEXT    NOT NULL,
  answers INTEGER NOT NULL DEFAULT 0,
  events  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (view, shop)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhooks (
  shop          TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  url           TEXT    NOT NULL,
  events        TEXT    NOT NULL, -- JSON list of types
  template      TEXT    NOT NULL, -- standard | slack | email
  recipient     TEXT,             -- of template email: the mailbox
  description   TEXT    NOT NULL,
  status        TEXT    NOT NULL, -- enabled | disabled
  reason        TEXT,             -- why it is disabled: owner | gone | failing
  secret        TEXT    NOT NULL, -- whsec_…
  old_secret    TEXT,             -- signs as well until old_until
  old_until     INTEGER,
  failing_since INTEGER,          -- the first failure after the last success; NULL = the last one went well
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;

-- Indexes

CREATE INDEX audit_by_action ON audit (shop, action, at, id);

CREATE INDEX audit_by_key ON audit (shop, key, at, id);

CREATE INDEX audit_by_time ON audit (at);

CREATE INDEX configs_late ON configs (shop) WHERE published < version;

CREATE INDEX dead_letters_by_time ON dead_letters (at);

CREATE INDEX dead_letters_to_renew ON dead_letters (shop, id) WHERE form = 0;

CREATE INDEX deliveries_by_time ON deliveries (shop, webhook, at DESC, event DESC);

CREATE INDEX deliveries_done ON deliveries (at) WHERE state <> 'pending';

CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state = 'pending';

CREATE INDEX erasures_by_subject ON erasures (shop, subject, at);

CREATE INDEX keys_by_end ON keys (ifnull(revoked_at, expires_at));

CREATE UNIQUE INDEX keys_by_id ON keys (shop, id);

CREATE INDEX moves_at_work ON moves (at) WHERE phase <> 'done';

CREATE INDEX responses_by_customer ON responses (shop, customer, received_at DESC, id DESC) WHERE customer IS NOT NULL;

CREATE INDEX responses_by_exclusion ON responses (shop, received_at DESC, id DESC) WHERE excluded IS NOT NULL;

CREATE INDEX responses_by_flag ON responses (shop, received_at DESC, id DESC) WHERE flags <> 0;

CREATE INDEX responses_by_import ON responses (shop, import) WHERE import IS NOT NULL;

CREATE INDEX responses_by_order ON responses (shop, order_id, received_at DESC, id DESC) WHERE order_id IS NOT NULL;

CREATE INDEX responses_by_survey ON responses (shop, survey, received_at DESC, id DESC);

CREATE INDEX responses_by_time ON responses (shop, received_at DESC, id DESC);

CREATE INDEX responses_by_touchpoint ON responses (shop, touchpoint, received_at DESC, id DESC);

CREATE INDEX responses_to_renew ON responses (shop, id) WHERE form = 0;

CREATE INDEX tallies_by_cell ON tallies (shop, metric, day) WHERE facet = 'cell';

CREATE INDEX tallies_by_day ON tallies (shop, day);

CREATE INDEX tombstones_by_time ON tombstones (erased_at);

CREATE INDEX usage_by_day ON usage (day);

-- Triggers

CREATE TRIGGER audit_guard_insert BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER dead_letters_guard_insert BEFORE INSERT ON dead_letters
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER dead_letters_renewed AFTER UPDATE OF form ON dead_letters WHEN OLD.form = 0 AND NEW.form <> 0 BEGIN
  INSERT INTO renewal (what, done) VALUES ('dead_letters', 1) ON CONFLICT (what) DO UPDATE SET done = done + 1;
END;

CREATE TRIGGER deliveries_guard_insert BEFORE INSERT ON deliveries
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER deliveries_guard_update BEFORE UPDATE ON deliveries
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER erasures_guard_insert BEFORE INSERT ON erasures
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER funnel_guard_insert BEFORE INSERT ON funnel
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER funnel_left_out_guard_insert BEFORE INSERT ON funnel_left_out
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER imports_guard_delete BEFORE DELETE ON imports
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = OLD.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER imports_guard_insert BEFORE INSERT ON imports
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER imports_guard_update BEFORE UPDATE ON imports
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER keys_config_insert AFTER INSERT ON keys WHEN NEW.kind = 'public' BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = NEW.shop;
END;

CREATE TRIGGER keys_config_update AFTER UPDATE OF revoked_at, expires_at ON keys WHEN NEW.kind = 'public' BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = NEW.shop;
END;

CREATE TRIGGER keys_guard_insert BEFORE INSERT ON keys
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER keys_guard_update BEFORE UPDATE ON keys
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER outbox_imports BEFORE INSERT ON outbox
WHEN NEW.response GLOB '????????-????-8???-????-????????????' BEGIN
  SELECT RAISE(IGNORE);
END;

CREATE TRIGGER response_tags_count_delete AFTER DELETE ON response_tags BEGIN
  UPDATE tags SET answers = answers - 1 WHERE shop = OLD.shop AND tag = OLD.tag;
  DELETE FROM tags WHERE shop = OLD.shop AND tag = OLD.tag AND answers <= 0;
END;

CREATE TRIGGER response_tags_count_insert AFTER INSERT ON response_tags BEGIN
  INSERT INTO tags (shop, tag, answers) VALUES (NEW.shop, NEW.tag, 1)
  ON CONFLICT (shop, tag) DO UPDATE SET answers = answers + 1;
END;

CREATE TRIGGER responses_arrival_insert BEFORE INSERT ON responses WHEN NEW.source IS NOT 'import' BEGIN
  UPDATE survey_counts SET at = NEW.updated_at
  WHERE shop = NEW.shop AND survey = NEW.survey AND stop_after IS NOT NULL AND at < NEW.updated_at;
END;

CREATE TRIGGER responses_arrival_update BEFORE UPDATE ON responses
WHEN NEW.source IS NOT 'import' AND OLD.updated_at <> NEW.updated_at BEGIN
  UPDATE survey_counts SET at = NEW.updated_at
  WHERE shop = NEW.shop AND survey = NEW.survey AND stop_after IS NOT NULL AND at < NEW.updated_at;
END;

CREATE TRIGGER responses_changed_delete AFTER DELETE ON responses
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = OLD.shop AND state = 'leaving') BEGIN
  INSERT INTO move_changes (shop, id, n) VALUES (OLD.shop, OLD.id, 1) ON CONFLICT (shop, id) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER responses_changed_insert AFTER INSERT ON responses
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND state = 'leaving') BEGIN
  INSERT INTO move_changes (shop, id, n) VALUES (NEW.shop, NEW.id, 1) ON CONFLICT (shop, id) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER responses_changed_update AFTER UPDATE ON responses
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND state = 'leaving') BEGIN
  INSERT INTO move_changes (shop, id, n) VALUES (NEW.shop, NEW.id, 1) ON CONFLICT (shop, id) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER responses_contacts_delete AFTER DELETE ON responses WHEN OLD.contact IS NOT NULL BEGIN
  DELETE FROM response_contacts WHERE shop = OLD.shop AND at = OLD.received_at AND response = OLD.id
    AND contact IN (SELECT value FROM json_each(OLD.contact));
END;

CREATE TRIGGER responses_contacts_insert AFTER INSERT ON responses WHEN NEW.contact IS NOT NULL BEGIN
  INSERT INTO response_contacts (shop, contact, at, response)
  SELECT NEW.shop, value, NEW.received_at, NEW.id FROM json_each(NEW.contact) WHERE true
  ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER responses_contacts_update AFTER UPDATE OF contact ON responses WHEN OLD.contact IS NOT NEW.contact BEGIN
  DELETE FROM response_contacts WHERE shop = OLD.shop AND at = OLD.received_at AND response = OLD.id
    AND contact IN (SELECT value FROM json_each(OLD.contact));
  INSERT INTO response_contacts (shop, contact, at, response)
  SELECT NEW.shop, value, NEW.received_at, NEW.id FROM json_each(NEW.contact) WHERE true
  ON CONFLICT DO NOTHING;
END;

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

CREATE TRIGGER responses_guard_delete BEFORE DELETE ON responses
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = OLD.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER responses_guard_insert BEFORE INSERT ON responses
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER responses_guard_update BEFORE UPDATE ON responses
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

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

CREATE TRIGGER responses_outbox_delete AFTER DELETE ON responses
WHEN EXISTS (SELECT 1 FROM webhooks WHERE shop = OLD.shop AND status = 'enabled')
  AND NOT EXISTS (SELECT 1 FROM moves WHERE shop = OLD.shop AND copying = 1) BEGIN
  INSERT INTO outbox (shop, event, response, revision, at)
  VALUES (OLD.shop, 'deleted', OLD.id, OLD.revision, OLD.updated_at);
END;

CREATE TRIGGER responses_outbox_insert AFTER INSERT ON responses
WHEN EXISTS (SELECT 1 FROM webhooks WHERE shop = NEW.shop AND status = 'enabled')
  AND NOT EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 1) BEGIN
  INSERT INTO outbox (shop, event, response, revision, at)
  VALUES (NEW.shop, 'created', NEW.id, NEW.revision, NEW.updated_at);
END;

CREATE TRIGGER responses_outbox_update AFTER UPDATE ON responses
WHEN NEW.revision <> OLD.revision
  AND EXISTS (SELECT 1 FROM webhooks WHERE shop = NEW.shop AND status = 'enabled') BEGIN
  INSERT INTO outbox (shop, event, response, revision, at)
  VALUES (NEW.shop, 'updated', NEW.id, NEW.revision, NEW.updated_at);
END;

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

CREATE TRIGGER responses_renewed AFTER UPDATE OF form ON responses WHEN OLD.form = 0 AND NEW.form <> 0 BEGIN
  INSERT INTO renewal (what, done) VALUES ('responses', 1) ON CONFLICT (what) DO UPDATE SET done = done + 1;
END;

CREATE TRIGGER responses_stay_erased BEFORE INSERT ON responses
WHEN EXISTS (SELECT 1 FROM tombstones WHERE shop = NEW.shop AND id = NEW.id) BEGIN
  SELECT RAISE(IGNORE);
END;

CREATE TRIGGER responses_tags_delete AFTER DELETE ON responses WHEN OLD.tags IS NOT NULL BEGIN
  DELETE FROM response_tags WHERE shop = OLD.shop AND at = OLD.received_at AND response = OLD.id
    AND tag IN (SELECT value FROM json_each(OLD.tags));
END;

CREATE TRIGGER responses_tags_insert AFTER INSERT ON responses WHEN NEW.tags IS NOT NULL BEGIN
  INSERT INTO response_tags (shop, tag, at, response)
  SELECT NEW.shop, value, NEW.received_at, NEW.id FROM json_each(NEW.tags) WHERE true
  ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER responses_tags_update AFTER UPDATE OF tags ON responses WHEN OLD.tags IS NOT NEW.tags BEGIN
  DELETE FROM response_tags WHERE shop = OLD.shop AND at = OLD.received_at AND response = OLD.id
    AND tag IN (SELECT value FROM json_each(OLD.tags));
  INSERT INTO response_tags (shop, tag, at, response)
  SELECT NEW.shop, value, NEW.received_at, NEW.id FROM json_each(NEW.tags) WHERE true
  ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER responses_usage AFTER INSERT ON responses
WHEN NEW.source IS NOT 'import' AND NEW.trust NOT IN ('device', 'none') BEGIN
  INSERT INTO usage (shop, day, answers, bytes) VALUES (NEW.shop, NEW.day, 1,
    length(CAST(NEW.answers || NEW.scores || NEW.traits || ifnull(NEW.url, '') || ifnull(NEW.customer, '') AS BLOB)))
  ON CONFLICT (shop, day) DO UPDATE SET answers = answers + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER responses_usage_revision AFTER UPDATE OF revision ON responses
WHEN NEW.revision <> OLD.revision AND NEW.trust NOT IN ('device', 'none') BEGIN
  UPDATE usage SET revisions = revisions + 1, bytes = bytes + max(0,
    length(CAST(NEW.answers || NEW.scores || NEW.traits || ifnull(NEW.url, '') || ifnull(NEW.customer, '') AS BLOB))
    - length(CAST(OLD.answers || OLD.scores || OLD.traits || ifnull(OLD.url, '') || ifnull(OLD.customer, '') AS BLOB)))
  WHERE shop = NEW.shop AND day = NEW.day;
END;

CREATE TRIGGER responses_usage_revision_small AFTER UPDATE OF revision ON responses
WHEN NEW.revision <> OLD.revision AND NEW.trust IN ('device', 'none') BEGIN
  UPDATE usage SET small_revisions = small_revisions + 1, small_bytes = small_bytes + max(0,
    length(CAST(NEW.answers || NEW.scores || NEW.traits || ifnull(NEW.url, '') || ifnull(NEW.customer, '') AS BLOB))
    - length(CAST(OLD.answers || OLD.scores || OLD.traits || ifnull(OLD.url, '') || ifnull(OLD.customer, '') AS BLOB)))
  WHERE shop = NEW.shop AND day = NEW.day;
END;

CREATE TRIGGER responses_usage_small AFTER INSERT ON responses
WHEN NEW.source IS NOT 'import' AND NEW.trust IN ('device', 'none') BEGIN
  INSERT INTO usage (shop, day, answers, small_answers, small_bytes) VALUES (NEW.shop, NEW.day, 0, 1,
    length(CAST(NEW.answers || NEW.scores || NEW.traits || ifnull(NEW.url, '') || ifnull(NEW.customer, '') AS BLOB)))
  ON CONFLICT (shop, day) DO UPDATE SET small_answers = small_answers + 1, small_bytes = small_bytes + excluded.small_bytes;
END;

CREATE TRIGGER responses_view AFTER INSERT ON responses WHEN NEW.view IS NOT NULL BEGIN
  INSERT INTO views (view, shop, answers) VALUES (NEW.view, NEW.shop, 1)
  ON CONFLICT (view, shop) DO UPDATE SET answers = answers + 1;
END;

CREATE TRIGGER shops_config_insert AFTER INSERT ON shops BEGIN
  INSERT INTO configs (shop, version, published, written_at) VALUES (NEW.id, 1, 0, 0)
  ON CONFLICT (shop) DO UPDATE SET version = version + 1;
END;

CREATE TRIGGER shops_config_update AFTER UPDATE ON shops BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = NEW.id;
END;

CREATE TRIGGER shops_guard_update BEFORE UPDATE ON shops
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.id AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER survey_counts_enough AFTER UPDATE OF answers ON survey_counts
WHEN NEW.answers > OLD.answers AND NEW.answers >= NEW.stop_after BEGIN
  UPDATE surveys SET status = 'paused', closed_at = max(NEW.at, updated_at)
  WHERE shop = NEW.shop AND id = NEW.survey AND status = 'live';
END;

CREATE TRIGGER surveys_config AFTER UPDATE OF status, version ON surveys
WHEN OLD.status <> NEW.status OR OLD.version <> NEW.version BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = NEW.shop;
END;

CREATE TRIGGER surveys_guard_insert BEFORE INSERT ON surveys
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER surveys_guard_update BEFORE UPDATE ON surveys
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER tombstones_guard_insert BEFORE INSERT ON tombstones
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER webhooks_config_delete AFTER DELETE ON webhooks BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = OLD.shop;
END;

CREATE TRIGGER webhooks_config_insert AFTER INSERT ON webhooks BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = NEW.shop;
END;

CREATE TRIGGER webhooks_config_update AFTER UPDATE OF status ON webhooks WHEN OLD.status <> NEW.status BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = NEW.shop;
END;

CREATE TRIGGER webhooks_guard_delete BEFORE DELETE ON webhooks
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = OLD.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER webhooks_guard_insert BEFORE INSERT ON webhooks
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER webhooks_guard_update BEFORE UPDATE ON webhooks
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;
