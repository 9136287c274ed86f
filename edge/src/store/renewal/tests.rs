use super::*;
use crate::{platform::in_process::ready, store::fixture::Fixture};

const SECRET: &str = "8f14e45fceea167a5a36dedd4bea2543";

/// A response of an earlier version.
fn insert(fixture: &Fixture, shop: &str, id: &str) {
    let url = format!("https://shop.example/order/{SECRET}?key={SECRET}&utm_id=1");
    let sql = "INSERT INTO responses (shop, id, survey, version, revision, fingerprint, complete, touchpoint, url, answers, \
         scores, traits, day, received_at, updated_at, flags) \
         VALUES (?1, ?2, 'v', 1, 1, 'f', 1, 't', ?3, '[]', '[]', '{}', 7, 5, 6, 33)";
    fixture.execute(sql, [shop, id, &url]).unwrap();
}

fn rows(fixture: &Fixture) -> Vec<String> {
    fixture.strings(
        "SELECT id, revision, fingerprint, ifnull(url, '-'), flags, updated_at, form FROM responses ORDER BY id",
        [],
    )
}

#[test]
fn a_revision_that_comes_between_reading_and_writing_wins() {
    let fixture = Fixture::new();
    for id in ["a", "b", "c"] {
        insert(&fixture, "s", id);
    }
    let renewal = fixture.store.renewal();
    let (read, statements) = ready(renewal.response_updates("s", &PageParameters::default(), 10)).unwrap();
    assert_eq!(read, 3);
    let revise = "UPDATE responses SET revision = 2, fingerprint = 'g', url = 'https://shop.example/new', flags = 1, form = ?1 \
         WHERE id = ?2";
    fixture.execute(revise, rusqlite::params![CURRENT_FORM, "a"]).unwrap();
    // A Worker that is still of the earlier version leaves the form alone.
    fixture.execute(revise, rusqlite::params![0, "b"]).unwrap();
    let results = ready(fixture.store.database.idempotent(statements)).unwrap();
    assert_eq!(rows_at::<Row>(&results, 0).unwrap().len(), 1);
    let expected = [
        "a 2 g https://shop.example/new 1 6 1",
        "b 2 g https://shop.example/new 1 6 0",
        "c 1 f https://shop.example/order/[secret]?utm_id=1 1 6 1",
    ];
    assert_eq!(rows(&fixture), expected);
    let portion = ready(renewal.renew(Old::Responses, "s", &PageParameters::default(), 10)).unwrap();
    assert_eq!(portion, RenewedBatch { read: 1, renewed: 1 });
    assert_eq!(fixture.strings("SELECT what, done FROM renewal", []), ["responses 3"]);
}

#[test]
fn rows_of_a_shop_that_is_being_moved_stay() {
    let fixture = Fixture::new();
    let none = PageParameters::default();
    let portion = |old| ready(fixture.store.renewal().renew(old, "s", &none, 10)).unwrap();
    insert(&fixture, "s", "a");
    fixture.execute("INSERT INTO dead_letters VALUES ('s', 'd', 'r', '{}', 1, 0)", []).unwrap();
    let state = "INSERT OR REPLACE INTO moves VALUES ('s', ?1, 'DB_1', 'p', '', 0, 1, 0, 0, 0, 0, 0)";
    for frozen in ["frozen", "left", "arriving"] {
        fixture.execute(state, [frozen]).unwrap();
        for old in [Old::Responses, Old::DeadLetters] {
            assert_eq!(ready(fixture.store.renewal().shop(old, "")).unwrap().unwrap().is_moving, 1);
            assert_eq!(portion(old), RenewedBatch { read: 1, renewed: 0 }, "{frozen}");
        }
    }
    fixture.execute(state, ["leaving"]).unwrap();
    for old in [Old::Responses, Old::DeadLetters] {
        assert_eq!(ready(fixture.store.renewal().shop(old, "")).unwrap().unwrap().is_moving, 0);
        assert_eq!(portion(old), RenewedBatch { read: 1, renewed: 1 });
    }
    assert_eq!(fixture.strings("SELECT id FROM move_changes", []), ["a"], "the move copies the row again");
}

#[test]
fn messages_keep_everything_but_secrets() {
    let none = PageParameters::default();
    for (text, expected) in [
        (
            r#"{"kind":"answer","row":{"customer":"c","flags":33,"url":"https://shop.example/a?key=x&utm_id=1"}}"#,
            r#"{"kind":"answer","row":{"customer":"c","flags":1,"form":1,"url":"https://shop.example/a?utm_id=1"}}"#,
        ),
        (r#"{"kind":"answer","row":{"url":null}}"#, r#"{"kind":"answer","row":{"form":1,"url":null}}"#),
        (r#"{"kind":"answer","row":{"url":"https:///a"}}"#, r#"{"kind":"answer","row":{"form":1,"url":null}}"#),
        (r#"{"kind":"steps","id":"m"}"#, r#"{"kind":"steps","id":"m"}"#),
        (r#"{"kind":"answer","row":7}"#, r#"{"kind":"answer","row":7}"#),
        ("no JSON", "no JSON"),
        ("", ""),
    ] {
        assert_eq!(renewed_message(text, &none), expected);
        assert_eq!(renewed_message(expected, &none), expected);
    }
}
