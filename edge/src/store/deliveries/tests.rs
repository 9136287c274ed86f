//! The statements of telling, in the real schema.

use super::*;
use crate::db::sqlite::schema;
use rusqlite::{Connection, params, params_from_iter};

const NOW: i64 = 1_000_000_000_000;

/// Two shops; the first has an endpoint for everything, one for deletions, one that is disabled.
fn furnished() -> Connection {
    let database = schema();
    for (shop, id, events, status) in [
        ("a", "all", r#"["response.created","response.updated","response.deleted"]"#, "enabled"),
        ("a", "gone", r#"["response.deleted"]"#, "enabled"),
        ("a", "off", r#"["response.created"]"#, "disabled"),
        ("b", "off", r#"["response.created"]"#, "disabled"),
    ] {
        let insert = "INSERT INTO webhooks (shop, id, url, events, template, description, status, secret, created_at, \
                      updated_at) VALUES (?1, ?2, 'https://shop.example/', ?3, 'standard', '', ?4, 'whsec_', 0, 0)";
        database.execute(insert, [shop, id, events, status]).unwrap();
    }
    database
}

fn answer(database: &Connection, shop: &str, id: &str, revision: u8) {
    let upsert = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, \
         answers, scores, traits, day, received_at, updated_at) \
         VALUES (?1, ?2, 'v', 1, ?3, '', 0, 't', '[]', '[]', '{}', 7, 0, 5) \
         ON CONFLICT (shop, id) DO UPDATE SET revision = excluded.revision";
    database.execute(upsert, params![shop, id, revision]).unwrap();
}

fn erase(database: &Connection, shop: &str, id: &str) {
    database.execute("DELETE FROM responses WHERE shop = ?1 AND id = ?2", [shop, id]).unwrap();
}

/// One transaction of dispatching: what it laid out, and whether there is more.
fn dispatch(database: &Connection, most: u32) -> (Vec<String>, bool) {
    database.execute_batch("BEGIN").unwrap();
    let laid = strings(database, DISPATCH, params![NOW, most]);
    let more = database.query_row(ADVANCE, [most], |row| row.get(0)).unwrap_or(false);
    database.execute_batch("COMMIT").unwrap();
    (laid, more)
}

/// The columns of each row in one line.
fn strings(database: &Connection, sql: &str, arguments: impl rusqlite::Params) -> Vec<String> {
    let mut statement = database.prepare(sql).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map(arguments, |row| {
        let texts: Vec<String> = (0..columns)
            .map(|at| {
                let value: rusqlite::types::Value = row.get(at).unwrap();
                match value {
                    rusqlite::types::Value::Text(text) => text,
                    rusqlite::types::Value::Integer(number) => number.to_string(),
                    other => format!("{other:?}"),
                }
            })
            .collect();
        Ok(texts.join(" "))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn all(database: &Connection) -> Vec<String> {
    let sql =
        "SELECT shop, webhook, event, type, revision, state, attempts FROM deliveries ORDER BY shop, webhook, event";
    strings(database, sql, [])
}

#[test]
fn only_where_somebody_listens_it_is_written_down() {
    let database = furnished();
    answer(&database, "a", "r1", 1);
    answer(&database, "b", "r1", 1);
    answer(&database, "c", "r1", 1);
    answer(&database, "a", "r1", 2);
    answer(&database, "b", "r1", 2);
    erase(&database, "b", "r1");
    assert_eq!(strings(&database, "SELECT shop, event, revision FROM outbox", []), ["a created 1", "a updated 2"]);
    database.execute("UPDATE webhooks SET status = 'disabled'", []).unwrap();
    answer(&database, "a", "r2", 1);
    erase(&database, "a", "r1");
    assert_eq!(strings(&database, "SELECT count(*) FROM outbox", []), ["2"]);
}

#[test]
fn everything_is_laid_out_once_for_whoever_wants_it() {
    let database = furnished();
    answer(&database, "a", "r1", 1);
    answer(&database, "a", "r1", 3);
    answer(&database, "a", "r2", 1);
    erase(&database, "a", "r2");
    // In portions, in the order in which it happened.
    assert_eq!(
        dispatch(&database, 3),
        (vec!["a all evt_r1_1_created".into(), "a all evt_r1_3_updated".into(), "a all evt_r2_1_created".into()], true)
    );
    assert_eq!(
        dispatch(&database, 3),
        (vec!["a all evt_r2_1_deleted".into(), "a gone evt_r2_1_deleted".into()], false)
    );
    // Twice is the same as once.
    assert_eq!(dispatch(&database, 3), (vec![], false));
    let laid = [
        "a all evt_r1_1_created response.created 1 pending 0",
        "a all evt_r1_3_updated response.updated 3 pending 0",
        "a all evt_r2_1_created response.created 1 pending 0",
        "a all evt_r2_1_deleted response.deleted 1 pending 0",
        "a gone evt_r2_1_deleted response.deleted 1 pending 0",
    ];
    assert_eq!(all(&database), laid);
    // Also where the mark was lost with the backup that somebody put back.
    database.execute("UPDATE dispatched SET seq = 0", []).unwrap();
    assert_eq!(dispatch(&database, 100), (vec![], false));
    assert_eq!(all(&database), laid);
}

#[test]
fn types_of_other_subjects_are_told_by_their_name() {
    let database = furnished();
    database.execute(r#"UPDATE webhooks SET events = '["case.opened"]' WHERE id = 'gone'"#, []).unwrap();
    database
        .execute("INSERT INTO outbox (shop, event, response, revision, at) VALUES ('a', 'case.opened', 'c1', 1, 0)", [])
        .unwrap();
    assert_eq!(dispatch(&database, 9).0, ["a gone evt_c1_1_case_opened"]);
    assert_eq!(all(&database), ["a gone evt_c1_1_case_opened case.opened 1 pending 0"]);
}

fn errand(event: &str, due: i64) -> DeliveryMessage {
    DeliveryMessage { shop: "a".into(), webhook: "all".into(), event: event.into(), due, at: due }
}

fn take(database: &Connection, errand: &DeliveryMessage, until: i64) -> usize {
    let mut arguments = errand.place();
    arguments.extend([errand.due.into(), until.into()]);
    let mut statement = database.prepare(TAKE).unwrap();
    statement.query_map(params_from_iter(arguments), |_| Ok(())).unwrap().count()
}

fn settle(
    database: &Connection,
    errand: &DeliveryMessage,
    due: i64,
    state: State,
    next_at: i64,
    sent_at: Option<i64>,
) -> usize {
    let mut arguments = errand.place();
    let error: Option<&'static str> = (state != State::Delivered).then_some("status");
    arguments.extend([
        due.into(),
        state.as_str().into(),
        sent_at.is_some().into(),
        next_at.into(),
        sent_at.into(),
        Some(500_u32).into(),
        error.into(),
    ]);
    database.execute(SETTLE, params_from_iter(arguments)).unwrap()
}

#[test]
fn of_two_messages_one_takes_it() {
    let database = furnished();
    answer(&database, "a", "r1", 1);
    let (_, _) = dispatch(&database, 9);
    let message = errand("evt_r1_1_created", NOW);
    assert_eq!(take(&database, &message, NOW + 1), 1);
    assert_eq!(take(&database, &message, NOW + 2), 0, "a copy of it comes too late");
    // Whoever took it writes down what came of it, once.
    assert_eq!(settle(&database, &message, NOW, State::Delivered, 0, Some(NOW)), 0, "nobody else does");
    assert_eq!(settle(&database, &message, NOW + 1, State::Pending, NOW + 50, Some(NOW + 9)), 1);
    assert_eq!(settle(&database, &message, NOW + 1, State::Pending, NOW + 60, Some(NOW + 9)), 0);
    let sql = "SELECT state, attempts, next_at, last_at, last_status, last_error FROM deliveries";
    assert_eq!(strings(&database, sql, []), [format!("pending 1 {} {} 500 status", NOW + 50, NOW + 9)]);
    // Nothing was sent, so no attempt counts.
    let again = errand("evt_r1_1_created", NOW + 50);
    assert_eq!(take(&database, &again, NOW + 70), 1);
    assert_eq!(settle(&database, &again, NOW + 70, State::Failed, NOW, None), 1);
    assert_eq!(strings(&database, sql, []), [format!("failed 1 {NOW} {} 500 status", NOW + 9)]);
    assert_eq!(take(&database, &errand("evt_r1_1_created", NOW), NOW + 99), 0, "it is over");
}

#[test]
fn a_kill_between_any_two_steps_leaves_it_due() {
    let database = furnished();
    answer(&database, "a", "r1", 1);
    let (_, _) = dispatch(&database, 9);
    let due = |now: i64, until: i64| strings(&database, DUE, params![now, until, 100]);
    assert_eq!(due(NOW - 1, NOW), [""; 0], "its message may be on its way");
    // The message was lost: the cron takes it on, and nobody else at the same time.
    assert_eq!(due(NOW, NOW + 300), ["a all evt_r1_1_created"]);
    assert_eq!(due(NOW, NOW + 301), [""; 0]);
    assert_eq!(take(&database, &errand("evt_r1_1_created", NOW), NOW + 1), 0, "the message that was thought lost");
    // Taken, and the instance ended before anything was written down.
    assert_eq!(take(&database, &errand("evt_r1_1_created", NOW + 300), NOW + 360), 1);
    assert_eq!(due(NOW + 359, NOW + 700), [""; 0]);
    assert_eq!(due(NOW + 360, NOW + 700), ["a all evt_r1_1_created"]);
    let attempts = strings(&database, "SELECT attempts FROM deliveries", []);
    assert_eq!(attempts, ["0"], "the attempt whose end nobody knows is made again");
}

#[test]
fn an_owner_sends_it_again() {
    let database = furnished();
    answer(&database, "a", "r1", 1);
    let (_, _) = dispatch(&database, 9);
    let message = errand("evt_r1_1_created", NOW);
    let again = |now: i64| strings(&database, AGAIN, params!["a", "all", "evt_r1_1_created", now]).len();
    assert_eq!(take(&database, &message, NOW + 1), 1);
    assert_eq!(settle(&database, &message, NOW + 1, State::Pending, NOW + 50, Some(NOW)), 1);
    assert_eq!(again(NOW + 5), 1);
    let sql = "SELECT state, attempts, next_at FROM deliveries";
    assert_eq!(strings(&database, sql, []), [format!("pending 1 {}", NOW + 5)], "its next attempt is now");
    let message = errand("evt_r1_1_created", NOW + 5);
    assert_eq!(take(&database, &message, NOW + 6), 1);
    assert_eq!(settle(&database, &message, NOW + 6, State::Failed, NOW, Some(NOW)), 1);
    assert_eq!(again(NOW + 9), 1);
    assert_eq!(strings(&database, sql, []), [format!("pending 0 {}", NOW + 9)], "from the beginning");
    assert_eq!(strings(&database, AGAIN, params!["b", "all", "evt_r1_1_created", NOW]), [""; 0]);
}

#[test]
fn an_endpoint_is_disabled_for_a_reason() {
    let database = furnished();
    let note = |sql: &str, now: i64| database.execute(sql, params!["a", "all", now]).unwrap();
    let disable = |now: i64, reason: &str| {
        let arguments = params!["a", "all", now, now - FAILING_MS, reason];
        strings(&database, DISABLE, arguments).len()
    };
    assert_eq!(note(WENT_BADLY, NOW), 1);
    assert_eq!(note(WENT_BADLY, NOW + 5), 0, "the first one counts");
    assert_eq!(disable(NOW + FAILING_MS - 1, "failing"), 0);
    assert_eq!(database.execute(WENT_WELL, ["a", "all"]).unwrap(), 1);
    assert_eq!(database.execute(WENT_WELL, ["a", "all"]).unwrap(), 0, "writes nothing where all is well");
    assert_eq!(disable(NOW + FAILING_MS, "failing"), 0);
    assert_eq!(note(WENT_BADLY, NOW + 9), 1);
    assert_eq!(disable(NOW + 9 + FAILING_MS, "failing"), 1);
    assert_eq!(disable(NOW + 10 + FAILING_MS, "failing"), 0, "once");
    let state = || strings(&database, "SELECT status, reason FROM webhooks WHERE shop = 'a' AND id = 'all'", []);
    assert_eq!(state(), ["disabled failing"]);
    // What an owner says of its status, or does not.
    let replace = |status: Option<&str>| {
        let arguments = params!["a", "all", "u", "[]", "standard", None::<&str>, "", status, NOW];
        strings(&database, webhooks::REPLACE, arguments);
        state()
    };
    assert_eq!(replace(None), ["disabled failing"]);
    assert_eq!(replace(Some("enabled")), ["enabled Null"]);
    assert_eq!(replace(Some("disabled")), ["disabled owner"]);
    assert_eq!(replace(Some("enabled")), ["enabled Null"]);
    assert_eq!(disable(NOW, "gone"), 1);
    assert_eq!(state(), ["disabled gone"]);
}

#[test]
fn what_happened_before_a_move_is_laid_out_with_the_freeze() {
    let database = furnished();
    let state = |state: &str| {
        let upsert = "INSERT INTO moves VALUES ('a', ?1, 'DB_1', 'x', '', 0, 1, 1, 0, 0, 0, 0) \
                      ON CONFLICT (shop) DO UPDATE SET state = ?1";
        database.execute(upsert, [state]).unwrap();
    };
    state("leaving");
    answer(&database, "a", "r1", 1);
    database.execute(DISPATCH_SHOP, params!["a", NOW]).unwrap();
    assert_eq!(all(&database).len(), 1);
    state("frozen");
    // From now on nobody touches it here, and everybody else goes on.
    assert_eq!(dispatch(&database, 9), (vec![], false));
    assert_eq!(strings(&database, DUE, params![NOW, NOW + 1, 9]), [""; 0]);
    database.execute(DISPATCH_SHOP, params!["a", NOW]).unwrap();
    for write in [
        "UPDATE deliveries SET next_at = 0",
        "DELETE FROM webhooks",
        "UPDATE webhooks SET description = 'x' WHERE shop = 'a'",
    ] {
        let error = database.execute(write, []).expect_err(write);
        assert!(error.to_string().contains("glas: shop is moving"), "{error}");
    }
    state("here");
    assert_eq!(strings(&database, DUE, params![NOW, NOW + 1, 9]).len(), 1);
}

#[test]
fn an_instance_looks_once_a_second() {
    for (planned, now, expected) in [
        (0, 5_000, Some(5_000)),
        (5_000, 5_000, Some(6_000)),
        (5_000, 5_400, Some(6_000)),
        (6_000, 5_500, None),
        (6_000, 6_000, Some(7_000)),
        (6_000, 9_000, Some(9_000)),
        (90_000, 5_000, Some(5_000)),
    ] {
        assert_eq!(look(planned, now), expected, "{planned} {now}");
    }
}
