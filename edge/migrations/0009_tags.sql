-- What an owner notes beside an answer, and finds it by.

-- The owner's tags: JSON list of texts, sorted; NULL = none. The row is what is right; the tables below are made from it by
-- triggers, so an answer without tags, which nearly all are, costs nothing.
ALTER TABLE responses ADD COLUMN tags TEXT;

-- Answers by tag, newest first.
CREATE TABLE response_tags (
  shop     TEXT    NOT NULL,
  tag      TEXT    NOT NULL,
  at       INTEGER NOT NULL, -- received_at of the response
  response TEXT    NOT NULL,
  PRIMARY KEY (shop, tag, at DESC, response DESC)
) STRICT, WITHOUT ROWID;

-- How many answers have a tag.
CREATE TABLE tags (
  shop    TEXT    NOT NULL,
  tag     TEXT    NOT NULL,
  answers INTEGER NOT NULL,
  PRIMARY KEY (shop, tag)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER response_tags_count_insert AFTER INSERT ON response_tags BEGIN
  INSERT INTO tags (shop, tag, answers) VALUES (NEW.shop, NEW.tag, 1)
  ON CONFLICT (shop, tag) DO UPDATE SET answers = answers + 1;
END;

CREATE TRIGGER response_tags_count_delete AFTER DELETE ON response_tags BEGIN
  UPDATE tags SET answers = answers - 1 WHERE shop = OLD.shop AND tag = OLD.tag;
  DELETE FROM tags WHERE shop = OLD.shop AND tag = OLD.tag AND answers <= 0;
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

CREATE TRIGGER responses_tags_delete AFTER DELETE ON responses WHEN OLD.tags IS NOT NULL BEGIN
  DELETE FROM response_tags WHERE shop = OLD.shop AND at = OLD.received_at AND response = OLD.id
    AND tag IN (SELECT value FROM json_each(OLD.tags));
END;

-- Few are left out, so looking at those alone must not read all the others.
CREATE INDEX responses_by_exclusion ON responses (shop, received_at DESC, id DESC) WHERE excluded IS NOT NULL;

-- "What did they say about this order?" has one answer among a million: it is worth an entry for each answer with an order.
CREATE INDEX responses_by_order ON responses (shop, order_id, received_at DESC, id DESC) WHERE order_id IS NOT NULL;
