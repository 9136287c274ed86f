//! The schema that the migrations produce, and what they do to existing data.

use crate::{db::sqlite, key};
use rusqlite::Connection;
use std::{env, fs, path::Path};

/// Tables, indexes and triggers as the migrations leave them. Several triggers are redefined by later migrations, so
/// `schema.sql` is the place to read; migrations that were applied are never edited.
fn dump(connection: &Connection) -> String {
    let mut text = String::from(
        "-- The schema in force: generated from migrations/ by a test of the store. Do not edit.\n\
         -- Renew it with: GLAS_WRITE=1 cargo test -p edge schema\n",
    );
    for (kind, title) in [("table", "Tables"), ("index", "Indexes"), ("trigger", "Triggers")] {
        text += &format!("\n-- {title}\n");
        let sql = "SELECT sql FROM sqlite_schema WHERE type = ?1 AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%' \
                   ORDER BY tbl_name, name";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([kind], |row| row.get::<_, String>(0)).unwrap();
        for sql in rows.map(Result::unwrap) {
            text += &format!("\n{};\n", sql.trim_end());
        }
    }
    text
}

#[test]
fn schema_sql_is_the_schema_of_the_migrations() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.sql");
    let schema = dump(&sqlite::schema());
    if env::var_os("GLAS_WRITE").is_some() {
        fs::write(&path, &schema).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == schema,
        "edge/schema.sql is out of date; renew it with `GLAS_WRITE=1 cargo test -p edge schema`"
    );
    // The file alone creates the same schema.
    let copy = Connection::open_in_memory().unwrap();
    copy.execute_batch(&schema).unwrap();
    assert_eq!(dump(&copy), schema);
}

#[test]
fn triggers_keep_the_funnel_equal_to_the_responses() {
    let connection = sqlite::schema();
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
    assert_eq!(funnel(), [row("mobile", 1, 0)], "writing the same revision again changes nothing");
    write("a", 2, nine, 1, Some("mobile"));
    assert_eq!(funnel(), [row("mobile", 1, 1)]);
    write("b", 1, "[]", 1, None);
    assert_eq!(funnel(), [row("", 0, 1), row("mobile", 1, 1)], "a survey without scores is counted as complete, too");
    write("a", 3, "[]", 0, Some("tablet"));
    assert_eq!(funnel(), [row("", 0, 1)], "a later revision has no score");
    write("a", 4, nine, 1, Some("tablet"));
    assert_eq!(funnel(), [row("", 0, 1), row("tablet", 1, 1)]);
    connection.execute("DELETE FROM responses WHERE shop = 's' AND id = 'a'", []).unwrap();
    assert_eq!(funnel(), [row("", 0, 1)]);
    let answers: i64 = connection.query_row("SELECT answers FROM survey_counts", [], |row| row.get(0)).unwrap();
    assert_eq!(answers, 1);
}

#[test]
fn the_second_migration_counts_existing_responses() {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(&sqlite::migrations()[0]).unwrap();
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
        // These scores have a shape that the trigger does not accept.
        connection.execute_batch("DROP TRIGGER IF EXISTS responses_insert").unwrap();
        connection.execute(&insert, []).unwrap();
    }
    connection.execute_batch(&sqlite::migrations()[1]).unwrap();
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

#[test]
fn existing_surveys_get_an_end_and_those_of_imports_a_mark() {
    let connection = Connection::open_in_memory().unwrap();
    let migrations = sqlite::migrations();
    let tested = migrations.iter().position(|migration| migration.contains("ADD COLUMN closed_at")).unwrap();
    for migration in &migrations[..tested] {
        connection.execute_batch(migration).unwrap();
    }
    let shop = "shp_0123456789abcdef";
    let insert = |id: &str, status: &str, version: u8| {
        let insert = "INSERT INTO surveys (shop, id, status, version, definition, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, '{}', 5, 7)";
        connection.execute(insert, rusqlite::params![shop, id, status, version]).unwrap();
    };
    for (id, status, version) in [("d", "draft", 0), ("l", "live", 1), ("p", "paused", 1), ("a", "archived", 2)] {
        insert(id, status, version);
    }
    let mut statuses = [("archived", 1), ("live", 1), ("live", 2)].into_iter().cycle();
    let mut expected = Vec::new();
    for source in survey::import::Source::ALL {
        for metric in survey::Metric::ALL {
            let id = key::survey_of_imports(shop, &format!("{} {}", source.as_str(), metric.as_str()));
            let (status, version) = statuses.next().unwrap();
            insert(&id, status, version);
            // One that the owner has published again is an ordinary survey.
            expected.push(if version == 1 { (id, Some(7), 1, "archived") } else { (id, None, 0, "live") });
        }
    }
    // The guard of a shop that is moving must not stop the migration.
    connection
        .execute_batch(&format!("INSERT INTO moves VALUES ('{shop}', 'left', 'DB_1', 'x', '', 0, 1, 1, 0, 0, 0, 0)"))
        .unwrap();
    connection.execute_batch(&migrations[tested]).unwrap();
    for (id, closed_at, status) in
        [("d", None, "draft"), ("l", None, "live"), ("p", Some(7), "paused"), ("a", Some(7), "archived")]
    {
        expected.push((id.to_owned(), closed_at, 0, status));
    }
    assert_eq!(expected.len(), 16);
    for (id, closed_at, imports, status) in expected {
        let sql = "SELECT closed_at, imports, status FROM surveys WHERE id = ?1";
        let found: (Option<i64>, u8, String) =
            connection.query_row(sql, [&id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        assert_eq!(found, (closed_at, imports, status.to_owned()), "{id}");
    }
}
