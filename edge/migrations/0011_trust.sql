-- What a response proves: who may revise it, who vouches for it, and which of its claims are signed.

-- SHA-256 in hex of the client secret; NULL = none was sent, so the response takes no revision.
ALTER TABLE responses ADD COLUMN secret TEXT;

-- Id of the view token that the response was sent with; NULL = none, or an invalid one.
ALTER TABLE responses ADD COLUMN view TEXT;

-- Who vouches for the response: view (a token in time), device (a token, but the response waited on the device), server
-- (a secret key), none; '' = an import, or stored before this column existed.
ALTER TABLE responses ADD COLUMN trust TEXT NOT NULL DEFAULT '';

-- Which members the shop has signed, as bits: 1 = customer, 2 = order, 4 = traits.
ALTER TABLE responses ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;

-- The contacts that the shopper gave, in canonical form, as a JSON list, so that an erasure finds them.
ALTER TABLE responses ADD COLUMN contact TEXT;

-- Version of the rules that the row was written by; the renewal job brings older rows to the current one.
ALTER TABLE responses ADD COLUMN form INTEGER NOT NULL DEFAULT 0;

-- What a shop's day has taken, by budget: the ordinary one for responses that are vouched for, the small one for the others.
-- Neither can use up the other. Bytes are the growth of what is stored.
ALTER TABLE usage ADD COLUMN revisions INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage ADD COLUMN events INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage ADD COLUMN small_answers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage ADD COLUMN small_revisions INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage ADD COLUMN small_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage ADD COLUMN small_events INTEGER NOT NULL DEFAULT 0;

-- How often a view token was used. The id of a view begins with its time, so the oldest are pruned first. A moved shop leaves
-- them behind.
CREATE TABLE views (
  view    TEXT    NOT NULL,
  shop    TEXT    NOT NULL,
  answers INTEGER NOT NULL DEFAULT 0,
  events  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (view, shop)
) STRICT, WITHOUT ROWID;

DROP TRIGGER responses_usage;
CREATE TRIGGER responses_usage AFTER INSERT ON responses
WHEN NEW.source IS NOT 'import' AND NEW.trust NOT IN ('device', 'none') BEGIN
  INSERT INTO usage (shop, day, answers, bytes) VALUES (NEW.shop, NEW.day, 1,
    length(CAST(NEW.answers || NEW.scores || NEW.traits || ifnull(NEW.url, '') || ifnull(NEW.customer, '') AS BLOB)))
  ON CONFLICT (shop, day) DO UPDATE SET answers = answers + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER responses_usage_small AFTER INSERT ON responses
WHEN NEW.source IS NOT 'import' AND NEW.trust IN ('device', 'none') BEGIN
  INSERT INTO usage (shop, day, answers, small_answers, small_bytes) VALUES (NEW.shop, NEW.day, 0, 1,
    length(CAST(NEW.answers || NEW.scores || NEW.traits || ifnull(NEW.url, '') || ifnull(NEW.customer, '') AS BLOB)))
  ON CONFLICT (shop, day) DO UPDATE SET small_answers = small_answers + 1, small_bytes = small_bytes + excluded.small_bytes;
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

CREATE TRIGGER responses_view AFTER INSERT ON responses WHEN NEW.view IS NOT NULL BEGIN
  INSERT INTO views (view, shop, answers) VALUES (NEW.view, NEW.shop, 1)
  ON CONFLICT (view, shop) DO UPDATE SET answers = answers + 1;
END;
