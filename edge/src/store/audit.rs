//! The audit log: one row for each change that an owner made, until retention deletes it.

use super::{Audit, Cursor, StoreError};
use crate::db::Statement;
use serde::Deserialize;

/// The columns of [`AuditRow`].
const COLUMNS: &str = "at, id, key, label, action, subject, status";

/// A change to be recorded.
pub(crate) struct AuditEntry<'a> {
    pub(crate) shop: &'a str,
    /// Distinguishes changes made in the same millisecond.
    pub(crate) id: &'a str,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    /// Id of the key that the request used.
    pub(crate) key: &'a str,
    /// Label of that key.
    pub(crate) label: &'a str,
    /// For example `surveys.publish`.
    pub(crate) action: &'a str,
    /// The id of the changed object, or a hash.
    pub(crate) subject: &'a str,
    /// HTTP status of the reply.
    pub(crate) status: u16,
}

/// Which changes to list.
pub(crate) struct AuditQuery<'a> {
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

impl Audit<'_> {
    /// Records a change. Idempotent.
    pub(crate) async fn record(&self, entry: &AuditEntry<'_>) -> Result<(), StoreError> {
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
        self.0.database.idempotent(vec![write]).await.map(|_| ())
    }

    /// A shop's changes, newest first. Each combination of filters has its own index.
    pub(crate) async fn list(&self, query: &AuditQuery<'_>) -> Result<Vec<AuditRow>, StoreError> {
        let cursor = query.after.as_ref().filter(|cursor| cursor.received_at < query.to);
        let (at, id) = cursor.map_or((query.to, ""), |cursor| (cursor.received_at, cursor.id.as_str()));
        let mut arguments = vec![query.shop.into(), query.from.into(), at.into(), id.into(), query.limit.into()];
        let (index, condition) = match (query.key, query.action) {
            (Some(key), action) => {
                arguments.extend([key.into(), action.into()]);
                ("INDEXED BY audit_by_key", "AND key = ?6 AND action = ifnull(?7, action)")
            }
            (None, Some(action)) => {
                arguments.push(action.into());
                ("INDEXED BY audit_by_action", "AND action = ?6")
            }
            (None, None) => ("", ""),
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM audit {index} WHERE shop = ?1 {condition} \
             AND at >= ?2 AND (at, id) < (?3, ?4) ORDER BY at DESC, id DESC LIMIT ?5"
        );
        self.0.database.rows(&sql, &arguments).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{platform::in_process::ready, store::fixture::Fixture};

    #[test]
    fn changes_are_listed_by_key_and_action_newest_first() {
        let store = Fixture::new().store;
        for (id, at, key, action) in [
            ("a", 1, "key_1", "surveys.publish"),
            ("b", 2, "key_1", "keys.create"),
            ("c", 3, "key_2", "surveys.publish"),
            ("c", 3, "key_2", "recorded twice"),
        ] {
            let entry = AuditEntry { shop: "s", id, at, key, label: "l", action, subject: "x", status: 200 };
            ready(store.audit().record(&entry)).unwrap();
        }
        let list = |key: Option<&str>, action: Option<&str>, after: Option<Cursor>| -> Vec<String> {
            let query = AuditQuery { shop: "s", action, key, from: 1, to: 9, after, limit: 9 };
            let rows = ready(store.audit().list(&query)).unwrap();
            rows.into_iter().map(|row| row.id).collect()
        };
        assert_eq!(list(None, None, None), ["c", "b", "a"]);
        assert_eq!(list(Some("key_1"), None, None), ["b", "a"]);
        assert_eq!(list(Some("key_1"), Some("surveys.publish"), None), ["a"]);
        assert_eq!(list(None, Some("surveys.publish"), None), ["c", "a"]);
        let after = Cursor { received_at: 3, id: "c".to_owned() };
        assert_eq!(list(None, Some("surveys.publish"), Some(after)), ["a"]);
    }
}
