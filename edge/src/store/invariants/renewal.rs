//! Rows that were counted before this version: the migration leaves their counts as they are, and the renewal of each row
//! moves them.

use super::{Fixture, World, populated, world};
use crate::db::sqlite;
use rusqlite::{Connection, params_from_iter, types::Value};

/// The migrations of the version before responses that do not count were left out.
const EARLIER: usize = 11;

/// An empty database with the earlier schema.
pub(super) fn earlier() -> Fixture {
    let fixture = Fixture::new();
    let connection = Connection::open_in_memory().unwrap();
    for migration in &sqlite::migrations()[..EARLIER] {
        connection.execute_batch(migration).unwrap();
    }
    *fixture.connection() = connection;
    populated(fixture)
}

/// Copies the rows of a table, without columns that the earlier schema lacks.
fn copy(table: &str, from: &Fixture, to: &Fixture) {
    let columns = to.strings("SELECT name FROM pragma_table_info(?1)", [table]);
    let source = from.connection();
    let mut select = source.prepare(&format!("SELECT {} FROM {table}", columns.join(", "))).unwrap();
    let places = vec!["?"; columns.len()].join(", ");
    let insert = format!("INSERT INTO {table} ({}) VALUES ({places})", columns.join(", "));
    let mut rows = select.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let values: Vec<Value> = (0..columns.len()).map(|column| row.get(column).unwrap()).collect();
        to.execute(&insert, params_from_iter(values)).unwrap();
    }
}

fn number(database: &Fixture, sql: &str) -> i64 {
    database.connection().query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_database_of_an_earlier_version_is_renewed_in_portions_between_other_writes() {
    let (mut moved, mut portions) = (0, 0);
    for seed in 0..20 {
        let (current, database) = (super::database(), earlier());
        let mut world = world(&current, 30_000 + seed);
        let mut story: Vec<String> = (0..60).map(|_| world.step()).collect();
        for table in ["responses", "tombstones", "erasures"] {
            copy(table, &current, &database);
        }
        let mut world = World { database: &database, ..world };
        // Under the earlier schema this changes no count.
        database.execute("UPDATE responses SET form = 0", []).unwrap();
        for migration in &sqlite::migrations()[EARLIER..] {
            database.execute_batch(migration).unwrap();
        }
        world.check();
        let flagged = "SELECT ifnull(sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10), 0) FROM tallies \
                       WHERE facet = 'flagged'";
        moved += number(&database, flagged);
        while number(&database, "SELECT count(*) FROM responses WHERE form = 0") > 0 {
            story.push(if world.random.below(2) == 0 { world.save() } else { world.change() });
            world.check();
            story.push(world.renew());
            world.check();
            portions += 1;
        }
        assert_eq!(number(&database, flagged), 0, "{}", story.join("\n"));
        assert_eq!(world.differences(), [""; 0], "{}", story.join("\n"));
    }
    assert!(moved > 20 && portions > 40, "{moved} scores in {portions} portions");
}

#[test]
fn the_renewal_of_a_response_that_counts_moves_no_tally() {
    let database = populated(Fixture::new());
    let mut world = world(&database, 1);
    let mut row = serde_json::to_value(world.row()).unwrap();
    (row["flags"], row["scores"]) = (0.into(), r#"[["q1","nps",9]]"#.into());
    database.save(row);
    // The renewal also counts its progress.
    for (form, written) in [(0, 1), (1, 2)] {
        let before = number(&database, "SELECT total_changes()");
        database.execute("UPDATE responses SET form = ?1", [form]).unwrap();
        assert_eq!(number(&database, "SELECT total_changes()") - before, written);
    }
}
