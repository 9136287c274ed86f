-- Signed identities, and contacts as the subject of an erasure or an export.

-- The contacts of a response: `responses.contact` is a JSON list, because a survey may ask for several. The row is the
-- source; this table is maintained by triggers, so a response without a contact costs nothing.
CREATE TABLE response_contacts (
  shop     TEXT    NOT NULL,
  contact  TEXT    NOT NULL, -- canonical: an e-mail address in lower case, or a phone number
  at       INTEGER NOT NULL, -- received_at of the response
  response TEXT    NOT NULL,
  PRIMARY KEY (shop, contact, at DESC, response DESC)
) STRICT, WITHOUT ROWID;

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

CREATE TRIGGER responses_contacts_delete AFTER DELETE ON responses WHEN OLD.contact IS NOT NULL BEGIN
  DELETE FROM response_contacts WHERE shop = OLD.shop AND at = OLD.received_at AND response = OLD.id
    AND contact IN (SELECT value FROM json_each(OLD.contact));
END;

-- The secret with which the shop signs customers, orders and traits: ids_…; NULL = the shop has none yet.
ALTER TABLE shops ADD COLUMN identity_secret TEXT;

-- When it was created, in milliseconds since 1970.
ALTER TABLE shops ADD COLUMN identity_at INTEGER;

-- The secret before the last rotation. It stays valid until identity_old_until.
ALTER TABLE shops ADD COLUMN identity_old_secret TEXT;
ALTER TABLE shops ADD COLUMN identity_old_until INTEGER;
