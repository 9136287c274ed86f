//! The statements of a move over the real schema, with its triggers.

use super::{
    super::{DERIVED, OTHERS, RESPONSES},
    *,
};
use crate::db::sqlite;
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

const SHOP: &str = "shp_1";

fn all() -> impl Iterator<Item = &'static Table> {
    const FIRST: &Table = &RESPONSES;
    const REST: &[Table] = &OTHERS;
    std::iter::once(FIRST).chain(REST)
}

fn columns(connection: &Connection, table: &str) -> BTreeSet<String> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
    statement.query_map([table], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// A migration that adds a table or a column fails this test until a move handles it.
#[test]
fn a_move_handles_every_table_and_column() {
    let schema = sqlite::schema();
    let mut statement =
        schema.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'").unwrap();
    let tables: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    // Tables without rows of a shop, the move's own, and what stays at the source until it is pruned by age.
    let not_copied = ["processed_messages", "counters", "health", "moves", "outbox", "dispatched", "renewal", "views"];
    for name in &tables {
        let is_copied = all().any(|table| table.name == name);
        let is_handled = is_copied || DERIVED.contains(&name.as_str()) || not_copied.contains(&name.as_str());
        assert!(is_handled, "a move does not handle the table {name}");
    }
    for table in all() {
        let mut copied: BTreeSet<String> = table.copied().into_iter().map(str::to_owned).collect();
        copied.insert(table.shop.to_owned());
        let mut existing = columns(&schema, table.name);
        if table.name.starts_with("funnel") {
            existing.retain(|column| column != "partials" && column != "completes");
        }
        assert_eq!(copied, existing, "{}", table.name);
        for column in table.replaced {
            assert!(table.columns.contains(column), "{}: {column}", table.name);
        }
    }
}

#[test]
fn no_statement_of_a_move_reads_a_whole_table() {
    let schema = sqlite::schema();
    let mut statements: Vec<String> = [
        TAKE_TURN,
        END_TURN,
        CLEAR_RESPONSES,
        SELECT_CHANGES,
        DELETE_CHANGES,
        CHECKSUM_OF_RESPONSES,
        CHECKSUM_OF_OTHERS,
    ]
    .map(str::to_owned)
    .into();
    statements.extend([RESPONSES.select_sql(), RESPONSES.delete_sql()]);
    statements.extend(all().flat_map(|table| [table.page_sql(), table.insert_sql()]));
    statements.extend(cleared().map(|(name, shop)| clear_sql(name, shop)));
    for statement in &statements {
        assert_eq!(sqlite::full_scans(&schema, statement), [""; 0], "{statement}");
    }
    assert!(statements.len() > 35, "{}", statements.len());
}

/// One database of a move.
struct Side(Connection);

impl Side {
    fn new() -> Self {
        Self(sqlite::schema())
    }

    fn run(&self, sql: &str) {
        self.0.execute_batch(sql).unwrap();
    }

    fn rejects(&self, sql: &str) {
        let error = self.0.execute_batch(sql).expect_err(sql);
        assert!(error.to_string().contains("glas: shop is moving"), "{sql}: {error}");
    }

    fn set_state(&self, state: &str) {
        let sql = format!(
            "INSERT INTO moves VALUES ('{SHOP}', '{state}', 'DB_1', 'x', '', 0, 1, 1, 0, 0, 0, 0) \
             ON CONFLICT (shop) DO UPDATE SET state = '{state}'"
        );
        self.run(&sql);
    }

    fn response(&self, id: &str, revision: u8, score: u8, device: &str) -> String {
        format!(
            "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, device, \
             answers, scores, traits, day, received_at, updated_at, form) \
             VALUES ('{SHOP}', '{id}', 'srv_1', 1, {revision}, 'abc{revision}', {}, 'cart', '{device}', \
             '[\"ż\\\"\\n\"]', '[[\"nps\",\"nps\",{score}]]', '{{}}', 7, 1000, {}, 1) \
             ON CONFLICT (shop, id) DO UPDATE SET revision = excluded.revision, fingerprint = excluded.fingerprint, \
             scores = excluded.scores, complete = excluded.complete, updated_at = excluded.updated_at",
            revision / 2,
            1_000 + u32::from(revision)
        )
    }

    fn one(&self, sql: &str) -> String {
        let value: rusqlite::types::Value = self.0.query_row(sql, [], |row| row.get(0)).unwrap();
        format!("{value:?}")
    }

    fn text(&self, sql: &str) -> String {
        self.0.query_row(sql, params![SHOP], |row| row.get(0)).unwrap()
    }

    /// A page of a table after a cursor, and the next cursor.
    fn page(&self, table: &Table, cursor: &str, limit: u32) -> (Vec<String>, Option<String>) {
        let mut statement = self.0.prepare(&table.page_sql()).unwrap();
        let rows = statement.query_map(params![SHOP, cursor, limit], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let rows: Vec<(String, String)> = rows.map(Result::unwrap).collect();
        let last = rows.last().map(|(key, _)| key.clone());
        (rows.into_iter().map(|(_, row)| row).collect(), last)
    }

    /// Writes in a transaction that takes the turn, like a move; returns whether it had the turn.
    fn write(&self, table: &Table, turn: u32, rows: &[String], replace: &[&str]) -> bool {
        self.run("BEGIN");
        let took = self.0.query_row(TAKE_TURN, params![SHOP, turn, "copy", "", 0], |row| row.get::<_, i64>(0)).is_ok();
        if !replace.is_empty() {
            let ids = serde_json::to_string(replace).unwrap();
            self.0.execute(&table.delete_sql(), params![SHOP, ids]).unwrap();
        }
        self.0.execute(&table.insert_sql(), params![SHOP, format!("[{}]", rows.join(","))]).unwrap();
        self.0.execute(END_TURN, params![SHOP]).unwrap();
        self.run("COMMIT");
        took
    }

    fn copy_all(&self, to: &Self, turn: &mut u32) {
        for table in all() {
            let mut cursor = table.begin();
            loop {
                let (rows, next) = self.page(table, &cursor, 2);
                let Some(next) = next else { break };
                assert!(to.write(table, *turn, &rows, &[]), "{}", table.name);
                *turn += 1;
                cursor = next;
            }
        }
    }

    fn checksums(&self) -> (String, String) {
        let responses = self.0.query_row(CHECKSUM_OF_RESPONSES, params![SHOP, "", 100], |row| row.get(2)).unwrap();
        (responses, self.text(CHECKSUM_OF_OTHERS))
    }
}

fn populated() -> Side {
    let side = Side::new();
    side.run(&format!(
        "INSERT INTO shops (id, name, language, time_zone, origins, created_at, settings, daily_answers) \
                VALUES ('{SHOP}', 'S', 'pl', 'UTC', '[]', 5, '{{}}', 77);
         INSERT INTO keys VALUES ('{SHOP}', 'public', 'pk_1', 'a', 1, NULL, 'write', 3, NULL),
           ('{SHOP}', 'secret', 'h', 'b', 1, 2, 'read', NULL, 4);
         INSERT INTO audit VALUES ('{SHOP}', 6, 'a', 'key_1', 'b', 'surveys.publish', 'srv_1', 200);
         INSERT INTO surveys (shop, id, status, version, definition, created_at, updated_at) VALUES ('{SHOP}', 'srv_1', 'live', 1, '{{}}', 1, 2), ('{SHOP}', 'srv_2', 'draft', 0, '{{}}', 1, 2);
         INSERT INTO survey_versions VALUES ('{SHOP}', 'srv_1', 1, '{{}}', 3);
         INSERT INTO survey_counts VALUES ('{SHOP}', 'srv_1', 0, 5, 0);
         INSERT INTO erasures VALUES ('{SHOP}', 9, 'e', 'owner', 'customer', 'x', 1);
         INSERT INTO dead_letters VALUES ('{SHOP}', 'd', 'r', 'b', 4, 1);
         INSERT INTO imports VALUES ('{SHOP}', 'imp_1', 'delighted', 'srv_2', 1, 2, 1, 1, 1, 0, 0, 0, 0, 900, 900);
         INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, source, answers, \
         scores, traits, day, received_at, updated_at, import) \
         VALUES ('{SHOP}', 'i', 'srv_2', 1, 1, 'abc', 1, 'cart', 'import', '[]', '[[\"nps\",\"nps\",9]]', '{{}}', 6, 900, 900, 'imp_1');
         INSERT INTO funnel (shop, survey, day, version, device, impressions, views) VALUES ('{SHOP}', 'srv_1', 7, 1, 'mobile', 9, 8);
         INSERT INTO funnel_left_out (shop, survey, day, version, device, is_excluded, impressions, views)
           VALUES ('{SHOP}', 'srv_1', 7, 1, 'mobile', 0, 90, 80);
         INSERT INTO webhooks VALUES ('{SHOP}', 'w', 'https://shop.example/', '[]', 'email', 'a@b.example', 'd', 'enabled',
           NULL, 'whsec_1', 'whsec_0', 9, 8, 1, 2);
         INSERT INTO deliveries VALUES ('{SHOP}', 'w', 'evt_1', 'response.created', 'a', 1, 5, 'pending', 2, 6, 4, 500, 'status');
         INSERT INTO shops (id, name, language, time_zone, origins, created_at, settings, daily_answers) \
                VALUES ('shp_2', 'T', 'pl', 'UTC', '[]', 5, '{{}}', 77);"
    ));
    for (id, score, device) in [("a", 9, "mobile"), ("b", 3, "mobile"), ("c", 10, "desktop")] {
        side.run(&side.response(id, 1, score, device));
    }
    side.run(&side.response("b", 2, 7, "mobile"));
    side.run(&side.response("f", 1, 0, "mobile"));
    side.run(&format!("UPDATE responses SET flags = 8 WHERE shop = '{SHOP}' AND id = 'f'"));
    side.run(&format!(
        "UPDATE responses SET tags = '[\"late\",\"vip\"]', excluded = 'a test' WHERE shop = '{SHOP}' AND id = 'a'"
    ));
    // Erased, but still counted in the day's usage.
    side.run(&format!(
        "INSERT INTO tombstones VALUES ('{SHOP}', 'c', 8); DELETE FROM responses WHERE shop = '{SHOP}' AND id = 'c'"
    ));
    side
}

#[test]
fn both_databases_are_equal_after_a_move() {
    let (from, to) = (populated(), Side::new());
    let events = from.one("SELECT count(*) FROM outbox");
    from.set_state("frozen");
    to.set_state("arriving");
    let mut turn = 1;
    from.copy_all(&to, &mut turn);
    assert_eq!(from.checksums(), to.checksums());
    for (what, sql) in [
        ("usage", "SELECT json_group_array(json_array(day, answers)) FROM usage WHERE shop = ?1"),
        (
            "tallies",
            "SELECT json_group_array(json_array(metric, facet, value, day, c0, c3, c7, c9)) FROM tallies WHERE shop = ?1 AND c3 + c7 + c9 + c10 > 0",
        ),
        (
            "funnel",
            "SELECT json_group_array(json_array(day, device, impressions, views, partials, completes)) FROM funnel WHERE shop = ?1 AND impressions + partials > 0",
        ),
        (
            "left out of tallies",
            "SELECT json_group_array(json_array(metric, facet, value, day, x_excluded, x_no_token)) FROM tallies WHERE shop = ?1 AND x_excluded + x_no_token > 0",
        ),
        (
            "left out of the funnel",
            "SELECT json_group_array(json_array(day, device, is_excluded, impressions, views, partials, completes)) FROM funnel_left_out WHERE shop = ?1 AND impressions + partials > 0",
        ),
        (
            "responses",
            "SELECT json_group_array(json_array(id, revision, answers, scores, device, updated_at, flags, source, import, tags, excluded)) FROM responses WHERE shop = ?1",
        ),
        (
            "counts",
            "SELECT json_group_array(json_array(survey, answers, stop_after)) FROM survey_counts WHERE shop = ?1",
        ),
        ("tagged", "SELECT json_group_array(json_array(tag, at, response)) FROM response_tags WHERE shop = ?1"),
        ("tags", "SELECT json_group_array(json_array(tag, answers)) FROM tags WHERE shop = ?1"),
        ("tombstones", "SELECT json_group_array(id) FROM tombstones WHERE shop = ?1"),
        (
            "keys",
            "SELECT json_group_array(json_array(id, kind, key, label, revoked_at, scope, used_at, expires_at)) FROM keys WHERE shop = ?1",
        ),
        (
            "audit",
            "SELECT json_group_array(json_array(at, key, label, action, subject, status)) FROM audit WHERE shop = ?1",
        ),
        (
            "webhooks",
            "SELECT json_group_array(json_array(id, url, events, template, recipient, status, secret, old_secret, old_until, failing_since)) FROM webhooks WHERE shop = ?1",
        ),
        (
            "deliveries",
            "SELECT json_group_array(json_array(webhook, event, type, response, state, attempts, next_at, last_error)) FROM deliveries WHERE shop = ?1",
        ),
        ("imports", "SELECT json_group_array(json_array(id, rows, imported, last_at)) FROM imports WHERE shop = ?1"),
    ] {
        assert_eq!(from.text(sql), to.text(sql), "{what}");
        assert_ne!(from.text(sql), "[]", "{what}");
    }
    assert_eq!(to.one("SELECT count(*) FROM outbox"), "Integer(0)", "copying writes no events");
    assert_eq!(from.one("SELECT count(*) FROM outbox"), events);
    assert_ne!(events, "Integer(0)", "the source has events");
    assert_eq!(to.one("SELECT count(*) FROM shops"), "Integer(1)", "no other shop is copied");
    assert_eq!(to.one("SELECT status FROM surveys WHERE id = 'srv_1'"), "Text(\"live\")");
    // The config is published again once the shop is at the target.
    assert_eq!(to.one("SELECT published FROM configs"), "Integer(0)");
}

#[test]
fn a_database_that_does_not_hold_the_shop_rejects_every_write() {
    let side = populated();
    let writes = [
        side.response("z", 1, 5, "mobile"),
        side.response("a", 3, 5, "mobile"),
        format!("UPDATE responses SET revision = 9 WHERE shop = '{SHOP}' AND id = 'a'"),
        format!("DELETE FROM responses WHERE shop = '{SHOP}' AND id = 'a'"),
        format!("INSERT INTO funnel (shop, survey, day, version, device) VALUES ('{SHOP}', 'srv_1', 8, 1, '')"),
        format!(
            "INSERT INTO funnel_left_out (shop, survey, day, version, device, is_excluded) VALUES ('{SHOP}', 'srv_1', 8, 1, '', 0)"
        ),
        format!(
            "INSERT INTO surveys (shop, id, status, version, definition, created_at, updated_at) VALUES ('{SHOP}', 'srv_9', 'draft', 0, '{{}}', 1, 2)"
        ),
        format!("UPDATE surveys SET status = 'paused' WHERE shop = '{SHOP}'"),
        format!("UPDATE shops SET settings = '{{}}' WHERE id = '{SHOP}'"),
        format!("INSERT INTO keys (shop, kind, key, label, created_at) VALUES ('{SHOP}', 'secret', 'k', '', 0)"),
        format!("INSERT INTO audit VALUES ('{SHOP}', 7, 'a', 'key_1', 'b', 'surveys.publish', 'srv_1', 200)"),
        format!("UPDATE keys SET revoked_at = 1 WHERE shop = '{SHOP}'"),
        format!("INSERT INTO tombstones VALUES ('{SHOP}', 'n', 0)"),
        format!("INSERT INTO erasures VALUES ('{SHOP}', 10, 'e', 'owner', 'customer', 'x', 1)"),
        format!("INSERT INTO dead_letters VALUES ('{SHOP}', 'n', '', '', 0, 1)"),
        format!("UPDATE webhooks SET status = 'disabled' WHERE shop = '{SHOP}'"),
        format!("DELETE FROM webhooks WHERE shop = '{SHOP}'"),
        format!(
            "INSERT INTO webhooks VALUES ('{SHOP}', 'v', '', '[]', '', NULL, '', 'enabled', NULL, '', NULL, 0, 0, 0, 0)"
        ),
        format!("UPDATE deliveries SET next_at = 9 WHERE shop = '{SHOP}'"),
        format!("INSERT INTO deliveries VALUES ('{SHOP}', 'w', 'e', 't', 'r', 1, 5, 'pending', 0, 6, 4, 0, '')"),
        format!("INSERT INTO imports VALUES ('{SHOP}', 'imp_2', 'generic', 'srv_1', 1, 2, 1, 1, 1, 0, 0, 0, 0, 9, 9)"),
        format!("UPDATE imports SET rows = 9 WHERE shop = '{SHOP}'"),
        format!("DELETE FROM imports WHERE shop = '{SHOP}'"),
    ];
    let before = side.checksums();
    for state in ["frozen", "left", "arriving"] {
        side.set_state(state);
        for write in &writes {
            side.rejects(write);
        }
        side.run("UPDATE shops SET name = 'U' WHERE id = 'shp_2'");
    }
    assert_eq!(side.checksums(), before);
    for state in ["leaving", "here"] {
        for write in &writes {
            let side = populated();
            side.set_state(state);
            side.run(write);
        }
    }
}

#[test]
fn changes_during_the_copy_are_recorded_and_copied_again() {
    let (from, to) = (populated(), Side::new());
    from.run("DELETE FROM move_changes");
    from.set_state("leaving");
    to.set_state("arriving");
    let mut turn = 1;
    from.copy_all(&to, &mut turn);
    from.run(&from.response("a", 2, 0, "mobile"));
    from.run(&from.response("a", 3, 1, "mobile"));
    from.run(&from.response("d", 1, 10, "tablet"));
    from.run(&format!("DELETE FROM responses WHERE shop = '{SHOP}' AND id = 'b'"));
    let changes = "SELECT json_group_array(json_array(id, n)) FROM move_changes WHERE shop = ?1";
    assert_eq!(from.text(changes), r#"[["a",2],["b",1],["d",1]]"#);

    let some = |ids: &str| -> Vec<String> {
        let mut statement = from.0.prepare(&RESPONSES.select_sql()).unwrap();
        let rows = statement.query_map(params![SHOP, ids], |row| row.get(1)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    assert!(to.write(&RESPONSES, turn, &some(r#"["a","b","d"]"#), &["a", "b", "d"]));
    // A response that changed again in the meantime stays recorded.
    from.run(&from.response("a", 4, 2, "mobile"));
    from.0.execute(DELETE_CHANGES, params![SHOP, r#"[["a",2],["b",1],["d",1]]"#]).unwrap();
    assert_eq!(from.text(changes), r#"[["a",3]]"#);
    assert!(to.write(&RESPONSES, turn + 1, &some(r#"["a"]"#), &["a"]));
    from.0.execute(DELETE_CHANGES, params![SHOP, r#"[["a",3]]"#]).unwrap();
    assert_eq!(from.text(changes), "[]");
    turn += 2;
    from.set_state("frozen");
    from.copy_all(&to, &mut turn);
    assert_eq!(from.checksums(), to.checksums());
}

#[test]
fn of_two_concurrent_steps_only_one_has_the_turn() {
    let (from, to) = (populated(), Side::new());
    from.set_state("leaving");
    to.set_state("arriving");
    let (rows, _) = from.page(&RESPONSES, &RESPONSES.begin(), 10);
    assert!(to.write(&RESPONSES, 1, &rows, &[]));
    assert!(!to.write(&RESPONSES, 1, &rows, &["a", "b"]), "the turn was taken");
    assert_eq!(to.one("SELECT count(*) FROM responses"), "Integer(4)");
    to.set_state("here");
    assert!(!to.write(&RESPONSES, 2, &[], &["a"]), "the move is over and the shop is in use");
    assert_eq!(to.one("SELECT count(*) FROM responses"), "Integer(4)");
}

#[test]
fn clearing_deletes_all_rows_of_a_shop() {
    let side = populated();
    side.set_state("left");
    let events = side.one("SELECT count(*) FROM outbox");
    side.run(&format!("UPDATE moves SET copying = 1 WHERE shop = '{SHOP}'"));
    let mut cleared_responses = 0;
    loop {
        let mut statement = side.0.prepare(CLEAR_RESPONSES).unwrap();
        let rows = statement.query_map(params![SHOP, 1], |row| row.get::<_, i64>(0)).unwrap().count();
        if rows == 0 {
            break;
        }
        cleared_responses += rows;
    }
    assert_eq!(cleared_responses, 4);
    for (name, shop) in cleared() {
        side.0.execute(&clear_sql(name, shop), params![SHOP]).unwrap();
    }
    for (name, shop) in cleared() {
        assert_eq!(side.one(&format!("SELECT count(*) FROM {name} WHERE {shop} = '{SHOP}'")), "Integer(0)", "{name}");
    }
    assert_eq!(side.one("SELECT count(*) FROM responses"), "Integer(0)");
    assert_eq!(side.one("SELECT count(*) FROM shops"), "Integer(1)", "the other shop is kept");
    assert_eq!(side.one("SELECT count(*) FROM outbox"), events, "clearing writes no events");
}
