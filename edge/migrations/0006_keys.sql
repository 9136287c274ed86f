-- Several keys of a shop: what each may do, when it was last used, when it ends. And what owners changed.

-- By its id an owner speaks of a key without showing it. It follows from the key, so keys of before have one as well: of a
-- public key the letters of its own, of a secret one 64 bits of its hash, which bring nobody nearer to the key.
ALTER TABLE keys ADD COLUMN id TEXT GENERATED ALWAYS AS ('key_' || substr(key, -16)) VIRTUAL;
ALTER TABLE keys ADD COLUMN scope TEXT NOT NULL DEFAULT 'write'; -- read | write, which includes it; of a public key nothing
ALTER TABLE keys ADD COLUMN used_at INTEGER;                     -- start of the hour in which it was last used
ALTER TABLE keys ADD COLUMN expires_at INTEGER;

CREATE UNIQUE INDEX keys_by_id ON keys (shop, id);
CREATE INDEX keys_by_end ON keys (ifnull(revoked_at, expires_at));

-- Pages need to know when a key ends, not when it was used or how it is called.
DROP TRIGGER keys_config_update;
CREATE TRIGGER keys_config_update AFTER UPDATE OF revoked_at, expires_at ON keys WHEN NEW.kind = 'public' BEGIN
  UPDATE configs SET version = version + 1 WHERE shop = NEW.shop;
END;

-- What owners changed, by which key. Nobody's words, and of persons nothing but a hash.
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

CREATE INDEX audit_by_action ON audit (shop, action, at, id);
CREATE INDEX audit_by_key ON audit (shop, key, at, id);
CREATE INDEX audit_by_time ON audit (at);

CREATE TRIGGER audit_guard_insert BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM moves WHERE shop = NEW.shop AND copying = 0 AND state IN ('frozen', 'left', 'arriving')) BEGIN
  SELECT RAISE(ABORT, 'glas: shop is moving');
END;
