//! `/v1/imports`: importing files of other tools.

use rusqlite::Connection;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use tests::{
    checker::{self, shop_of},
    http::Reply,
    ledger::Ledger,
    random::Random,
    shop::{Shop, every_kind},
    supervisor::database_in,
    worker::Worker,
};

/// A date a number of days ago, as `YYYY-MM-DD`.
fn day(ago: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let days = i64::try_from(now / 86_400 - ago).unwrap();
    // Computed by SQLite from days since 1970.
    let sql = "SELECT date(?1 * 86400, 'unixepoch')";
    Connection::open_in_memory().unwrap().query_row(sql, [days], |row| row.get(0)).unwrap()
}

#[track_caller]
fn counts(report: &Value) -> [u64; 5] {
    ["rows", "imported", "updated", "unchanged", "refused"].map(|name| report[name].as_u64().unwrap())
}

#[track_caller]
fn check(worker: &Worker, shop: &Shop) -> usize {
    checker::check(&database_in(worker.state()), &shop_of(&shop.public_key), &Ledger::default()).rows
}

fn delighted() -> String {
    format!(
        "Response ID,Person Name,Person Email,Score,Comment,Created At,Plan\r\n\
         r1,Jan,jan@poczta.example,9,\"Dobrze, \nzadzwoń: 601 123 456\",{} 10:00:00 UTC,gold\r\n\
         r2,Ion,ion@poczta.example,10,,{} 10:00:00 UTC,silver\r\n\
         r3,Ola,ola@poczta.example,3,Długo,{} 10:00:00 UTC,\r\n",
        day(40),
        day(20),
        day(20),
    )
}

#[test]
fn a_delighted_export_is_imported() {
    let worker = Worker::shared();
    let shop = Shop::new(worker);
    let dry = shop.import("source=delighted&dry_run=true", delighted()).expect(200).json();
    assert_eq!((counts(&dry), &dry["id"]), ([3, 3, 0, 0, 0], &Value::Null));
    assert_eq!(check(worker, &shop), 0, "a dry run writes nothing");
    assert_eq!(shop.get("/v1/imports")["items"], json!([]));
    assert_eq!(shop.get("/v1/surveys?status=archived")["items"], json!([]));

    let reply = shop.import("source=delighted", delighted()).expect(201);
    let done = reply.json();
    assert_eq!(counts(&done), [3, 3, 0, 0, 0]);
    assert_eq!(reply.header("location"), format!("/v1/imports/{}", done["id"].as_str().unwrap()));
    for member in ["survey", "metric", "from", "to", "columns", "problems", "masked"] {
        assert_eq!(done[member], dry[member], "a dry run reports the same {member}");
    }
    assert_eq!((&done["metric"], &done["masked"]), (&json!("nps"), &json!(1)));
    assert_eq!(done["columns"]["recognised"]["score"], "Score");
    assert_eq!(done["columns"]["recognised"]["trait.Plan"], "Plan");
    let personal =
        json!([{ "column": "Person Name", "reason": "personal" }, { "column": "Person Email", "reason": "personal" }]);
    assert_eq!(done["columns"]["ignored"], personal);
    assert_eq!(check(worker, &shop), 3);

    // Imported responses are listed like all others and name their source.
    let found = shop.all_responses(&format!("survey={}", done["survey"].as_str().unwrap()));
    let words: Vec<&Value> = found.iter().map(|response| &response["answers"][1]["text"]).collect();
    assert!(words.contains(&&json!("Dobrze, \nzadzwoń: [phone]")), "{words:?}");
    for response in &found {
        assert_eq!((&response["trigger"], &response["touchpoint"]), (&json!("import"), &json!("imported")));
        assert_eq!((&response["customer"], &response["complete"]), (&Value::Null, &json!(true)));
        assert!(!response.to_string().contains("poczta.example"), "{response}");
    }
    // The survey created for the import is archived.
    let survey = &shop.get("/v1/surveys?status=archived")["items"][0];
    assert_eq!((&survey["id"], &survey["name"]), (&done["survey"], &json!("Imported from Delighted (nps)")));

    // Trends are preserved: the days are those of the original responses.
    let metric = shop.get(&format!("/v1/metrics?metric=nps&from={}&to={}", day(60), day(0)));
    assert_eq!(metric["n"], 3);
    let trend: Vec<(&Value, &Value)> =
        metric["trend"].as_array().unwrap().iter().map(|point| (&point["date"], &point["n"])).collect();
    assert_eq!(trend, [(&json!(day(40)), &json!(1)), (&json!(day(20)), &json!(2))]);

    // Imports are not part of the funnel and do not count against the quota.
    let database = Connection::open(database_in(worker.state())).unwrap();
    let id = shop_of(&shop.public_key);
    for table in ["funnel", "usage", "outbox", "survey_counts"] {
        let sql = format!("SELECT count(*) FROM {table} WHERE shop = ?1");
        assert_eq!(database.query_row(&sql, [&id], |row| row.get::<_, i64>(0)).unwrap(), 0, "{table}");
    }

    let again = shop.import("source=delighted", delighted()).expect(201).json();
    assert_eq!(counts(&again), [3, 0, 0, 3, 0]);
    let changed = delighted().replace("Długo", "Długo trwało").replace("r2,Ion,ion@poczta.example,10", "r2,Ion,,8");
    let dry = shop.import("source=delighted&dry_run=true", changed.clone()).expect(200).json();
    let update = shop.import("source=delighted", changed).expect(201).json();
    assert_eq!((counts(&dry), counts(&update)), ([3, 0, 2, 1, 0], [3, 0, 2, 1, 0]));
    assert_eq!(check(worker, &shop), 3);
    assert_eq!(shop.all_responses("").iter().filter(|response| response["revision"] == 2).count(), 2);
    assert_eq!(shop.get(&format!("/v1/metrics?metric=nps&from={}&to={}", day(60), day(0)))["distribution"]["8"], 1);

    let list = shop.get("/v1/imports");
    let list: Vec<_> = list["items"].as_array().unwrap().iter().map(counts).collect();
    assert_eq!(list, [[3, 0, 2, 1, 0], [3, 0, 0, 3, 0], [3, 3, 0, 0, 0]], "newest first");
}

#[test]
fn survicate_and_generic_files_are_imported() {
    let worker = Worker::shared();
    let shop = Shop::new(worker);
    let survicate = format!(
        "\u{feff}Response uuid;Email;Date & Time (UTC);Language;How likely?;Why?\n\
         a-1;jan@poczta.example;{} 10:00;pl_PL;7;Nie wiem\na-2;;{} 10:00;en;;\n",
        day(3),
        day(3)
    );
    let query = "source=survicate&column.score=How%20likely%3F&column.comment=Why%3F";
    let done = shop.import(query, survicate).expect(201).json();
    assert_eq!(counts(&done), [2, 1, 0, 0, 1]);
    assert_eq!(
        done["problems"],
        json!([{ "line": 3, "column": "How likely?", "code": "empty", "message": "must not be empty; every row needs a score" }])
    );

    // Into an existing survey, with every supported column.
    let survey = shop.publish(&every_kind());
    let day = day(3);
    let (year, month, date) = (&day[..4], &day[5..7], &day[8..]);
    let file = format!(
        "When\tStars\tWords\tWho\tStage\tOrder\tTotal\tPlan\n{date}/{month}/{year} 10:00\t5\tSuper\tc-7\tdelivery\t1001\t1 299,50\tgold\n"
    );
    let query = format!(
        "source=generic&survey={}&metric=csat&date_format=d/m/y&time_zone=%2B02:00&currency=PLN&column.at=When&\
         column.score=Stars&column.comment=Words&column.customer=Who&column.touchpoint=Stage&column.order_id=Order&\
         column.order_value=Total&trait.plan=Plan",
        survey.id
    );
    let done = shop.import(&query, file.clone()).expect(201).json();
    assert_eq!((counts(&done), &done["survey"]), ([1, 1, 0, 0, 0], &json!(survey.id)));
    assert_eq!(done["from"], format!("{day}T08:00:00.000Z"));
    let response = &shop.all_responses(&format!("survey={}", survey.id))[0];
    assert_eq!(response["answers"][0], json!({ "question": "csat", "kind": "csat", "score": 5 }));
    assert_eq!(response["answers"][1], json!({ "question": "why", "kind": "text", "text": "Super" }));
    assert_eq!(response["order"], json!({ "id": "1001", "value": 129_950, "currency": "PLN" }));
    assert_eq!((&response["customer"], &response["touchpoint"]), (&json!("c-7"), &json!("delivery")));
    assert_eq!(check(worker, &shop), 2);

    // With another time zone, the same row is a different response.
    let other = shop.import(&query.replace("%2B02:00", "UTC"), file).expect(201).json();
    assert_eq!((counts(&other), &other["problems"][0]["code"]), ([1, 0, 0, 0, 1], &json!("conflict")));
}

#[test]
fn an_import_can_be_undone_and_repeated() {
    let worker = Worker::shared();
    let (shop, stranger) = (Shop::new(worker), Shop::new(worker));
    let done = shop.import("source=delighted", delighted()).expect(201).json();
    let path = format!("/v1/imports/{}", done["id"].as_str().unwrap());
    assert_eq!(stranger.get("/v1/imports")["items"], json!([]));
    let _ = stranger.call("DELETE", &path, &Value::Null).expect(404);
    // The same file imported by another shop is independent.
    assert_eq!(counts(&stranger.import("source=delighted", delighted()).expect(201).json()), [3, 3, 0, 0, 0]);

    let gone = shop.call("DELETE", &path, &Value::Null).expect(200).json();
    assert_eq!(gone, json!({ "deleted": 3, "more": false }));
    let _ = shop.call("DELETE", &path, &Value::Null).expect(404);
    assert_eq!((check(worker, &shop), check(worker, &stranger)), (0, 3));
    assert_eq!(shop.get(&format!("/v1/metrics?metric=nps&from={}&to={}", day(60), day(0)))["n"], 0);
    assert_eq!(shop.get("/v1/imports")["items"], json!([]));
    assert_eq!(counts(&shop.import("source=delighted", delighted()).expect(201).json()), [3, 3, 0, 0, 0]);
    assert_eq!(check(worker, &shop), 3);
}

#[test]
fn an_erased_response_is_not_imported_again() {
    let worker = Worker::shared();
    let shop = Shop::new(worker);
    let query = "source=delighted&column.customer=Person%20Email";
    assert_eq!(counts(&shop.import(query, delighted()).expect(201).json()), [3, 3, 0, 0, 0]);
    let responses = shop.all_responses("");
    let of = |customer: &str| responses.iter().find(|response| response["customer"] == customer).unwrap()["id"].clone();
    let _ = shop.call("POST", "/v1/erasures", &json!({ "customer": "jan@poczta.example" })).expect(200);
    let _ = shop.call("POST", "/v1/erasures", &json!({ "response": of("ion@poczta.example") })).expect(200);
    // A customer erased before any response existed; the next file contains one.
    let _ = shop.call("POST", "/v1/erasures", &json!({ "customer": "new@poczta.example" })).expect(200);
    assert_eq!(check(worker, &shop), 1);
    let file = format!("{}r4,New,new@poczta.example,1,,{} 10:00:00,\r\n", delighted(), day(2));
    for query in [format!("{query}&dry_run=true"), query.to_owned(), query.to_owned()] {
        let reply = shop.import(&query, file.clone()).json();
        assert_eq!(counts(&reply), [4, 0, 0, 1, 3], "{query}: {reply}");
        let problems: Vec<_> =
            reply["problems"].as_array().unwrap().iter().map(|one| (&one["line"], &one["code"])).collect();
        let erased = json!("erased");
        assert_eq!(problems, [(&json!(2), &erased), (&json!(4), &erased), (&json!(6), &erased)]);
    }
    assert_eq!(check(worker, &shop), 1);
}

#[test]
fn rejected_rows_are_reported() {
    let worker = Worker::shared();
    let shop = Shop::new(worker);
    let refused = |reply: Reply, status: u16| reply.expect(status).problems();
    let at = |at: &str, code: &str| vec![(at.to_owned(), code.to_owned())];
    assert_eq!(refused(shop.import("", "Score\n"), 400), at("query.source", "missing"));
    assert_eq!(refused(shop.import("source=delighted", ""), 400), at("", "empty"));
    assert_eq!(refused(shop.import("source=delighted", "Score\n9\n"), 400), at("query.column.at", "missing"));
    assert_eq!(
        refused(shop.import("source=delighted&survey=srv_x", delighted()), 404),
        at("query.survey", "not_found")
    );
    let draft = shop.call("POST", "/v1/surveys", &every_kind()).expect(201).json();
    let query = format!("source=delighted&survey={}", draft["id"].as_str().unwrap());
    assert_eq!(refused(shop.import(&query, delighted()), 400), at("query.survey", "invalid_reference"));
    let mut bare = every_kind();
    bare["questions"] = json!([{ "id": "nps", "kind": "nps", "text": { "en": "How likely?" } }]);
    let bare = shop.publish(&bare);
    for query in
        [format!("source=delighted&survey={}", bare.id), format!("source=delighted&metric=ces&survey={}", bare.id)]
    {
        assert_eq!(refused(shop.import(&query, delighted()), 400), at("query.survey", "invalid_reference"));
    }
    let json = shop.call("POST", "/v1/imports?source=delighted", &json!({})).expect(415);
    assert_eq!(json.problems(), at("header.content-type", "unsupported_media_type"));
    let _ = shop
        .client
        .send("POST", "/v1/imports?source=delighted", &[("content-type", "text/csv")], delighted())
        .expect(401);
    assert_eq!(shop.get("/v1/imports")["items"], json!([]), "no import was started");

    // Rows older than the retention are rejected, since they would be deleted within the hour.
    let _ = shop.call("PUT", "/v1/shop/settings", &json!({ "retention_days": 30 })).expect(200);
    let old = shop.import("source=delighted", delighted()).expect(201).json();
    assert_eq!(counts(&old), [3, 2, 0, 0, 1]);
    assert_eq!((&old["problems"][0]["line"], &old["problems"][0]["code"]), (&json!(2), &json!("erased")));
    // Many problems are counted, and the file is read to the end.
    let bad = format!("Score,Created At\n{}9,{}\n", "eleven,yesterday\n".repeat(700), day(1));
    let reply = shop.import("source=delighted", bad).expect(201).json();
    assert_eq!(counts(&reply), [701, 1, 0, 0, 700]);
    assert_eq!((reply["problems"].as_array().unwrap().len(), &reply["problems_left_out"]), (1_000, &json!(400)));
    assert_eq!(check(worker, &shop), 3);
}

#[test]
fn a_file_with_too_many_rows_reports_where_it_stopped() {
    let worker = Worker::shared();
    let shop = Shop::new(worker);
    // Rejected rows are cheap, but they count towards the limit.
    let mut file = "Score,Created At\n".to_owned();
    file.push_str(&format!("9,{}\n", day(1)).repeat(1_200));
    file.push_str(&"x,\n".repeat(98_801));
    let reply = shop.import("source=delighted", file).expect(413);
    assert_eq!(reply.problems(), [(String::new(), "too_large".to_owned())]);
    assert!(reply.text.contains("100000 rows") && reply.text.contains("up to line 100001"), "{}", reply.text);
    assert_eq!(check(worker, &shop), 1_200, "identical rows are separate responses");
    let list = shop.get("/v1/imports");
    assert_eq!((&list["items"][0]["imported"], &list["items"][0]["finished_at"]), (&json!(1_200), &Value::Null));
}

#[test]
fn imports_do_not_affect_responses_from_pages() {
    let worker = Worker::shared();
    let shop = Shop::new(worker);
    let mut definition = every_kind();
    definition["audience"] = json!({ "stop_after": 2 });
    let survey = shop.publish(&definition);
    let query = format!("source=delighted&survey={}", survey.id);
    assert_eq!(counts(&shop.import(&query, delighted()).expect(201).json()), [3, 3, 0, 0, 0]);
    let state = || shop.get(&format!("/v1/surveys/{}", survey.id))["status"].clone();
    assert_eq!(state(), "live", "imported responses do not count towards stop_after");
    let answer = json!([{ "question": "nps", "score": 9 }]);
    let mut random = Random::seeded(2_801);
    let _ = shop.submit(&shop.submission(&survey, &random.uuid(), 1, &answer)).expect(201);
    assert_eq!(state(), "live");
    let _ = shop.submit(&shop.submission(&survey, &random.uuid(), 1, &answer)).expect(201);
    assert_eq!(state(), "paused");
    let metric = shop.get(&format!("/v1/metrics?metric=nps&survey={}&from={}&to={}", survey.id, day(60), day(0)));
    assert_eq!(metric["n"], 5);
    // A page cannot submit an imported response's id or source.
    let mut forged = shop.submission(&survey, &random.uuid(), 1, &answer);
    forged["context"]["trigger"] = "import".into();
    assert_eq!(shop.submit(&forged).expect(400).problems()[0].0, "context.trigger");
    forged["context"]["trigger"] = "load".into();
    forged["id"] = shop.all_responses("").last().unwrap()["id"].clone();
    assert_eq!(shop.submit(&forged).expect(400).problems()[0].0, "id");
}
