use super::*;
use crate::db::Database;
use futures_util::FutureExt;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Deserialize, PartialEq)]
struct ShopRow {
    id: String,
    created_at: i64,
    time_zone: Option<String>,
}

fn database() -> (Database, Arc<Sqlite>) {
    let sqlite = Arc::new(Sqlite::new());
    let shop = "INSERT INTO shops (id, name, language, time_zone, origins, created_at) VALUES ('s', 'S', 'en', 'UTC', '[]', 7)";
    sqlite.connection().execute_batch(shop).unwrap();
    (Database::sqlite(Arc::clone(&sqlite)), sqlite)
}

fn rows(sql: &str) -> Result<Vec<ShopRow>, StoreError> {
    let (database, _) = database();
    database.rows(sql, &["s".into()]).now_or_never().unwrap()
}

#[test]
fn a_row_is_read_by_its_columns() {
    let expected = ShopRow { id: "s".to_owned(), created_at: 7, time_zone: Some("UTC".to_owned()) };
    assert_eq!(rows("SELECT id, created_at, time_zone FROM shops WHERE id = ?1").unwrap(), [expected]);
}

#[test]
fn a_forgotten_column_is_an_error_even_if_it_is_optional() {
    for (sql, missing) in [
        ("SELECT id, created_at FROM shops WHERE id = ?1", "time_zone"),
        ("SELECT id, time_zone FROM shops WHERE id = ?1", "created_at"),
    ] {
        let error = rows(sql).unwrap_err();
        assert!(error.cause().contains(&format!("no column `{missing}` for `ShopRow`")), "{error:?}");
    }
}

#[test]
#[should_panic(expected = "reads a whole table (SCAN shops)")]
fn a_statement_that_reads_a_whole_table_panics() {
    let _ = rows("SELECT id, created_at, time_zone FROM shops WHERE name = ?1");
}

#[test]
#[should_panic(expected = "reads a whole table (SCAN shops)")]
fn so_does_one_in_a_transaction() {
    let (database, _) = database();
    let statement = Statement::new("UPDATE shops SET name = ?1", ["n".into()]);
    let _ = database.transaction(vec![statement]).now_or_never();
}

#[test]
fn full_scans_are_recognized() {
    let connection = schema();
    for (statement, expected) in [
        ("SELECT id FROM surveys WHERE status = 'live'", 1),
        ("SELECT id FROM surveys WHERE shop = ?1", 0),
        ("UPDATE shops SET name = ?1", 1),
        ("SELECT value FROM json_each(?1)", 0),
        ("SELECT one FROM (SELECT count(name) AS one FROM shops)", 1),
    ] {
        assert_eq!(full_scans(&connection, statement).len(), expected, "{statement}");
    }
}

#[test]
fn a_transaction_is_all_or_nothing() {
    let (database, sqlite) = database();
    let good = Statement::new("UPDATE shops SET name = ?2 WHERE id = ?1", ["s".into(), "new".into()]);
    let bad = Statement::new("UPDATE shops SET id = ?2 WHERE id = ?1", ["s".into(), Arg::Null]);
    let error = database.transaction(vec![good, bad]).now_or_never().unwrap().err().unwrap();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
    let name: String = sqlite.connection().query_row("SELECT name FROM shops", [], |row| row.get(0)).unwrap();
    assert_eq!(name, "S");
}

#[test]
fn a_query_is_retried_after_a_lost_connection_and_a_write_is_not() {
    let (database, sqlite) = database();
    sqlite.fail_next("D1_ERROR: Network connection lost.");
    let sql = "SELECT id, created_at, time_zone FROM shops WHERE id = ?1";
    let found: Vec<ShopRow> = database.rows(sql, &["s".into()]).now_or_never().unwrap().unwrap();
    assert_eq!(found.len(), 1);
    let write = || Statement::new("UPDATE shops SET name = ?2 WHERE id = ?1", ["s".into(), "n".into()]);
    sqlite.fail_next("D1_ERROR: Network connection lost.");
    let failed = database.transaction(vec![write()]).now_or_never().unwrap();
    assert!(matches!(failed, Err(StoreError::Unavailable(_))));
    sqlite.fail_next("D1_ERROR: Network connection lost.");
    assert!(database.idempotent(vec![write()]).now_or_never().unwrap().is_ok());
}

#[test]
fn a_write_to_a_shop_that_has_moved_calls_back() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let (database, sqlite) = database();
    let database = database.on_shop_moved(|| {
        CALLS.fetch_add(1, Ordering::Relaxed);
    });
    sqlite.fail_next("D1_ERROR: glas: shop is moving: SQLITE_CONSTRAINT");
    let failed = database.transaction(Vec::new()).now_or_never().unwrap();
    assert!(matches!(failed, Err(StoreError::Unavailable(_))));
    assert_eq!(CALLS.load(Ordering::Relaxed), 1);
}
