//! Keys as an owner manages them.

use super::{
    super::{ApiKeys, Cursor, StoreError},
    Scope,
};
use crate::db::{Statement, rows_at};
use crate::key::Kind;
use serde::Deserialize;

/// Active keys that a shop may have.
pub(crate) const MAX_KEYS: u32 = 20;
/// The limit for rotations: both keys of a rotation are active until the old one expires.
const MAX_KEYS_ROTATING: u32 = 2 * MAX_KEYS;

/// The columns of [`KeyRow`]; `?2` is the current time.
const COLUMNS: &str = "id, kind, CASE kind WHEN 'public' THEN key END AS public_key, label, scope, \
     CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= ?2 THEN 'expired' ELSE 'active' END AS status, \
     created_at, used_at, expires_at, revoked_at";

const CREATE: &str = "INSERT INTO keys (shop, kind, key, label, scope, created_at, expires_at) \
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE (SELECT count(*) FROM keys WHERE shop = ?1 AND revoked_at IS NULL \
     AND ifnull(expires_at, ?6 + 1) > ?6) < ?8 RETURNING id";

/// Inserts a key with the label and scope of the old one, if the old one is active.
const ROTATE: &str = "INSERT INTO keys (shop, kind, key, label, scope, created_at, expires_at) \
     SELECT shop, kind, ?3, label, scope, ?4, ?5 FROM keys WHERE shop = ?1 AND id = ?2 AND revoked_at IS NULL \
     AND ifnull(expires_at, ?4 + 1) > ?4 AND (SELECT count(*) FROM keys WHERE shop = ?1 AND revoked_at IS NULL \
     AND ifnull(expires_at, ?4 + 1) > ?4) < ?6 RETURNING id";

/// Lets the old key expire at `?5`, or earlier if it already had an earlier end. Does nothing unless [`ROTATE`] inserted
/// the new key (`?3` its kind, `?4` the key).
const EXPIRE_OLD: &str = "UPDATE keys SET expires_at = min(ifnull(expires_at, ?5), ?5) WHERE shop = ?1 AND id = ?2 \
     AND EXISTS (SELECT 1 FROM keys AS n WHERE n.shop = ?1 AND n.kind = ?3 AND n.key = ?4) RETURNING id";

/// Refuses to revoke the last active write key, which would lock the owner out.
const REVOKE: &str = "UPDATE keys SET revoked_at = ?3 WHERE shop = ?1 AND id = ?2 AND revoked_at IS NULL \
     AND (kind = 'public' OR scope <> 'write' OR ifnull(expires_at, ?3 + 1) <= ?3 OR EXISTS (SELECT 1 FROM keys AS o \
     WHERE o.shop = ?1 AND o.kind = 'secret' AND o.scope = 'write' AND o.id <> ?2 AND o.revoked_at IS NULL \
     AND ifnull(o.expires_at, ?3 + 1) > ?3)) RETURNING id";

/// Whether a key is valid, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyStatus {
    Active,
    Expired,
    Revoked,
}

impl KeyStatus {
    /// All statuses.
    pub(crate) const ALL: [Self; 3] = [Self::Active, Self::Expired, Self::Revoked];

    /// The name on the wire and in the store.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// The status with that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// A key as its owner may read it. Times in milliseconds since 1970.
#[derive(Debug, Deserialize)]
pub(crate) struct KeyRow {
    pub(crate) id: String,
    pub(crate) kind: String,
    /// The key itself, if it is public.
    pub(crate) public_key: Option<String>,
    pub(crate) label: String,
    pub(crate) scope: String,
    pub(crate) status: String,
    pub(crate) created_at: i64,
    pub(crate) used_at: Option<i64>,
    pub(crate) expires_at: Option<i64>,
    pub(crate) revoked_at: Option<i64>,
}

impl KeyRow {
    /// The key's kind. An unknown value counts as secret, which is never published.
    pub(crate) fn kind(&self) -> Kind {
        if self.kind == Kind::Public.as_str() { Kind::Public } else { Kind::Secret }
    }
}

/// A key to be created.
pub(crate) struct NewKey<'a> {
    pub(crate) kind: Kind,
    /// The key itself if it is public, its hash if it is secret.
    pub(crate) key: &'a str,
    pub(crate) label: &'a str,
    pub(crate) scope: Scope,
    /// Milliseconds since 1970.
    pub(crate) expires_at: Option<i64>,
}

/// Why a key was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyError {
    /// The shop has reached the limit.
    TooMany,
    /// The key is expired or revoked.
    Ended,
    /// The key is the last active one with the scope `write`.
    Last,
    /// The shop has no key with this id.
    Unknown,
}

#[derive(Debug, Deserialize)]
struct Id {
    id: String,
}

impl ApiKeys<'_> {
    /// A shop's keys with one status, newest first, at most `limit`, after a cursor.
    pub(crate) async fn list(
        &self,
        shop: &str,
        status: KeyStatus,
        after: Option<&Cursor>,
        limit: u32,
        now: i64,
    ) -> Result<Vec<KeyRow>, StoreError> {
        let (at, id) = Cursor::or_newest(after);
        let sql = format!(
            "SELECT * FROM (SELECT {COLUMNS} FROM keys WHERE shop = ?1) \
             WHERE status = ?3 AND (created_at, id) < (?4, ?5) ORDER BY created_at DESC, id DESC LIMIT ?6"
        );
        let arguments = [shop.into(), now.into(), status.as_str().into(), at.into(), id.into(), limit.into()];
        self.0.database.rows(&sql, &arguments).await
    }

    /// One of a shop's keys, by its id.
    pub(crate) async fn get(&self, shop: &str, id: &str, now: i64) -> Result<Option<KeyRow>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM keys WHERE shop = ?1 AND id = ?3");
        self.0.database.row(&sql, &[shop.into(), now.into(), id.into()]).await
    }

    /// Creates a key and returns its id; `None` if the shop has reached the limit.
    pub(crate) async fn create(&self, shop: &str, key: &NewKey<'_>, now: i64) -> Result<Option<String>, StoreError> {
        let arguments = [
            shop.into(),
            key.kind.as_str().into(),
            key.key.into(),
            key.label.into(),
            key.scope.as_str().into(),
            now.into(),
            key.expires_at.into(),
            MAX_KEYS.into(),
        ];
        let created = self.0.database.row::<Id>(CREATE, &arguments).await?;
        self.publish_if_public(shop, key.kind, now).await;
        Ok(created.map(|created| created.id))
    }

    /// Changes a key's label. `false` if the shop has no such key.
    pub(crate) async fn rename(&self, shop: &str, id: &str, label: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE keys SET label = ?3 WHERE shop = ?1 AND id = ?2 RETURNING id";
        Ok(self.0.database.row::<Id>(sql, &[shop.into(), id.into(), label.into()]).await?.is_some())
    }

    /// Replaces an active key by a new one with the same label and scope, and returns the new key's id. The old key expires
    /// at `end`. Label and scope of `new` are ignored.
    pub(crate) async fn rotate(
        &self,
        shop: &str,
        old: &KeyRow,
        new: &NewKey<'_>,
        end: i64,
        now: i64,
    ) -> Result<Result<String, KeyError>, StoreError> {
        let id = old.id.as_str();
        let rotate =
            [shop.into(), id.into(), new.key.into(), now.into(), new.expires_at.into(), MAX_KEYS_ROTATING.into()];
        let expire = [shop.into(), id.into(), new.kind.as_str().into(), new.key.into(), end.into()];
        let statements = vec![Statement::new(ROTATE, rotate), Statement::new(EXPIRE_OLD, expire)];
        let results = self.0.database.transaction(statements).await?;
        if let Some(created) = rows_at::<Id>(&results, 0)?.pop() {
            self.publish_if_public(shop, new.kind, now).await;
            return Ok(Ok(created.id));
        }
        Ok(Err(match self.get(shop, id, now).await? {
            None => KeyError::Unknown,
            Some(row) if row.status == KeyStatus::Active.as_str() => KeyError::TooMany,
            Some(_) => KeyError::Ended,
        }))
    }

    /// Revokes a key at once. Idempotent.
    pub(crate) async fn revoke(&self, shop: &str, id: &str, now: i64) -> Result<Result<(), KeyError>, StoreError> {
        let revoked = self.0.database.row::<Id>(REVOKE, &[shop.into(), id.into(), now.into()]).await?;
        let row = self.get(shop, id, now).await?;
        Ok(match (revoked, row) {
            (_, None) => Err(KeyError::Unknown),
            (Some(_), Some(row)) => {
                self.publish_if_public(shop, row.kind(), now).await;
                Ok(())
            }
            (None, Some(row)) if row.status == KeyStatus::Revoked.as_str() => Ok(()),
            (None, Some(_)) => Err(KeyError::Last),
        })
    }

    /// Public keys are part of the config that pages read.
    async fn publish_if_public(&self, shop: &str, kind: Kind, now: i64) {
        if kind == Kind::Public {
            self.0.config().publish(shop, now).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::super::{Store, fixture::Fixture},
        *,
    };
    use crate::platform::in_process::ready;

    fn key<'a>(kind: &str, key: &'a str, scope: &str, expires_at: Option<i64>) -> NewKey<'a> {
        let kind = if kind == "public" { Kind::Public } else { Kind::Secret };
        NewKey { kind, key, label: "l", scope: Scope::parse(scope).unwrap(), expires_at }
    }

    fn create(store: &Store, new: &NewKey<'_>, now: i64) -> Option<String> {
        ready(store.api_keys().create("s", new, now)).unwrap()
    }

    fn get(store: &Store, id: &str, now: i64) -> Option<KeyRow> {
        ready(store.api_keys().get("s", id, now)).unwrap()
    }

    #[test]
    fn the_last_active_write_key_cannot_be_revoked() {
        // The shop's other keys, and whether the first write key may be revoked at the moment 10.
        type Other = (&'static str, &'static str, Option<i64>);
        let cases: [(&[Other], bool); 7] = [
            (&[], false),
            (&[("secret", "read", None)], false),
            (&[("public", "write", None)], false),
            (&[("secret", "write", Some(10))], false),
            (&[("secret", "write", Some(11))], true),
            (&[("secret", "write", None)], true),
            (&[("secret", "read", None), ("secret", "write", None)], true),
        ];
        for (others, is_revoked) in cases {
            let fixture = Fixture::new();
            let store = &fixture.store;
            let revoke = |shop: &str, id: &str| ready(store.api_keys().revoke(shop, id, 10)).unwrap();
            create(store, &key("secret", "first", "write", None), 1).unwrap();
            for (number, (kind, scope, end)) in others.iter().enumerate() {
                let id = create(store, &key(kind, &format!("other{number}"), scope, *end), 1).unwrap();
                if *kind == "public" || *scope == "read" || *end == Some(10) {
                    assert_eq!(revoke("s", &id), Ok(()), "{others:?}: {id} is not the last");
                    fixture.execute("UPDATE keys SET revoked_at = NULL", []).unwrap();
                }
            }
            assert_eq!(revoke("t", "key_first"), Err(KeyError::Unknown), "another shop's key");
            let expected = if is_revoked { Ok(()) } else { Err(KeyError::Last) };
            assert_eq!(revoke("s", "key_first"), expected, "{others:?}");
            let status = get(store, "key_first", 10).unwrap().status;
            assert_eq!(status, if is_revoked { "revoked" } else { "active" });
            assert_eq!(revoke("s", "key_first"), expected, "revoking is idempotent");
        }
    }

    #[test]
    fn a_shop_has_a_limited_number_of_active_keys() {
        let fixture = Fixture::new();
        for number in 0..MAX_KEYS {
            let end = (number == 0).then_some(10);
            create(&fixture.store, &key("secret", &format!("k{number}"), "write", end), 1).unwrap();
        }
        let new = key("secret", "a", "read", None);
        assert_eq!(create(&fixture.store, &new, 9), None, "all are active");
        assert_eq!(create(&fixture.store, &new, 10).as_deref(), Some("key_a"), "one has expired");
        let row = get(&fixture.store, "key_a", 10).unwrap();
        assert_eq!((row.scope.as_str(), row.created_at, row.expires_at, row.public_key), ("read", 10, None, None));
    }

    #[test]
    fn keys_are_listed_by_status_newest_first() {
        let fixture = Fixture::new();
        for (name, now, end) in [("a", 1, None), ("b", 2, Some(10)), ("c", 3, None)] {
            create(&fixture.store, &key("public", name, "write", end), now).unwrap();
        }
        let list = |status, after: Option<&Cursor>| -> Vec<String> {
            let rows = ready(fixture.store.api_keys().list("s", status, after, 9, 10)).unwrap();
            rows.into_iter().map(|row| row.public_key.unwrap()).collect()
        };
        assert_eq!(list(KeyStatus::Active, None), ["c", "a"]);
        assert_eq!(list(KeyStatus::Active, Some(&Cursor { received_at: 3, id: "key_c".to_owned() })), ["a"]);
        assert_eq!(list(KeyStatus::Expired, None), ["b"]);
        assert!(ready(fixture.store.api_keys().rename("s", "key_a", "new")).unwrap());
        assert!(!ready(fixture.store.api_keys().rename("t", "key_a", "new")).unwrap());
        assert_eq!(get(&fixture.store, "key_a", 10).unwrap().label, "new");
    }

    #[test]
    fn a_rotated_key_stays_valid_until_the_given_time() {
        for (before, end, expected) in [(None, 50, 50), (Some(40), 50, 40), (Some(60), 50, 50), (None, 10, 10)] {
            let fixture = Fixture::new();
            create(&fixture.store, &key("secret", "old", "read", before), 1).unwrap();
            let old = get(&fixture.store, "key_old", 10).unwrap();
            let new = NewKey { label: "ignored", ..key("secret", "new", "write", None) };
            let id = ready(fixture.store.api_keys().rotate("s", &old, &new, end, 10)).unwrap().unwrap();
            assert_eq!(get(&fixture.store, "key_old", 10).unwrap().expires_at, Some(expected));
            let row = get(&fixture.store, &id, 10).unwrap();
            assert_eq!((row.label.as_str(), row.scope.as_str(), row.expires_at), ("l", "read", None));
        }
    }

    #[test]
    fn only_a_shops_own_active_key_is_rotated() {
        let fixture = Fixture::new();
        create(&fixture.store, &key("secret", "gone", "write", Some(10)), 1).unwrap();
        create(&fixture.store, &key("secret", "old", "write", None), 1).unwrap();
        let rotate = |shop: &str, id: &str| {
            let old = get(&fixture.store, id, 10).unwrap();
            ready(fixture.store.api_keys().rotate(shop, &old, &key("secret", "new", "write", None), 50, 10)).unwrap()
        };
        assert_eq!(rotate("s", "key_gone"), Err(KeyError::Ended));
        assert_eq!(rotate("t", "key_old"), Err(KeyError::Unknown));
        for number in 1..MAX_KEYS_ROTATING {
            let insert = "INSERT INTO keys (shop, kind, key, label, created_at) VALUES ('s', 'secret', ?1, '', 1)";
            fixture.execute(insert, [format!("k{number}")]).unwrap();
        }
        assert_eq!(rotate("s", "key_old"), Err(KeyError::TooMany));
        assert_eq!(get(&fixture.store, "key_old", 10).unwrap().expires_at, None, "the old key is unchanged");
    }

    #[test]
    fn a_trigger_marks_the_config_as_unpublished_when_a_public_key_changes() {
        let fixture = Fixture::new();
        let version = || fixture.strings("SELECT version FROM configs", []).concat();
        let insert = |kind: &str, key: &str| {
            let sql = "INSERT INTO keys (shop, kind, key, label, created_at) VALUES ('s', ?1, ?2, 'l', 1)";
            fixture.execute(sql, [kind, key]).unwrap();
        };
        fixture.execute_batch("INSERT INTO configs VALUES ('s', 1, 1, 0)").unwrap();
        insert("public", "pk_0123456789abcdefghjkmnpqrstvwxyz");
        let hash = crate::key::hash("sk");
        insert("secret", &hash);
        assert_eq!(version(), "2", "a new public key");
        for (change, expected) in [
            ("UPDATE keys SET used_at = 3600000", "2"),
            ("UPDATE keys SET label = 'x'", "2"),
            ("UPDATE keys SET expires_at = 9 WHERE kind = 'secret'", "2"),
            ("UPDATE keys SET expires_at = 9 WHERE id = 'key_ghjkmnpqrstvwxyz'", "3"),
            ("UPDATE keys SET revoked_at = 9 WHERE id = 'key_ghjkmnpqrstvwxyz'", "4"),
        ] {
            fixture.execute_batch(change).unwrap();
            assert_eq!(version(), expected, "{change}");
        }
        // Keys that were created before ids were stored have a derived one.
        assert!(get(&fixture.store, &format!("key_{}", &hash[48..]), 1).is_some());
    }
}
