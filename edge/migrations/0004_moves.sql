-- A shop moves from one database to another while it runs. Both have a row of it here: see edge/src/store/moves.rs.

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

CREATE INDEX moves_at_work ON moves (at) WHERE phase <> 'done';

-- Responses that changed after a move began; `n` counts, so that a change during the copying of one is not forgotten.
CREATE TABLE move_changes (
  shop TEXT    NOT NULL,
  id   TEXT    NOT NULL,
  n    INTEGER NOT NULL,
  PRIMARY KEY (shop, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER responses_changed_insert AFTER INSERT ON responses
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND state = 'leaving') BEGIN
  INSERT INTO move_changes (shop, id, n) VALUES (NEW.shop, NEW.id, 1) ON CONFLICT (shop, id) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER responses_changed_update AFTER UPDATE ON responses
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND state = 'leaving') BEGIN
  INSERT INTO move_changes (shop, id, n) VALUES (NEW.shop, NEW.id, 1) ON CONFLICT (shop, id) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER responses_changed_delete AFTER DELETE ON responses
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = OLD.shop AND state = 'leaving') BEGIN
  INSERT INTO move_changes (shop, id, n) VALUES (OLD.shop, OLD.id, 1) ON CONFLICT (shop, id) DO UPDATE SET n = n + 1;
END;

-- A shop that is frozen, has left, or has not arrived yet is written by its move alone. Whoever else tries is told so, and
-- asks anew where the shop is. What only triggers of responses write needs no guard of its own; what is pruned by age may
-- go on both sides.
CREATE TRIGGER responses_guard_insert BEFORE INSERT ON responses
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER responses_guard_update BEFORE UPDATE ON responses
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER responses_guard_delete BEFORE DELETE ON responses
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = OLD.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER funnel_guard_insert BEFORE INSERT ON funnel
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER surveys_guard_insert BEFORE INSERT ON surveys
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER surveys_guard_update BEFORE UPDATE ON surveys
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER shops_guard_update BEFORE UPDATE ON shops
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.id AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER keys_guard_insert BEFORE INSERT ON keys
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER keys_guard_update BEFORE UPDATE ON keys
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER tombstones_guard_insert BEFORE INSERT ON tombstones
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER erasures_guard_insert BEFORE INSERT ON erasures
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

CREATE TRIGGER dead_letters_guard_insert BEFORE INSERT ON dead_letters
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;

-- What is copied or cleared away has not happened: the outbox tells of it where it happened.
DROP TRIGGER responses_outbox_insert;
CREATE TRIGGER responses_outbox_insert AFTER INSERT ON responses
WHEN NOT EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 1) BEGIN
  INSERT INTO outbox (shop, event, response, revision, at)
  VALUES (NEW.shop, 'created', NEW.id, NEW.revision, NEW.updated_at);
END;

DROP TRIGGER responses_outbox_delete;
CREATE TRIGGER responses_outbox_delete AFTER DELETE ON responses
WHEN NOT EXISTS (SELECT 1 FROM moves WHERE shop = OLD.shop AND copying = 1) BEGIN
  INSERT INTO outbox (shop, event, response, revision, at)
  VALUES (OLD.shop, 'deleted', OLD.id, OLD.revision, OLD.updated_at);
END;
