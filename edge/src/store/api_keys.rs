//! The keys of a shop as its owner looks after them.

use super::{Cursor, Scope, Store, StoreError};
use crate::db::{Statement, rows_at};
use crate::key::Kind;
use serde::Deserialize;

/// Valid keys that a shop may have.
pub(crate) const MOST: u32 = 20;
/// The same while keys are rotated: the old ones go on for a while.
const MOST_ROTATED: u32 = 2 * MOST;

const CREATE: &str = "INSERT INTO keys (shop, kind, key, label, scope, created_at, expires_at) \
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE (SELECT count(*) FROM keys WHERE shop = ?1 AND revoked_at IS NULL \
     AND ifnull(expires_at, ?6 + 1) > ?6) < ?8 RETURNING id";

/// A new key with what the old one says, if that one still works.
const ROTATE: &str = "INSERT INTO keys (shop, kind, key, label, scope, created_at, expires_at) \
     SELECT shop, kind, ?3, label, scope, ?4, ?5 FROM keys WHERE shop = ?1 AND id = ?2 AND revoked_at IS NULL \
     AND ifnull(expires_at, ?4 + 1) > ?4 AND (SELECT count(*) FROM keys WHERE shop = ?1 AND revoked_at IS NULL \
     AND ifnull(expires_at, ?4 + 1) > ?4) < ?6 RETURNING id";

/// The old one ends then, unless it does so earlier by itself; only if there is the new one (`?3` its kind, `?4` itself).
const END_OLD: &str = "UPDATE keys SET expires_at = min(ifnull(expires_at, ?5), ?5) WHERE shop = ?1 AND id = ?2 \
     AND EXISTS (SELECT 1 FROM keys AS n WHERE n.shop = ?1 AND n.kind = ?3 AND n.key = ?4) RETURNING id";

/// Whoever could change something with this one and with no other would have locked the shop.
const REVOKE: &str = "UPDATE keys SET revoked_at = ?3 WHERE shop = ?1 AND id = ?2 AND revoked_at IS NULL \
     AND (kind = 'public' OR scope <> 'write' OR ifnull(expires_at, ?3 + 1) <= ?3 OR EXISTS (SELECT 1 FROM keys AS o \
     WHERE o.shop = ?1 AND o.kind = 'secret' AND o.scope = 'write' AND o.id <> ?2 AND o.revoked_at IS NULL \
     AND ifnull(o.expires_at, ?3 + 1) > ?3)) RETURNING id";

/// Whether a key still works, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyStatus {
    Active,
    Expired,
    Revoked,
}

impl KeyStatus {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Active, Self::Expired, Self::Revoked];

    /// The name on the wire and in the store.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// The status of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// A key as its owner may read it. Times in milliseconds since 1970.
#[derive(Debug, Deserialize)]
pub(crate) struct KeyRow {
    pub(crate) id: String,
    pub(crate) kind: String,
    /// Of a public key, the key.
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
    /// What it is; a word that nobody knows opens nothing, as a secret key of nobody's.
    pub(crate) fn kind(&self) -> Kind {
        if self.kind == Kind::Public.as_str() { Kind::Public } else { Kind::Secret }
    }
}

/// A key to be made.
pub(crate) struct NewKey<'a> {
    pub(crate) kind: Kind,
    pub(crate) key: &'a str,
    pub(crate) label: &'a str,
    pub(crate) scope: Scope,
    /// Milliseconds since 1970.
    pub(crate) expires_at: Option<i64>,
}

/// Why a key was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyError {
    /// The shop has as many as it may have.
    TooMany,
    /// It works no more.
    Ended,
    /// It is the last one that can change anything.
    Last,
    /// There is none of that id.
    Unknown,
}

#[derive(Deserialize)]
struct Done {
    id: String,
}

impl Store {
    /// A shop's keys of one status, the newest first, at most `limit`, after a cursor.
    pub(crate) async fn keys(
        &self,
        shop: &str,
        status: KeyStatus,
        after: Option<&Cursor>,
        limit: u32,
        now: i64,
    ) -> Result<Vec<KeyRow>, StoreError> {
        // After every moment that a clock shows.
        let (at, id) = after.map_or(((1 << 53) - 1, ""), |cursor| (cursor.received_at, cursor.id.as_str()));
        let sql = "SELECT * FROM (SELECT id, kind, CASE kind WHEN 'public' THEN key END AS public_key, label, scope, \
                   CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= ?2 THEN 'expired' \
                   ELSE 'active' END AS status, created_at, used_at, expires_at, revoked_at FROM keys WHERE shop = ?1) \
                   WHERE status = ?3 AND (created_at, id) < (?4, ?5) ORDER BY created_at DESC, id DESC LIMIT ?6";
        let arguments = [shop.into(), now.into(), status.as_str().into(), at.into(), id.into(), limit.into()];
        self.database.rows(sql, &arguments).await
    }

    /// One of a shop's keys, by its id.
    pub(crate) async fn key(&self, shop: &str, id: &str, now: i64) -> Result<Option<KeyRow>, StoreError> {
        let sql = "SELECT id, kind, CASE kind WHEN 'public' THEN key END AS public_key, label, scope, \
                   CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= ?3 THEN 'expired' \
                   ELSE 'active' END AS status, created_at, used_at, expires_at, revoked_at FROM keys \
                   WHERE shop = ?1 AND id = ?2";
        self.database.row(sql, &[shop.into(), id.into(), now.into()]).await
    }

    /// Makes a key. A secret one is kept as its hash, which is what `key` is then. Its id, if there is room for it.
    pub(crate) async fn create_key(
        &self,
        shop: &str,
        key: &NewKey<'_>,
        now: i64,
    ) -> Result<Option<String>, StoreError> {
        let arguments = [
            shop.into(),
            key.kind.as_str().into(),
            key.key.into(),
            key.label.into(),
            key.scope.as_str().into(),
            now.into(),
            key.expires_at.into(),
            MOST.into(),
        ];
        let made = self.database.row::<Done>(CREATE, &arguments).await?;
        self.tell_pages(shop, key.kind, now).await;
        Ok(made.map(|made| made.id))
    }

    /// Gives a key another label. Whether there is such a key.
    pub(crate) async fn label_key(&self, shop: &str, id: &str, label: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE keys SET label = ?3 WHERE shop = ?1 AND id = ?2 RETURNING id";
        Ok(self.database.row::<Done>(sql, &[shop.into(), id.into(), label.into()]).await?.is_some())
    }

    /// Makes a key that takes the place of another one, which ends at `end`; the id of the new one. Label and scope of `new`
    /// do not matter: they are the old one's.
    pub(crate) async fn rotate_key(
        &self,
        shop: &str,
        old: &KeyRow,
        new: &NewKey<'_>,
        end: i64,
        now: i64,
    ) -> Result<Result<String, KeyError>, StoreError> {
        let id = old.id.as_str();
        let make = [shop.into(), id.into(), new.key.into(), now.into(), new.expires_at.into(), MOST_ROTATED.into()];
        let ending = [shop.into(), id.into(), new.kind.as_str().into(), new.key.into(), end.into()];
        let statements = vec![Statement::new(ROTATE, make), Statement::new(END_OLD, ending)];
        let results = self.database.transaction(statements).await?;
        if let Some(made) = rows_at::<Done>(&results, 0)?.pop() {
            self.tell_pages(shop, new.kind, now).await;
            return Ok(Ok(made.id));
        }
        Ok(Err(match self.key(shop, id, now).await? {
            None => KeyError::Unknown,
            Some(row) if row.status == KeyStatus::Active.as_str() => KeyError::TooMany,
            Some(_) => KeyError::Ended,
        }))
    }

    /// Revokes a key at once. Twice is the same as once.
    pub(crate) async fn revoke_key(&self, shop: &str, id: &str, now: i64) -> Result<Result<(), KeyError>, StoreError> {
        let revoked = self.database.row::<Done>(REVOKE, &[shop.into(), id.into(), now.into()]).await?;
        let row = self.key(shop, id, now).await?;
        Ok(match (revoked, row) {
            (_, None) => Err(KeyError::Unknown),
            (Some(_), Some(row)) => {
                self.tell_pages(shop, row.kind(), now).await;
                Ok(())
            }
            (None, Some(row)) if row.status == KeyStatus::Revoked.as_str() => Ok(()),
            (None, Some(_)) => Err(KeyError::Last),
        })
    }

    /// Pages learn of their keys with the rest that they know of a shop.
    async fn tell_pages(&self, shop: &str, kind: Kind, now: i64) {
        if kind == Kind::Public {
            self.publish(shop, now).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::sqlite::schema;
    use rusqlite::{Connection, params};

    /// Runs a statement; how many rows it returned.
    fn run(database: &Connection, sql: &str, arguments: impl rusqlite::Params) -> usize {
        let mut statement = database.prepare(sql).unwrap();
        let mut rows = statement.query(arguments).unwrap();
        let mut count = 0;
        while rows.next().unwrap().is_some() {
            count += 1;
        }
        count
    }

    fn insert(database: &Connection, kind: &str, key: &str, scope: &str, expires_at: Option<i64>) {
        let sql = "INSERT INTO keys (shop, kind, key, label, scope, created_at, expires_at) \
                   VALUES ('s', ?1, ?2, 'l', ?3, 1, ?4)";
        database.execute(sql, params![kind, key, scope, expires_at]).unwrap();
    }

    fn end_of(database: &Connection, id: &str) -> Option<i64> {
        database.query_row("SELECT expires_at FROM keys WHERE id = ?1", [id], |row| row.get(0)).unwrap()
    }

    #[test]
    fn somebody_can_always_change_something() {
        // The other keys of the shop; whether the first one, which can write, may go at the moment 10.
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
        for (others, may_go) in cases {
            let database = schema();
            insert(&database, "secret", "first", "write", None);
            for (number, (kind, scope, end)) in others.iter().enumerate() {
                insert(&database, kind, &format!("other{number}"), scope, *end);
                let id = format!("key_other{number}");
                if *kind == "public" || *scope == "read" || *end == Some(10) {
                    assert_eq!(run(&database, REVOKE, params!["s", id, 10]), 1, "{others:?}: {id} may always go");
                    database.execute("UPDATE keys SET revoked_at = NULL", []).unwrap();
                }
            }
            assert_eq!(run(&database, REVOKE, params!["s", "key_first", 10]), usize::from(may_go), "{others:?}");
            assert_eq!(run(&database, REVOKE, params!["t", "key_first", 10]), 0);
        }
    }

    #[test]
    fn a_shop_has_so_many_keys_and_no_more() {
        let database = schema();
        for number in 0..3 {
            insert(&database, "secret", &format!("k{number}"), "write", (number == 0).then_some(10));
        }
        let create = |key: &str, most: u32| {
            run(&database, CREATE, params!["s", "secret", key, "new", "read", 10, None::<i64>, most])
        };
        assert_eq!(create("a", 2), 0, "two are valid");
        assert_eq!(create("a", 3), 1, "one has ended");
        let sql = "SELECT id || scope || created_at || ifnull(expires_at, '-') FROM keys WHERE label = 'new'";
        let made: String = database.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(made, "key_aread10-");
    }

    #[test]
    fn the_old_key_works_on_for_a_while() {
        for (before, end, expected) in [(None, 50, 50), (Some(40), 50, 40), (Some(60), 50, 50), (None, 10, 10)] {
            let database = schema();
            insert(&database, "secret", "old", "read", before);
            assert_eq!(run(&database, ROTATE, params!["s", "key_old", "new", 10, None::<i64>, 40]), 1);
            assert_eq!(run(&database, END_OLD, params!["s", "key_old", "secret", "new", end]), 1);
            assert_eq!((end_of(&database, "key_old"), end_of(&database, "key_new")), (Some(expected), None));
            let sql = "SELECT label || scope FROM keys WHERE id = 'key_new'";
            let made: String = database.query_row(sql, [], |row| row.get(0)).unwrap();
            assert_eq!(made, "lread");
        }
        // What has ended, or is not the shop's, has no successor, and is left as it is.
        for (shop, id, most) in [("s", "key_gone", 40), ("t", "key_old", 40), ("s", "key_old", 1)] {
            let database = schema();
            insert(&database, "secret", "gone", "write", Some(10));
            insert(&database, "secret", "old", "write", None);
            assert_eq!(run(&database, ROTATE, params![shop, id, "new", 10, None::<i64>, most]), 0, "{shop} {id}");
            assert_eq!(run(&database, END_OLD, params![shop, id, "secret", "new", 50]), 0, "{shop} {id}");
        }
    }

    #[test]
    fn keys_of_before_have_an_id_and_pages_hear_of_what_concerns_them() {
        let database = schema();
        let version = || -> i64 { database.query_row("SELECT version FROM configs", [], |row| row.get(0)).unwrap() };
        database.execute_batch("INSERT INTO configs VALUES ('s', 1, 1, 0)").unwrap();
        insert(&database, "public", "pk_0123456789abcdefghjkmnpqrstvwxyz", "write", None);
        insert(&database, "secret", &crate::key::hash("sk"), "write", None);
        assert_eq!(version(), 2, "a new one");
        for (change, expected) in [
            ("UPDATE keys SET used_at = 3600000", 2),
            ("UPDATE keys SET label = 'x'", 2),
            ("UPDATE keys SET expires_at = 9 WHERE kind = 'secret'", 2),
            ("UPDATE keys SET expires_at = 9 WHERE id = 'key_ghjkmnpqrstvwxyz'", 3),
            ("UPDATE keys SET revoked_at = 9 WHERE id = 'key_ghjkmnpqrstvwxyz'", 4),
        ] {
            database.execute_batch(change).unwrap();
            assert_eq!(version(), expected, "{change}");
        }
        let secret = format!("key_{}", &crate::key::hash("sk")[48..]);
        assert_eq!(run(&database, "SELECT 1 FROM keys WHERE shop = 's' AND id = ?1", [secret]), 1);
    }
}
