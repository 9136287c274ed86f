//! Every statement of the store, held against the real schema: none may read a table from end to end.

use rusqlite::Connection;
use std::{fs, path::Path};

/// The sources of the store, each with its path: a new file is held against the schema without being named here. What a
/// move carries is put together table by table, and has a test of its own.
fn sources() -> Vec<(String, String)> {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut found = Vec::new();
    let mut folders = vec![store.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            // Laws have tests alone.
            if path.ends_with("invariants") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if !["plans.rs", "laws.rs", "numbers.rs", "tests.rs", "moves/tables.rs", "invariants.rs"]
                .iter()
                .any(|test| path.ends_with(test))
            {
                let name = path.strip_prefix(&store).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The migrations in their order.
fn migrations() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

/// The schema as the migrations leave it.
pub(super) fn schema() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for migration in migrations() {
        connection.execute_batch(&migration).unwrap();
    }
    connection
}

/// The string literals of a file that are statements; what its tests ask is their own business.
fn statements(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]").next().unwrap_or(source);
    let mut found = Vec::new();
    for part in ["SELECT ", "INSERT ", "UPDATE ", "DELETE "].map(|verb| format!("\"{verb}")) {
        for (at, _) in source.match_indices(&part) {
            let literal: String = source[at + 1..].chars().take_while(|letter| *letter != '"').collect();
            // A backslash takes the line's end and the next line's indent away.
            let lines: Vec<&str> = literal.split("\\\n").map(str::trim_start).collect();
            let statement = lines.concat().replace("{COLUMNS}", super::surveys::COLUMNS);
            let statement = statement.replace("{RESPONSE_COLUMNS}", super::response_row::RESPONSE_COLUMNS);
            assert!(!statement.contains(['{', '\\']), "not understood: {statement}");
            // What it reads is filled in; the tests of lists have them all.
            if !statement.ends_with(" FROM ") {
                found.push(statement);
            }
        }
    }
    found
}

/// The steps of a statement's plan. Its arguments do not matter for it.
pub(super) fn plan(connection: &Connection, statement: &str) -> Vec<String> {
    let mut explained = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
    let mut rows = explained.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get(3).unwrap());
    }
    steps
}

/// Steps that read a whole table. A list that came as an argument is no table, and what a part of the statement found
/// is none either: how it was found is a step of its own.
pub(super) fn scans(connection: &Connection, statement: &str) -> Vec<String> {
    let mut steps = plan(connection, statement);
    let no_table = ["VIRTUAL TABLE", "CONSTANT", "(subquery-"];
    steps.retain(|step| step.starts_with("SCAN") && !no_table.iter().any(|name| step.contains(name)));
    steps
}

#[test]
fn no_statement_reads_a_whole_table() {
    let connection = schema();
    let mut count = 0;
    for (file, source) in sources() {
        for statement in statements(&source) {
            assert_eq!(scans(&connection, &statement), [""; 0], "{file}: {statement}");
            count += 1;
        }
    }
    assert!(count >= 25, "only {count} statements were found");
}

#[test]
fn it_can_fail() {
    let connection = schema();
    for (statement, expected) in [
        ("SELECT id FROM surveys WHERE status = 'live'", 1),
        ("SELECT id FROM surveys WHERE shop = ?1", 0),
        ("UPDATE shops SET name = ?1", 1),
        ("SELECT value FROM json_each(?1)", 0),
        ("SELECT one FROM (SELECT count(name) AS one FROM shops)", 1),
    ] {
        assert_eq!(scans(&connection, statement).len(), expected, "{statement}");
    }
    let source = "let sql = \"SELECT a \\\n            FROM b\"; \"UPDATE c\" // INSERT";
    assert_eq!(statements(source), ["SELECT a FROM b", "UPDATE c"]);
}

/// What triggers keep is what a recount finds, whatever happens to the responses.
#[test]
fn the_funnel_follows_the_responses() {
    let connection = schema();
    let write = |id: &str, revision: u8, scores: &str, complete: u8, device: Option<&str>| {
        let upsert = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, \
             device, answers, scores, traits, day, received_at, updated_at) \
             VALUES ('s', ?1, 'v', 1, ?2, '', ?3, 't', ?4, '[]', ?5, '{}', 7, 0, 0) \
             ON CONFLICT (shop, id) DO UPDATE SET revision = excluded.revision, complete = excluded.complete, \
             device = excluded.device, scores = excluded.scores WHERE excluded.revision > responses.revision";
        connection.execute(upsert, rusqlite::params![id, revision, complete, device, scores]).unwrap();
    };
    let funnel = || -> Vec<(String, i64, i64)> {
        let mut rows = connection
            .prepare("SELECT device, partials, completes FROM funnel WHERE partials <> 0 OR completes <> 0 ORDER BY 1")
            .unwrap();
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let row = |device: &str, partials, completes| (device.to_owned(), partials, completes);
    let nine = r#"[["nps","nps",9]]"#;

    write("a", 1, nine, 0, Some("mobile"));
    assert_eq!(funnel(), [row("mobile", 1, 0)]);
    write("a", 1, nine, 1, Some("mobile"));
    assert_eq!(funnel(), [row("mobile", 1, 0)], "the same revision again changes nothing");
    write("a", 2, nine, 1, Some("mobile"));
    assert_eq!(funnel(), [row("mobile", 1, 1)]);
    write("b", 1, "[]", 1, None);
    assert_eq!(funnel(), [row("", 0, 1), row("mobile", 1, 1)], "a survey without scores is completed too");
    write("a", 3, "[]", 0, Some("tablet"));
    assert_eq!(funnel(), [row("", 0, 1)], "a shopper took the score back");
    write("a", 4, nine, 1, Some("tablet"));
    assert_eq!(funnel(), [row("", 0, 1), row("tablet", 1, 1)]);
    connection.execute("DELETE FROM responses WHERE shop = 's' AND id = 'a'", []).unwrap();
    assert_eq!(funnel(), [row("", 0, 1)]);
    let answers: i64 = connection.query_row("SELECT answers FROM survey_counts", [], |row| row.get(0)).unwrap();
    assert_eq!(answers, 1);
}

#[test]
fn what_was_there_before_is_counted_too() {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(&migrations()[0]).unwrap();
    connection
        .execute_batch(
            "INSERT INTO surveys VALUES ('s', 'v', 'live', 1, '{}', 0, 0), ('s', 'w', 'draft', 0, '{}', 0, 0);
             INSERT INTO shops VALUES ('s', 'S', 'en', 'UTC', '[]', 0);",
        )
        .unwrap();
    for (id, scores, complete, device) in
        [("a", "[1]", 1, "'mobile'"), ("b", "[1]", 0, "'mobile'"), ("c", "[]", 1, "NULL")]
    {
        let insert = format!(
            "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, device, \
             answers, scores, traits, day, received_at, updated_at) \
             VALUES ('s', '{id}', 'v', 1, 1, '', {complete}, 't', {device}, '[]', '{scores}', '{{}}', 7, 0, 0)"
        );
        // The scores here are none of the triggers' business.
        connection.execute_batch("DROP TRIGGER IF EXISTS responses_insert").unwrap();
        connection.execute(&insert, []).unwrap();
    }
    connection.execute_batch(&migrations()[1]).unwrap();
    let funnel = "SELECT json_group_array(json_array(device, partials, completes)) FROM funnel";
    let counts = "SELECT json_group_array(json_array(survey, answers, stop_after)) FROM survey_counts";
    let settings = "SELECT settings FROM shops";
    for (query, expected) in
        [(funnel, r#"[["",0,1],["mobile",2,1]]"#), (counts, r#"[["v",3,null],["w",0,null]]"#), (settings, "{}")]
    {
        let found: String = connection.query_row(query, [], |row| row.get(0)).unwrap();
        assert_eq!(found, expected, "{query}");
    }
}
