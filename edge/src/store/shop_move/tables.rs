//! What belongs to a shop, table by table, and the statements that carry it from one database to the other.
//!
//! A page of rows is read as JSON, one list for each row, and written from JSON: the Worker in between looks at no value.
//! What triggers build from the responses (tallies, how far shoppers went, counts) is not carried; it is built again and
//! then compared.

/// What a key column holds, and the smallest value it can have.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Number,
}

/// A table in which rows belong to shops.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The column with the shop's id.
    shop: &'static str,
    /// The rest of the primary key, in its order.
    key: &'static [(&'static str, Kind)],
    /// The other columns that are carried.
    columns: &'static [&'static str],
    /// Of these, what replaces the value of a row that is there already; of responses, nothing: they are deleted first.
    replaced: &'static [&'static str],
}

/// Read with a cursor, written with all that is counted of them.
pub(super) const RESPONSES: Table = Table {
    name: "responses",
    shop: "shop",
    key: &[("id", Kind::Text)],
    columns: &[
        "survey",
        "version",
        "revision",
        "fingerprint",
        "complete",
        "touchpoint",
        "language",
        "device",
        "source",
        "url",
        "answers",
        "scores",
        "order_id",
        "order_value",
        "order_currency",
        "customer",
        "traits",
        "day",
        "received_at",
        "updated_at",
        "flags",
        "excluded",
        "import",
        "tags",
    ],
    replaced: &[],
};

/// What is carried whole, while the shop is frozen.
pub(super) const OTHERS: [Table; 14] = [
    Table {
        name: "shops",
        shop: "id",
        key: &[],
        columns: &["name", "language", "time_zone", "origins", "created_at", "settings", "daily_answers"],
        replaced: &["name", "language", "time_zone", "origins", "settings", "daily_answers"],
    },
    Table {
        name: "keys",
        shop: "shop",
        key: &[("kind", Kind::Text), ("key", Kind::Text)],
        columns: &["label", "created_at", "revoked_at", "scope", "used_at", "expires_at"],
        replaced: &["label", "revoked_at", "used_at", "expires_at"],
    },
    Table {
        name: "audit",
        shop: "shop",
        key: &[("at", Kind::Number), ("id", Kind::Text)],
        columns: &["key", "label", "action", "subject", "status"],
        replaced: &["status"],
    },
    Table {
        name: "surveys",
        shop: "shop",
        key: &[("id", Kind::Text)],
        columns: &["status", "version", "definition", "created_at", "updated_at"],
        replaced: &["status", "version", "definition", "updated_at"],
    },
    Table {
        name: "survey_versions",
        shop: "shop",
        key: &[("survey", Kind::Text), ("version", Kind::Number)],
        columns: &["definition", "published_at"],
        replaced: &["definition"],
    },
    // The answers were counted while they were written. Only now may it be known when there are enough of them.
    Table {
        name: "survey_counts",
        shop: "shop",
        key: &[("survey", Kind::Text)],
        columns: &["answers", "stop_after"],
        replaced: &["stop_after"],
    },
    // Partial and complete answers were counted, too; the rest is what pages told.
    Table {
        name: "funnel",
        shop: "shop",
        key: &[("survey", Kind::Text), ("day", Kind::Number), ("version", Kind::Number), ("device", Kind::Text)],
        columns: &["impressions", "views", "starts", "dismissals"],
        replaced: &["impressions", "views", "starts", "dismissals"],
    },
    // Also of answers that were erased since.
    Table { name: "usage", shop: "shop", key: &[("day", Kind::Number)], columns: &["answers"], replaced: &["answers"] },
    Table {
        name: "tombstones",
        shop: "shop",
        key: &[("id", Kind::Text)],
        columns: &["erased_at"],
        replaced: &["erased_at"],
    },
    Table {
        name: "erasures",
        shop: "shop",
        key: &[("at", Kind::Number), ("id", Kind::Text)],
        columns: &["by", "what", "subject", "responses"],
        replaced: &["responses"],
    },
    Table {
        name: "dead_letters",
        shop: "shop",
        key: &[("id", Kind::Text)],
        columns: &["reason", "body", "at"],
        replaced: &["reason"],
    },
    Table { name: "webhooks", shop: "shop", key: &[("id", Kind::Text)], columns: &WEBHOOK, replaced: &WEBHOOK },
    // All that happened was laid out when the shop was frozen.
    Table {
        name: "deliveries",
        shop: "shop",
        key: &[("webhook", Kind::Text), ("event", Kind::Text)],
        columns: &DELIVERY,
        replaced: &DELIVERY,
    },
    Table {
        name: "imports",
        shop: "shop",
        key: &[("id", Kind::Text)],
        columns: &[
            "source",
            "survey",
            "created_at",
            "finished_at",
            "batches",
            "rows",
            "imported",
            "updated",
            "unchanged",
            "refused",
            "barred",
            "first_at",
            "last_at",
        ],
        replaced: &[
            "finished_at",
            "batches",
            "rows",
            "imported",
            "updated",
            "unchanged",
            "refused",
            "barred",
            "first_at",
            "last_at",
        ],
    },
];

const WEBHOOK: [&str; 13] = [
    "url",
    "events",
    "template",
    "recipient",
    "description",
    "status",
    "reason",
    "secret",
    "old_secret",
    "old_until",
    "failing_since",
    "created_at",
    "updated_at",
];

const DELIVERY: [&str; 10] =
    ["type", "response", "revision", "at", "state", "attempts", "next_at", "last_at", "last_status", "last_error"];

/// What is not carried and has to go with a shop: built by triggers, or of no use elsewhere. The outbox stays: it tells what
/// happened here, was laid out as deliveries before the shop left, and is pruned by its age.
pub(super) const BUILT: [&str; 5] = ["tallies", "configs", "move_changes", "response_tags", "tags"];

/// The first statement of a transaction of the move. It gives a row if it is this step's turn; else what follows it does
/// nothing. `?2` is the turn, `?3` to `?5` phase, cursor and responses written so far.
pub(super) const TAKE_TURN: &str = "UPDATE moves SET copying = 1, turn = turn + 1, phase = ?3, cursor = ?4, copied = ?5 \
     WHERE shop = ?1 AND state = 'arriving' AND turn = ?2 RETURNING turn";

/// The last one.
pub(super) const END_TURN: &str = "UPDATE moves SET copying = 0 WHERE shop = ?1 AND copying = 1";

impl Table {
    /// All carried columns behind the shop, the key first.
    fn carried(&self) -> Vec<&'static str> {
        self.key.iter().map(|(name, _)| *name).chain(self.columns.iter().copied()).collect()
    }

    fn key_names(&self) -> Vec<&'static str> {
        self.key.iter().map(|(name, _)| *name).collect()
    }

    /// The cursor before all rows.
    pub(super) fn begin(&self) -> String {
        let least = self.key.iter().map(|(_, kind)| match kind {
            Kind::Text => "\"\"",
            Kind::Number => "-9007199254740991",
        });
        format!("[{}]", least.collect::<Vec<_>>().join(","))
    }

    /// Reads a page behind a cursor (`?2`), at most `?3` rows: of each its key and all that is carried, as JSON.
    pub(super) fn read(&self) -> String {
        let (shop, name) = (self.shop, self.name);
        let (keys, carried) = (self.key_names().join(", "), self.carried().join(", "));
        if keys.is_empty() {
            // One row: there is none behind it. The empty cursor is the only one before it.
            return format!(
                "SELECT json_array('end') AS key, json_array({carried}) AS row FROM {name} \
                 WHERE {shop} = ?1 AND ?2 = '[]' LIMIT ?3"
            );
        }
        let after: Vec<String> = (0..self.key.len()).map(|at| format!("json_extract(?2, '$[{at}]')")).collect();
        format!(
            "SELECT json_array({keys}) AS key, json_array({carried}) AS row FROM {name} \
             WHERE {shop} = ?1 AND ({keys}) > ({}) ORDER BY {keys} LIMIT ?3",
            after.join(", ")
        )
    }

    /// Reads the rows whose ids are in a JSON list (`?2`).
    pub(super) fn read_some(&self) -> String {
        let (shop, name) = (self.shop, self.name);
        let carried = self.carried().join(", ");
        format!(
            "SELECT json_array(id) AS key, json_array({carried}) AS row FROM {name} \
             WHERE {shop} = ?1 AND id IN (SELECT value FROM json_each(?2))"
        )
    }

    /// Writes rows from a JSON list (`?2`) of lists, if the turn is taken.
    pub(super) fn write(&self) -> String {
        let (shop, name) = (self.shop, self.name);
        let carried = self.carried();
        let values: Vec<String> = (0..carried.len()).map(|at| format!("json_extract(value, '$[{at}]')")).collect();
        let mut sql = format!(
            "INSERT INTO {name} ({shop}, {}) SELECT ?1, {} FROM json_each(?2) \
             WHERE EXISTS (SELECT 1 FROM moves WHERE shop = ?1 AND copying = 1)",
            carried.join(", "),
            values.join(", ")
        );
        if self.replaced.is_empty() {
            // There should be none. If there is, the comparison at the end finds it.
            sql.push_str(" ON CONFLICT DO NOTHING");
        } else {
            let key: Vec<&str> = [self.shop].into_iter().chain(self.key_names()).collect();
            let set: Vec<String> = self.replaced.iter().map(|column| format!("{column} = excluded.{column}")).collect();
            sql = format!("{sql} ON CONFLICT ({}) DO UPDATE SET {}", key.join(", "), set.join(", "));
        }
        sql
    }

    /// Deletes the rows whose ids are in a JSON list (`?2`), if the turn is taken.
    pub(super) fn delete_some(&self) -> String {
        let (shop, name) = (self.shop, self.name);
        format!(
            "DELETE FROM {name} WHERE {shop} = ?1 AND id IN (SELECT value FROM json_each(?2)) \
             AND EXISTS (SELECT 1 FROM moves WHERE shop = ?1 AND copying = 1)"
        )
    }
}

/// Deletes up to `?2` responses of a shop, if the turn is taken.
pub(super) const CLEAR_SOME: &str = "DELETE FROM responses WHERE shop = ?1 \
     AND id IN (SELECT id FROM responses WHERE shop = ?1 ORDER BY id LIMIT ?2) \
     AND EXISTS (SELECT 1 FROM moves WHERE shop = ?1 AND copying = 1) RETURNING 1 AS gone";

/// Deletes all of a shop in one of the other tables, if the turn is taken.
pub(super) fn clear(name: &str, shop: &str) -> String {
    format!("DELETE FROM {name} WHERE {shop} = ?1 AND EXISTS (SELECT 1 FROM moves WHERE shop = ?1 AND copying = 1)")
}

/// Every table that is cleared whole, with its column of the shop.
pub(super) fn cleared() -> impl Iterator<Item = (&'static str, &'static str)> {
    BUILT.into_iter().map(|name| (name, "shop")).chain(OTHERS.iter().map(|table| (table.name, table.shop)))
}

/// Changes of responses that wait to be carried, at most `?2`.
pub(super) const CHANGES: &str = "SELECT id, n FROM move_changes WHERE shop = ?1 ORDER BY id LIMIT ?2";

/// Forgets those that were carried (`?2`, a JSON list of id and number) and did not change again.
pub(super) const CARRIED: &str = "DELETE FROM move_changes WHERE shop = ?1 AND (id, n) IN \
     (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?2))";

/// A portion of the responses behind an id (`?2`), at most `?3`: how many, up to which id, and sums of what they say. Two
/// sides that hold the same say the same.
pub(super) const SUM_OF_RESPONSES: &str = "SELECT count(*) AS n, ifnull(max(id), '') AS last, \
     json_array(count(*), max(id), sum(revision), sum(complete), sum(flags), sum(updated_at % 1000003), \
     sum(received_at % 1000003), sum(length(answers)), sum(length(scores)), sum(length(traits)), count(import), \
     sum(length(excluded)), sum(length(tags)), \
     sum(unicode(substr(fingerprint, 1, 1)) + 131 * unicode(substr(fingerprint, 2, 1)) \
     + 17161 * unicode(substr(fingerprint, 3, 1)))) AS sums \
     FROM (SELECT * FROM responses WHERE shop = ?1 AND id > ?2 ORDER BY id LIMIT ?3)";

/// What else has to be the same on both sides, above all what each side has counted by itself.
pub(super) const SUM_OF_OTHERS: &str = "SELECT json_array(\
     (SELECT count(*) FROM shops WHERE id = ?1), \
     (SELECT count(*) FROM keys WHERE shop = ?1), \
     (SELECT count(*) FROM audit WHERE shop = ?1), \
     (SELECT json_array(count(*), sum(version), sum(length(definition))) FROM surveys WHERE shop = ?1), \
     (SELECT json_array(count(*), sum(length(definition))) FROM survey_versions WHERE shop = ?1), \
     (SELECT json_array(sum(answers), sum(stop_after)) FROM survey_counts WHERE shop = ?1), \
     (SELECT json_array(sum(impressions), sum(views), sum(starts), sum(dismissals), sum(partials), sum(completes), \
     sum(day * (partials + completes))) FROM funnel WHERE shop = ?1), \
     (SELECT count(*) FROM erasures WHERE shop = ?1), \
     (SELECT json_array(count(*), sum(length(secret))) FROM webhooks WHERE shop = ?1), \
     (SELECT json_array(count(*), sum(rows), sum(imported)) FROM imports WHERE shop = ?1), \
     (SELECT json_group_array(json(line)) FROM (SELECT json_array(metric, facet, sum(c0), sum(c1), sum(c2), sum(c3), \
     sum(c4), sum(c5), sum(c6), sum(c7), sum(c8), sum(c9), sum(c10), \
     sum(day * (c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10))) AS line FROM tallies WHERE shop = ?1 \
     GROUP BY metric, facet HAVING sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10) <> 0 \
     ORDER BY metric, facet))) AS sums";

#[cfg(test)]
mod tests;
