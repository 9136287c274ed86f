//! Keys as requests present them.

use super::{
    super::{ApiKeys, StoreError},
    Scope,
};
use crate::cache::IsolateCache;
use crate::db::Statement;
use crate::key::Kind;
use serde::Deserialize;

/// Precision of `used_at`, in milliseconds: the column is written at most once in this time.
const HOUR_MS: i64 = 3_600_000;
/// Public keys of which one isolate remembers when `used_at` was written.
const CACHE_CAPACITY: usize = 10_000;

/// The columns of [`SecretKey`].
const COLUMNS: &str = "id, label, scope, used_at, expires_at, revoked_at";

/// A secret key that a request was authenticated with.
#[derive(Debug, Deserialize)]
pub(crate) struct SecretKey {
    pub(crate) id: String,
    pub(crate) label: String,
    scope: String,
    /// Start of an hour, in milliseconds since 1970.
    pub(crate) used_at: Option<i64>,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl SecretKey {
    /// The key's scope. An unknown value grants read access only.
    pub(crate) fn scope(&self) -> Scope {
        Scope::parse(&self.scope).unwrap_or(Scope::Read)
    }

    /// Whether the key is neither expired nor revoked. `now` in milliseconds since 1970.
    pub(crate) fn is_valid_at(&self, now: i64) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

thread_local! {
    /// The hour in which `used_at` of a public key was last written.
    static USED: IsolateCache<String, i64> = IsolateCache::new(CACHE_CAPACITY);
}

const fn hour_of(now: i64) -> i64 {
    now - now.rem_euclid(HOUR_MS)
}

impl ApiKeys<'_> {
    /// A shop's secret key by its hash. Expired and revoked keys are returned, too.
    pub(crate) async fn find_secret(&self, shop: &str, hash: &str) -> Result<Option<SecretKey>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM keys WHERE shop = ?1 AND kind = 'secret' AND key = ?2");
        self.0.database.row(&sql, &[shop.into(), hash.into()]).await
    }

    /// Records after the reply that a key was used, at most once an hour. `known` is the recorded time. A failed write is
    /// not retried: the next use writes the time again.
    pub(crate) fn touch_last_used(&self, shop: &str, kind: Kind, key: &str, known: Option<i64>, now: i64) {
        let hour = hour_of(now);
        if known.is_some_and(|known| known >= hour) {
            return;
        }
        let (store, shop, key) = (self.0.clone(), shop.to_owned(), key.to_owned());
        self.0.after_reply(async move {
            let sql = "UPDATE keys SET used_at = ?4 WHERE shop = ?1 AND kind = ?2 AND key = ?3 \
                       AND ifnull(used_at, 0) < ?4";
            let arguments = [(&shop).into(), kind.as_str().into(), (&key).into(), hour.into()];
            let _ = store.database.transaction([Statement::new(sql, arguments)]).await;
        });
    }

    /// The same for a public key. Public keys are used on every page view, so the isolate remembers what it has written.
    pub(crate) fn touch_public(&self, shop: &str, key: &str, now: i64) {
        let known = USED.with(|used| used.insert(key.to_owned(), hour_of(now)));
        self.touch_last_used(shop, Kind::Public, key, known, now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(scope: &str, expires_at: Option<i64>, revoked_at: Option<i64>) -> SecretKey {
        let row = serde_json::json!({ "id": "key_1", "label": "", "scope": scope, "used_at": null,
            "expires_at": expires_at, "revoked_at": revoked_at });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn write_scope_includes_the_others_and_an_unknown_scope_only_reads() {
        for (word, scope, permitted) in [
            ("read", Scope::Read, [true, false, false]),
            ("write", Scope::Write, [true, true, true]),
            ("submit", Scope::Submit, [false, false, true]),
            ("admin", Scope::Read, [true, false, false]),
        ] {
            assert_eq!(key(word, None, None).scope(), scope, "{word}");
            assert_eq!(Scope::ALL.map(|needed| scope.permits(needed)), permitted, "{word}");
        }
    }

    #[test]
    fn a_key_is_valid_until_it_expires_or_is_revoked() {
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
