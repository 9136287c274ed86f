//! Keys of shops.

use super::{Store, StoreError};
use crate::db::Statement;
use crate::key::Kind;
use serde::Deserialize;
use std::{cell::RefCell, collections::HashMap};

/// How exactly the last use of a key is known, in milliseconds: it is written at most once in that time.
const HOUR_MS: i64 = 3_600_000;
/// Public keys of which an instance remembers when their use was written.
const KEPT: usize = 10_000;

/// What a key may do; the later includes the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    Read,
    Write,
}

impl Scope {
    /// All of them.
    pub(crate) const ALL: [Self; 2] = [Self::Read, Self::Write];

    /// The name on the wire and in the store.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// The scope of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }
}

/// A secret key as whoever asks with it needs it.
#[derive(Debug, Deserialize)]
pub(crate) struct KnownKey {
    pub(crate) id: String,
    pub(crate) label: String,
    scope: String,
    /// Start of an hour, in milliseconds since 1970.
    pub(crate) used_at: Option<i64>,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl KnownKey {
    /// What it may do. A word that nobody knows is the least.
    pub(crate) fn scope(&self) -> Scope {
        Scope::parse(&self.scope).unwrap_or(Scope::Read)
    }

    /// Whether it opens anything at a moment, in milliseconds since 1970.
    pub(crate) fn is_valid_at(&self, now: i64) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

thread_local! {
    /// The hour in which the use of a public key was last written, or found to be written.
    static USED: RefCell<HashMap<String, i64>> = RefCell::new(HashMap::new());
}

const fn hour_of(now: i64) -> i64 {
    now - now.rem_euclid(HOUR_MS)
}

impl Store {
    /// A secret key of a shop by its hash, also one that has ended.
    pub(crate) async fn secret_key(&self, shop: &str, hash: &str) -> Result<Option<KnownKey>, StoreError> {
        let sql = "SELECT id, label, scope, used_at, expires_at, revoked_at FROM keys \
                   WHERE shop = ?1 AND kind = 'secret' AND key = ?2";
        self.database.row(sql, &[shop.into(), hash.into()]).await
    }

    /// Notes that a key was used, after the reply, and at most once an hour. `known` is when it was used before. If it
    /// cannot be written, the next use writes it.
    pub(crate) fn touch_last_used(&self, shop: &str, kind: Kind, key: &str, known: Option<i64>, now: i64) {
        let hour = hour_of(now);
        if known.is_some_and(|known| known >= hour) {
            return;
        }
        let (store, shop, key) = (self.clone(), shop.to_owned(), key.to_owned());
        self.after_reply(async move {
            let sql = "UPDATE keys SET used_at = ?4 WHERE shop = ?1 AND kind = ?2 AND key = ?3 \
                       AND ifnull(used_at, 0) < ?4";
            let arguments = [(&shop).into(), kind.as_str().into(), (&key).into(), hour.into()];
            let _ = store.database.transaction([Statement::new(sql, arguments)]).await;
        });
    }

    /// The same for a key of pages: they come much more often, so that this instance remembers what it has written.
    pub(crate) fn touch_public_key(&self, shop: &str, key: &str, now: i64) {
        let known = USED.with_borrow_mut(|used| {
            if used.len() >= KEPT {
                used.clear();
            }
            used.insert(key.to_owned(), hour_of(now))
        });
        self.touch_last_used(shop, Kind::Public, key, known, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(scope: &str, expires_at: Option<i64>, revoked_at: Option<i64>) -> KnownKey {
        let row = serde_json::json!({ "id": "key_1", "label": "", "scope": scope, "used_at": null,
            "expires_at": expires_at, "revoked_at": revoked_at });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn writing_includes_reading() {
        assert!(Scope::Write > Scope::Read);
        for (word, scope) in [("read", Scope::Read), ("write", Scope::Write), ("admin", Scope::Read)] {
            assert_eq!(key(word, None, None).scope(), scope, "{word}");
        }
    }

    #[test]
    fn a_key_is_valid_until_it_ends() {
        for (expires_at, revoked_at, now, valid) in [
            (None, None, 9, true),
            (Some(10), None, 9, true),
            (Some(10), None, 10, false),
            (None, Some(10), 9, false),
            (Some(10), Some(5), 4, false),
        ] {
            assert_eq!(
                key("read", expires_at, revoked_at).is_valid_at(now),
                valid,
                "{expires_at:?} {revoked_at:?} {now}"
            );
        }
        assert_eq!([0, 3_599_999, 3_600_000].map(hour_of), [0, 0, 3_600_000]);
    }
}
