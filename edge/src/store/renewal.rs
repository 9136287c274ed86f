//! Rows that an earlier version wrote: finds them, and rewrites them by the current rules.
//!
//! A portion is one transaction, in which a rewritten row gets the current form. So a job that is stopped continues where it
//! was. A row that was revised after it was read is left alone: the revision has the current form.

use super::{Renewal, StoreError, response::CURRENT_FORM};
use crate::db::{Statement, rows_at};
use insight::redact;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use survey::{plausibility::Flags, submission::PageParameters, wire};

/// The shops with responses to renew, and whether they are being moved: the database rejects writes of such a shop, and its
/// other database renews what is left.
const SELECT_SHOP: &str = "SELECT shop, EXISTS (SELECT 1 FROM moves AS m WHERE m.shop = r.shop \
     AND m.state IN ('frozen', 'left', 'arriving')) AS is_moving FROM responses AS r INDEXED BY responses_to_renew \
     WHERE form = 0 AND shop >= ?1 ORDER BY shop LIMIT 1";

const SELECT_SHOP_OF_LETTERS: &str = "SELECT shop, EXISTS (SELECT 1 FROM moves AS m WHERE m.shop = d.shop \
     AND m.state IN ('frozen', 'left', 'arriving')) AS is_moving FROM dead_letters AS d INDEXED BY dead_letters_to_renew \
     WHERE form = 0 AND shop >= ?1 ORDER BY shop LIMIT 1";

const SELECT_RESPONSES: &str = "SELECT id, revision, url, answers FROM responses INDEXED BY responses_to_renew \
     WHERE form = 0 AND shop = ?1 ORDER BY id LIMIT ?2";

const SELECT_LETTERS: &str = "SELECT id, body FROM dead_letters INDEXED BY dead_letters_to_renew \
     WHERE form = 0 AND shop = ?1 ORDER BY id LIMIT ?2";

/// Rewrites responses (`?2`), unless they were revised, or their shop is being moved. `revision` and `updated_at` stay, so that
/// no event follows. `?3` is the retired flag, `?4` the current form.
const RENEW_RESPONSES: &str = "UPDATE responses SET url = e.url, flags = responses.flags & ~CAST(?3 AS INTEGER), \
     contact = ifnull(responses.contact, e.contact), form = ?4 FROM (SELECT json_extract(value, '$.id') AS id, \
     json_extract(value, '$.revision') AS revision, json_extract(value, '$.url') AS url, \
     json_extract(value, '$.contact') AS contact FROM json_each(?2)) AS e \
     WHERE responses.shop = ?1 AND responses.id = e.id AND responses.form = 0 AND responses.revision = e.revision \
     AND NOT EXISTS (SELECT 1 FROM moves AS m WHERE m.shop = ?1 AND m.state IN ('frozen', 'left', 'arriving')) \
     RETURNING 1";

const RENEW_LETTER: &str = "UPDATE dead_letters SET body = ?3, form = ?4 WHERE shop = ?1 AND id = ?2 AND form = 0 \
     AND NOT EXISTS (SELECT 1 FROM moves AS m WHERE m.shop = ?1 AND m.state IN ('frozen', 'left', 'arriving')) \
     RETURNING 1";

/// What is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Old {
    Responses,
    DeadLetters,
}

/// A shop with rows to renew.
#[derive(Debug, Deserialize)]
pub(crate) struct OldShop {
    /// Its id; empty for the dead letters of the operator.
    pub(crate) shop: String,
    /// 0 or 1.
    pub(crate) is_moving: u8,
}

#[derive(Deserialize)]
struct OldResponse {
    id: String,
    revision: u32,
    url: Option<String>,
    /// JSON list.
    answers: String,
}

#[derive(Serialize)]
struct RenewedResponse {
    id: String,
    revision: u32,
    url: Option<String>,
    contact: Option<String>,
}

#[derive(Deserialize)]
struct OldLetter {
    id: String,
    body: String,
}

#[derive(Deserialize)]
struct Row {}

/// What became of a portion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RenewedBatch {
    /// Rows that were read.
    pub(crate) read: usize,
    /// Rows that were rewritten; the others were revised, deleted or frozen meanwhile.
    pub(crate) renewed: usize,
}

impl Renewal<'_> {
    /// The first shop from `from` on that has such rows.
    pub(crate) async fn shop(&self, old: Old, from: &str) -> Result<Option<OldShop>, StoreError> {
        let sql = match old {
            Old::Responses => SELECT_SHOP,
            Old::DeadLetters => SELECT_SHOP_OF_LETTERS,
        };
        self.0.database.row(sql, &[from.into()]).await
    }

    /// Renews at most `limit` rows of a shop. `parameters` are those that it keeps in the addresses of pages.
    pub(crate) async fn renew(
        &self,
        old: Old,
        shop: &str,
        parameters: &PageParameters,
        limit: u32,
    ) -> Result<RenewedBatch, StoreError> {
        let (read, statements) = match old {
            Old::Responses => self.response_updates(shop, parameters, limit).await?,
            Old::DeadLetters => self.dead_letter_updates(shop, parameters, limit).await?,
        };
        if statements.is_empty() {
            return Ok(RenewedBatch::default());
        }
        let count = statements.len();
        let results = self.0.database.idempotent(statements).await?;
        let mut renewed = 0;
        for index in 0..count {
            renewed += rows_at::<Row>(&results, index)?.len();
        }
        Ok(RenewedBatch { read, renewed })
    }

    async fn response_updates(
        &self,
        shop: &str,
        parameters: &PageParameters,
        limit: u32,
    ) -> Result<(usize, Vec<Statement>), StoreError> {
        let rows = self.0.database.rows::<OldResponse>(SELECT_RESPONSES, &[shop.into(), limit.into()]).await?;
        let renewed: Vec<RenewedResponse> = rows
            .into_iter()
            .map(|row| RenewedResponse {
                url: row.url.as_deref().and_then(|url| redact::stored_url(url, parameters)),
                contact: wire::contacts_of(&row.answers),
                id: row.id,
                revision: row.revision,
            })
            .collect();
        if renewed.is_empty() {
            return Ok((0, Vec::new()));
        }
        let list = serde_json::to_string(&renewed).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let arguments = [shop.into(), list.into(), u32::from(Flags::RETIRED).into(), CURRENT_FORM.into()];
        Ok((renewed.len(), vec![Statement::new(RENEW_RESPONSES, arguments)]))
    }

    async fn dead_letter_updates(
        &self,
        shop: &str,
        parameters: &PageParameters,
        limit: u32,
    ) -> Result<(usize, Vec<Statement>), StoreError> {
        let letters = self.0.database.rows::<OldLetter>(SELECT_LETTERS, &[shop.into(), limit.into()]).await?;
        let statements = letters.iter().map(|letter| {
            let body = renewed_message(&letter.body, parameters);
            let arguments = [shop.into(), (&letter.id).into(), body.into(), CURRENT_FORM.into()];
            Statement::new(RENEW_LETTER, arguments)
        });
        Ok((letters.len(), statements.collect()))
    }
}

/// The text of a queue message with a renewed row. A text that is no message has no row, and stays.
fn renewed_message(text: &str, parameters: &PageParameters) -> String {
    let Ok(mut message) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    let Some(row) = message.get_mut("row").and_then(Value::as_object_mut) else { return text.to_owned() };
    if let Some(Value::String(url)) = row.get("url") {
        let url = redact::stored_url(url, parameters);
        row.insert("url".to_owned(), url.into());
    }
    if let Some(bits) = row.get("flags").and_then(Value::as_u64) {
        row.insert("flags".to_owned(), (bits & !u64::from(Flags::RETIRED)).into());
    }
    if let Some(contact) = row.get("answers").and_then(Value::as_str).and_then(wire::contacts_of) {
        row.entry("contact").or_insert(contact.into());
    }
    row.insert("form".to_owned(), CURRENT_FORM.into());
    message.to_string()
}

#[cfg(test)]
mod tests;
