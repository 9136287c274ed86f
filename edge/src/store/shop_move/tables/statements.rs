//! The statements that copy, delete and compare a shop's rows.
//!
//! Rows are read and written as JSON lists, which the Worker passes on without looking at the values. Statements that change
//! the target require that the transaction has taken the turn.

use super::{Table, cleared};
use crate::{
    db::{Database, Statement},
    store::StoreError,
};
use serde::Deserialize;

/// A row with its key, both as JSON lists.
#[derive(Deserialize)]
pub(in super::super) struct PageRow {
    pub(in super::super) key: String,
    pub(in super::super) row: String,
}

/// A response that changed during the copy; `n` is the number of its changes.
#[derive(Deserialize)]
pub(in super::super) struct Change {
    pub(in super::super) id: String,
    pub(in super::super) n: i64,
}

/// Checksums of a range of responses.
#[derive(Deserialize)]
pub(in super::super) struct ResponsesChecksum {
    pub(in super::super) n: u32,
    pub(in super::super) last: String,
    pub(in super::super) sums: String,
}

/// Checksums of the other tables.
#[derive(Deserialize, PartialEq)]
pub(in super::super) struct OthersChecksum {
    sums: String,
}

/// `?2` is the turn, `?3` to `?5` are the phase, the cursor and the responses copied so far.
const TAKE_TURN: &str = "UPDATE moves SET copying = 1, turn = turn + 1, phase = ?3, cursor = ?4, copied = ?5 \
     WHERE shop = ?1 AND state = 'arriving' AND turn = ?2 RETURNING turn";

const END_TURN: &str = "UPDATE moves SET copying = 0 WHERE shop = ?1 AND copying = 1";

impl Table {
    /// Reads at most `?3` rows after a cursor (`?2`), each as JSON lists of its key and its copied columns.
    fn page_sql(&self) -> String {
        let (shop, name) = (self.shop, self.name);
        let (keys, copied) = (self.key_names().join(", "), self.copied().join(", "));
        if keys.is_empty() {
            // The table has one row per shop, after the empty cursor.
            return format!(
                "SELECT json_array('end') AS key, json_array({copied}) AS row FROM {name} \
                 WHERE {shop} = ?1 AND ?2 = '[]' LIMIT ?3"
            );
        }
        let after: Vec<String> = (0..self.key.len()).map(|at| format!("json_extract(?2, '$[{at}]')")).collect();
        format!(
            "SELECT json_array({keys}) AS key, json_array({copied}) AS row FROM {name} \
             WHERE {shop} = ?1 AND ({keys}) > ({}) ORDER BY {keys} LIMIT ?3",
            after.join(", ")
        )
    }

    /// Reads the rows whose ids are in a JSON list (`?2`).
    fn select_sql(&self) -> String {
        let (shop, name) = (self.shop, self.name);
        let copied = self.copied().join(", ");
        format!(
            "SELECT json_array(id) AS key, json_array({copied}) AS row FROM {name} \
             WHERE {shop} = ?1 AND id IN (SELECT value FROM json_each(?2))"
        )
    }

    /// Inserts rows from a JSON list (`?2`) of lists, if the turn is taken.
    fn insert_sql(&self) -> String {
        let (shop, name) = (self.shop, self.name);
        let copied = self.copied();
        let values: Vec<String> = (0..copied.len()).map(|at| format!("json_extract(value, '$[{at}]')")).collect();
        let mut sql = format!(
            "INSERT INTO {name} ({shop}, {}) SELECT ?1, {} FROM json_each(?2) \
             WHERE EXISTS (SELECT 1 FROM moves WHERE shop = ?1 AND copying = 1)",
            copied.join(", "),
            values.join(", ")
        );
        if self.replaced.is_empty() {
            // No conflict is expected; the comparison at the end would find it.
            sql.push_str(" ON CONFLICT DO NOTHING");
        } else {
            let key: Vec<&str> = [self.shop].into_iter().chain(self.key_names()).collect();
            let set: Vec<String> = self.replaced.iter().map(|column| format!("{column} = excluded.{column}")).collect();
            sql = format!("{sql} ON CONFLICT ({}) DO UPDATE SET {}", key.join(", "), set.join(", "));
        }
        sql
    }

    /// Deletes the rows whose ids are in a JSON list (`?2`), if the turn is taken.
    fn delete_sql(&self) -> String {
        let (shop, name) = (self.shop, self.name);
        format!(
            "DELETE FROM {name} WHERE {shop} = ?1 AND id IN (SELECT value FROM json_each(?2)) \
             AND EXISTS (SELECT 1 FROM moves WHERE shop = ?1 AND copying = 1)"
        )
    }
    /// At most `limit` rows of a shop after a cursor, ordered by key.
    pub(in super::super) async fn page(
        &self,
        database: &Database,
        shop: &str,
        cursor: &str,
        limit: u32,
    ) -> Result<Vec<PageRow>, StoreError> {
        database.rows(&self.page_sql(), &[shop.into(), cursor.into(), limit.into()]).await
    }

    /// The rows whose ids are in a JSON list.
    pub(in super::super) async fn select(
        &self,
        database: &Database,
        shop: &str,
        ids: &str,
    ) -> Result<Vec<PageRow>, StoreError> {
        database.rows(&self.select_sql(), &[shop.into(), ids.into()]).await
    }

    /// Inserts rows from a JSON list of lists.
    pub(in super::super) fn insert(&self, shop: &str, rows: &str) -> Statement {
        Statement::new(self.insert_sql(), [shop.into(), rows.into()])
    }

    /// Deletes the rows whose ids are in a JSON list.
    pub(in super::super) fn delete(&self, shop: &str, ids: &str) -> Statement {
        Statement::new(self.delete_sql(), [shop.into(), ids.into()])
    }
}

/// Deletes up to `?2` responses of a shop, if the turn is taken.
const CLEAR_RESPONSES: &str = "DELETE FROM responses WHERE shop = ?1 \
     AND id IN (SELECT id FROM responses WHERE shop = ?1 ORDER BY id LIMIT ?2) \
     AND EXISTS (SELECT 1 FROM moves WHERE shop = ?1 AND copying = 1) RETURNING 1 AS gone";

/// Deletes a shop's rows of another table, if the turn is taken.
fn clear_sql(name: &str, shop: &str) -> String {
    format!("DELETE FROM {name} WHERE {shop} = ?1 AND EXISTS (SELECT 1 FROM moves WHERE shop = ?1 AND copying = 1)")
}

const SELECT_CHANGES: &str = "SELECT id, n FROM move_changes WHERE shop = ?1 ORDER BY id LIMIT ?2";

/// Deletes records of changes that were copied (`?2`, a JSON list of id and number) and have not changed again.
const DELETE_CHANGES: &str = "DELETE FROM move_changes WHERE shop = ?1 AND (id, n) IN \
     (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?2))";

/// The number, the last id and checksums of at most `?3` responses after an id (`?2`).
const CHECKSUM_OF_RESPONSES: &str = "SELECT count(*) AS n, ifnull(max(id), '') AS last, \
     json_array(count(*), max(id), sum(revision), sum(complete), sum(flags), sum(updated_at % 1000003), \
     sum(received_at % 1000003), sum(length(answers)), sum(length(scores)), sum(length(traits)), count(import), \
     sum(length(excluded)), sum(length(tags)), \
     sum(unicode(substr(fingerprint, 1, 1)) + 131 * unicode(substr(fingerprint, 2, 1)) \
     + 17161 * unicode(substr(fingerprint, 3, 1)))) AS sums \
     FROM (SELECT * FROM responses WHERE shop = ?1 AND id > ?2 ORDER BY id LIMIT ?3)";

/// Checksums of the other tables, above all of the counts that each side maintains itself.
const CHECKSUM_OF_OTHERS: &str = "SELECT json_array(\
     (SELECT count(*) FROM shops WHERE id = ?1), \
     (SELECT count(*) FROM keys WHERE shop = ?1), \
     (SELECT count(*) FROM audit WHERE shop = ?1), \
     (SELECT json_array(count(*), sum(version), sum(length(definition))) FROM surveys WHERE shop = ?1), \
     (SELECT json_array(count(*), sum(length(definition))) FROM survey_versions WHERE shop = ?1), \
     (SELECT json_array(sum(answers), sum(stop_after)) FROM survey_counts WHERE shop = ?1), \
     (SELECT json_array(sum(impressions), sum(views), sum(starts), sum(dismissals), sum(partials), sum(completes), \
     sum(day * (partials + completes))) FROM funnel WHERE shop = ?1), \
     (SELECT json_array(sum(impressions), sum(views), sum(starts), sum(dismissals), sum(partials), sum(completes), \
     sum(day * (partials + completes)), sum(is_excluded * (partials + completes))) FROM funnel_left_out \
     WHERE shop = ?1), \
     (SELECT count(*) FROM erasures WHERE shop = ?1), \
     (SELECT json_array(count(*), sum(length(secret))) FROM webhooks WHERE shop = ?1), \
     (SELECT json_array(count(*), sum(rows), sum(imported)) FROM imports WHERE shop = ?1), \
     (SELECT json_group_array(json(line)) FROM (SELECT json_array(metric, facet, sum(c0), sum(c1), sum(c2), sum(c3), \
     sum(c4), sum(c5), sum(c6), sum(c7), sum(c8), sum(c9), sum(c10), sum(x_excluded), sum(x_honeypot), \
     sum(x_bad_token), sum(x_token_reused), sum(x_no_token), sum(x_impossible_timing), sum(x_too_fast), \
     sum(day * (c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10))) AS line FROM tallies WHERE shop = ?1 \
     GROUP BY metric, facet HAVING sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + x_excluded + x_honeypot \
     + x_bad_token + x_token_reused + x_no_token + x_impossible_timing + x_too_fast) <> 0 \
     ORDER BY metric, facet))) AS sums";

/// The first statement of a move's transaction at the target. Returns a row if the transaction has the turn; otherwise the
/// statements after it do nothing.
pub(in super::super) fn take_turn(shop: &str, turn: i64, phase: &str, cursor: &str, copied: i64) -> Statement {
    Statement::new(TAKE_TURN, [shop.into(), turn.into(), phase.into(), cursor.into(), copied.into()])
}

/// The last statement of a move's transaction.
pub(in super::super) fn end_turn(shop: &str) -> Statement {
    Statement::new(END_TURN, [shop.into()])
}

/// Deletes up to `limit` responses of a shop and returns a row for each.
pub(in super::super) fn clear_responses(shop: &str, limit: u32) -> Statement {
    Statement::new(CLEAR_RESPONSES, [shop.into(), limit.into()])
}

/// Deletes a shop's rows of all tables except `responses`.
pub(in super::super) fn clear_all(shop: &str) -> impl Iterator<Item = Statement> {
    cleared().map(move |(table, column)| Statement::new(clear_sql(table, column), [shop.into()]))
}

/// Deletes a shop's config row.
pub(in super::super) fn clear_config(shop: &str) -> Statement {
    Statement::new(clear_sql("configs", "shop"), [shop.into()])
}

/// Changed responses that have to be copied again, at most `limit`.
pub(in super::super) async fn changes(database: &Database, shop: &str, limit: u32) -> Result<Vec<Change>, StoreError> {
    database.rows(SELECT_CHANGES, &[shop.into(), limit.into()]).await
}

/// Deletes the records of changes that were copied: a JSON list of id and number.
pub(in super::super) fn delete_changes(shop: &str, copied: &str) -> Statement {
    Statement::new(DELETE_CHANGES, [shop.into(), copied.into()])
}

/// Checksums of at most `limit` responses after an id.
pub(in super::super) async fn checksum_of_responses(
    database: &Database,
    shop: &str,
    after: &str,
    limit: u32,
) -> Result<ResponsesChecksum, StoreError> {
    let checksum = database.row(CHECKSUM_OF_RESPONSES, &[shop.into(), after.into(), limit.into()]).await?;
    checksum.ok_or_else(|| StoreError::Corrupt("a checksum has no row".to_owned()))
}

/// Checksums of the other tables.
pub(in super::super) async fn checksum_of_others(
    database: &Database,
    shop: &str,
) -> Result<Option<OthersChecksum>, StoreError> {
    database.row(CHECKSUM_OF_OTHERS, &[shop.into()]).await
}

#[cfg(test)]
mod tests;
