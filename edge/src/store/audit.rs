//! What owners changed: one row for each change, for as long as retention keeps it.

use super::{Cursor, Store, StoreError};
use crate::db::Statement;
use serde::Deserialize;

/// A change to be noted.
pub(crate) struct Entry<'a> {
    pub(crate) shop: &'a str,
    /// Tells it from others of the same moment.
    pub(crate) id: &'a str,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    /// Id of the key that asked.
    pub(crate) key: &'a str,
    /// What it is called.
    pub(crate) label: &'a str,
    /// Like `surveys.publish`.
    pub(crate) action: &'a str,
    /// What was changed: an id, or a hash.
    pub(crate) subject: &'a str,
    /// Of the reply.
    pub(crate) status: u16,
}

/// Which changes to read.
pub(crate) struct Audited<'a> {
    pub(crate) shop: &'a str,
    pub(crate) action: Option<&'a str>,
    /// Id of a key.
    pub(crate) key: Option<&'a str>,
    /// Milliseconds since 1970, inclusive.
    pub(crate) from: i64,
    /// Milliseconds since 1970, exclusive.
    pub(crate) to: i64,
    pub(crate) after: Option<Cursor>,
    pub(crate) limit: u32,
}

/// A change as its owner may read it.
#[derive(Debug, Deserialize)]
pub(crate) struct AuditRow {
    pub(crate) at: i64,
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) status: u16,
}

impl Store {
    /// Notes a change.
    pub(crate) async fn note(&self, entry: &Entry<'_>) -> Result<(), StoreError> {
        let sql = "INSERT INTO audit (shop, at, id, key, label, action, subject, status) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING";
        let arguments = [
            entry.shop.into(),
            entry.at.into(),
            entry.id.into(),
            entry.key.into(),
            entry.label.into(),
            entry.action.into(),
            entry.subject.into(),
            u32::from(entry.status).into(),
        ];
        let write = Statement::new(sql, arguments);
        self.database.idempotent(vec![write]).await.map(|_| ())
    }

    /// A shop's changes, the newest first, at most `limit`, after a cursor. Each kind of question walks an index of its own.
    pub(crate) async fn changes(&self, wanted: &Audited<'_>) -> Result<Vec<AuditRow>, StoreError> {
        let cursor = wanted.after.as_ref().filter(|cursor| cursor.received_at < wanted.to);
        let (at, id) = cursor.map_or((wanted.to, ""), |cursor| (cursor.received_at, cursor.id.as_str()));
        let mut arguments = vec![wanted.shop.into(), wanted.from.into(), at.into(), id.into(), wanted.limit.into()];
        let sql = match (wanted.key, wanted.action) {
            (Some(key), action) => {
                arguments.extend([key.into(), action.into()]);
                "SELECT at, id, key, label, action, subject, status FROM audit INDEXED BY audit_by_key \
                 WHERE shop = ?1 AND key = ?6 AND at >= ?2 AND (at, id) < (?3, ?4) AND action = ifnull(?7, action) \
                 ORDER BY at DESC, id DESC LIMIT ?5"
            }
            (None, Some(action)) => {
                arguments.push(action.into());
                "SELECT at, id, key, label, action, subject, status FROM audit INDEXED BY audit_by_action \
                 WHERE shop = ?1 AND action = ?6 AND at >= ?2 AND (at, id) < (?3, ?4) \
                 ORDER BY at DESC, id DESC LIMIT ?5"
            }
            (None, None) => {
                "SELECT at, id, key, label, action, subject, status FROM audit \
                 WHERE shop = ?1 AND at >= ?2 AND (at, id) < (?3, ?4) ORDER BY at DESC, id DESC LIMIT ?5"
            }
        };
        self.database.rows(sql, &arguments).await
    }
}
