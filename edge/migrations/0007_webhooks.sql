-- Webhooks: whom a shop wants told, and what became of telling. Nothing here says anything of a shopper: what is sent is
-- read from the response when it is sent.

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

-- One for each endpoint and event that it wants to hear of.
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

-- An endpoint's log.
CREATE INDEX deliveries_by_time ON deliveries (shop, webhook, at DESC, event DESC);
-- Each delivery is in one of these: what is due, what is pruned by its age.
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state = 'pending';
CREATE INDEX deliveries_done ON deliveries (at) WHERE state <> 'pending';

-- Up to which row of the outbox there are deliveries.
CREATE TABLE dispatched (
  id  INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  seq INTEGER NOT NULL
) STRICT;

INSERT INTO dispatched (id, seq) SELECT 1, ifnull(max(seq), 0) FROM outbox;

-- Pages' config says whether somebody wants to be told, so that nobody else pays for a look.
CREATE TRIGGER webhooks_config_insert AFTER INSERT ON webhooks BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = NEW.shop;
END;

CREATE TRIGGER webhooks_config_update AFTER UPDATE OF status ON webhooks WHEN OLD.status <> NEW.status BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = NEW.shop;
END;

CREATE TRIGGER webhooks_config_delete AFTER DELETE ON webhooks BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = OLD.shop;
END;

-- What happened is written down where somebody wants to hear of it, and nowhere else.
DROP TRIGGER responses_outbox_insert;
CREATE TRIGGER responses_outbox_insert AFTER INSERT ON responses
WHEN EXISTS (SELECT 1 FROM webhooks WHERE shop = NEW.shop AND status = 'enabled')
  AND NOT EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 1) BEGIN
  INSERT INTO outbox (shop, event, response, revision, at)
  VALUES (NEW.shop, 'created', NEW.id, NEW.revision, NEW.updated_at);
END;

DROP TRIGGER responses_outbox_update;
CREATE TRIGGER responses_outbox_update AFTER UPDATE ON responses
WHEN NEW.revision <> OLD.revision
  AND EXISTS (SELECT 1 FROM webhooks WHERE shop = NEW.shop AND status = 'enabled') BEGIN
  INSERT INTO outbox (shop, event, response, revision, at)
  VALUES (NEW.shop, 'updated', NEW.id, NEW.revision, NEW.updated_at);
END;

DROP TRIGGER responses_outbox_delete;
CREATE TRIGGER responses_outbox_delete AFTER DELETE ON responses
WHEN EXISTS (SELECT 1 FROM webhooks WHERE shop = OLD.shop AND status = 'enabled')
  AND NOT EXISTS (SELECT 1 FROM moves WHERE shop = OLD.shop AND copying = 1) BEGIN
  INSERT INTO outbox (shop, event, response, revision, at)
  VALUES (OLD.shop, 'deleted', OLD.id, OLD.revision, OLD.updated_at);
END;

-- As in 0004_moves.sql. What is pruned by its age may go on both sides.
CREATE TRIGGER webhooks_guard_insert BEFORE INSERT ON webhooks
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER webhooks_guard_update BEFORE UPDATE ON webhooks
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER webhooks_guard_delete BEFORE DELETE ON webhooks
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = OLD.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER deliveries_guard_insert BEFORE INSERT ON deliveries
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER deliveries_guard_update BEFORE UPDATE ON deliveries
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;
