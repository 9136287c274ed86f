//! Closed surveys, and surveys that have not begun.

use super::*;
use crate::platform::Queue;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const NONE: &Value = &Value::Null;

/// Ways in which a survey ends.
const WAYS: [&str; 4] = ["paused", "archived", "past its last day", "full"];

/// A UUIDv7 of a moment.
fn id_at(ms: i64, number: u32) -> String {
    format!("{:08x}-{:04x}-7000-8000-{number:012x}", ms >> 16, ms & 0xffff)
}

impl Shop<'_> {
    #[track_caller]
    fn publish_for(&self, audience: &Value) -> String {
        let id = self.publish();
        let draft = json!({
            "name": "N", "touchpoint": "purchase", "language": "en", "audience": audience,
            "questions": self.get(&format!("/v1/surveys/{id}"))["questions"],
        });
        self.call("PUT", &format!("/v1/surveys/{id}"), &draft).expect(200);
        self.change(&id, "publish");
        id
    }

    #[track_caller]
    fn change(&self, survey: &str, verb: &str) -> Value {
        self.call("POST", &format!("/v1/surveys/{survey}/{verb}"), NONE).expect(200).json()
    }

    /// Ends a survey in one of [`WAYS`], an hour after now; its id and its end.
    #[track_caller]
    fn close(&self, way: &str) -> (String, i64) {
        let end = clock::now_ms() + HOUR;
        let today = clock::iso_day(clock::day_of(clock::now_ms()));
        let survey = match way {
            "past its last day" => self.publish_for(&json!({ "until": today })),
            "full" => self.publish_for(&json!({ "stop_after": 1 })),
            _ => self.publish_for(&json!({})),
        };
        clock::set(end);
        match way {
            "paused" => self.change(&survey, "pause"),
            "archived" => self.change(&survey, "archive"),
            "full" => self.submit(&self.answer(&survey, end, 1)).expect(201).json(),
            _ => {
                let end = (clock::day_of(end) + 1) * DAY;
                clock::set(end);
                return (survey, end);
            }
        };
        (survey, end)
    }

    /// A submission to version 2 of a survey, with an id of a moment.
    fn answer(&self, survey: &str, created: i64, number: u32) -> Value {
        let mut submission = self.submission(survey, number, 9);
        (submission["id"], submission["version"]) = (id_at(created, number).into(), 2.into());
        submission
    }

    fn token(&self, survey: &str, issued: i64) -> String {
        App::new(self.service.platform.platform()).token_signer().unwrap().view_token(&self.id, survey, issued).unwrap()
    }

    fn view(&self, survey: &str, version: u32) -> Reply {
        let path = format!("/w/{}/{survey}/{version}/en.json", self.public_key);
        self.service.send("GET", &path, &[], "")
    }

    fn hosted(&self, survey: &str) -> Reply {
        self.service.send("GET", &format!("/s/{survey}"), &[], "")
    }

    /// Whether pages learn of the survey.
    fn lists(&self, survey: &str) -> bool {
        self.service.send("GET", &format!("/w/{}.json", self.public_key), &[], "").expect(200).body.contains(survey)
    }

    fn send_events(&self, survey: &str, version: u32, events: &[&str]) -> Reply {
        let event = |name: &&str| json!({ "survey": survey, "version": version, "event": name });
        let body = json!({ "key": self.public_key, "events": events.iter().map(event).collect::<Vec<_>>() });
        let headers = [("origin", ORIGIN), ("content-type", "text/plain")];
        self.service.send("POST", "/v1/events", &headers, body.to_string())
    }
}

fn problem(code: &str, at: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), at.to_owned())]
}

#[test]
fn a_closed_survey_accepts_only_what_was_made_before_its_end() {
    for way in WAYS {
        let service = Service::new();
        let shop = service.shop();
        let (survey, end) = shop.close(way);
        for (number, (arrived, created, token, status)) in [
            // With a token of before the end.
            (HOUR, -MINUTE, Some(-2 * MINUTE), 201),
            (HOUR, HOUR, Some(-MINUTE), 201),
            (25 * HOUR, -MINUTE, Some(-2 * MINUTE), 201),
            (30 * DAY, -MINUTE, Some(-2 * MINUTE), 201),
            (32 * DAY, -MINUTE, Some(-2 * MINUTE), 410),
            // With a token of after the end.
            (HOUR, HOUR, Some(4 * MINUTE), 201),
            (HOUR, HOUR, Some(6 * MINUTE), 410),
            (25 * HOUR, 25 * HOUR, Some(25 * HOUR), 410),
            // Without a token.
            (MINUTE, MINUTE, None, 201),
            (HOUR, -MINUTE, None, 201),
            (HOUR, HOUR, None, 410),
            (30 * DAY, -MINUTE, None, 201),
            (30 * DAY, 30 * DAY, None, 410),
            (32 * DAY, -MINUTE, None, 410),
        ]
        .into_iter()
        .enumerate()
        {
            clock::set(end + arrived);
            let mut submission = shop.answer(&survey, end + created, 10 + u32::try_from(number).unwrap());
            submission["token"] = token.map(|issued| shop.token(&survey, end + issued)).into();
            let reply = shop.submit_from_page(&submission);
            assert_eq!(reply.status.as_u16(), status, "{way} {arrived} {created} {token:?}: {}", reply.body);
            if status == 410 {
                assert_eq!(reply.problems(), problem("survey_closed", "survey"), "{way}");
                assert_eq!(reply.headers["access-control-allow-origin"], ORIGIN, "the page must see that it is final");
            }
        }
    }
}

#[test]
fn a_closed_survey_is_shown_nowhere() {
    for way in WAYS {
        let service = Service::new();
        let shop = service.shop();
        let (survey, end) = shop.close(way);
        clock::set(end - 1);
        // The clock is set back, but the survey was closed by a request.
        let is_still_open = way == "past its last day";
        assert_eq!(shop.lists(&survey), is_still_open, "{way}");
        clock::set(end);
        for version in [1, 2] {
            assert_eq!(shop.view(&survey, version).expect(410).problems(), problem("survey_closed", "survey"), "{way}");
        }
        shop.hosted(&survey).expect(410);
        assert!(!shop.lists(&survey), "{way}");
        let closed_at = &shop.get(&format!("/v1/surveys/{survey}"))["closed_at"];
        let expected = if is_still_open { Value::Null } else { clock::rfc3339(end).into() };
        assert_eq!(closed_at, &expected, "{way}");
    }
}

#[test]
fn a_comment_follows_its_score_after_the_end() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish_for(&json!({ "stop_after": 1 }));
    let mut submission = shop.answer(&survey, clock::now_ms(), 1);
    let end = clock::now_ms();
    shop.submit(&submission).expect(201);
    for (revision, late_by, status) in [(2, HOUR, 201), (3, 30 * DAY, 201), (4, 32 * DAY, 410)] {
        clock::set(end + late_by);
        submission["revision"] = revision.into();
        submission["answers"][1]["text"] = format!("revision {revision}").into();
        shop.submit_from_page(&submission).expect(status);
    }
    assert_eq!(shop.get("/v1/responses")["items"][0]["revision"], 3);
}

#[test]
fn resuming_opens_a_survey_again() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish_for(&json!({}));
    let at = || shop.get(&format!("/v1/surveys/{survey}"))["closed_at"].clone();
    assert_eq!(at(), Value::Null);
    let (mut number, mut expected) = (0, Value::Null);
    for (verb, is_new, status) in [
        ("pause", true, 410),
        ("pause", false, 410),
        ("archive", false, 410),
        ("resume", true, 201),
        ("archive", true, 410),
        ("publish", true, 201),
        ("pause", true, 410),
    ] {
        clock::set(clock::now_ms() + HOUR);
        let changed = shop.change(&survey, verb);
        if is_new {
            expected = if status == 410 { clock::rfc3339(clock::now_ms()).into() } else { Value::Null };
        }
        assert_eq!((&changed["closed_at"], at()), (&expected, expected.clone()), "{verb}");
        clock::set(clock::now_ms() + HOUR);
        number += 1;
        shop.submit_from_page(&shop.answer(&survey, clock::now_ms(), number)).expect(status);
        assert_eq!(shop.view(&survey, 1).status.as_u16(), if status == 201 { 200 } else { 410 }, "{verb}");
    }
}

#[test]
fn a_response_is_refused_on_the_word_of_the_database_only() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish_for(&json!({}));
    shop.change(&survey, "pause");
    clock::set(clock::now_ms() + HOUR);
    let overloaded = "D1 DB is overloaded. Requests queued for too long.";
    let database = service.platform.sqlite("DB_0");

    // Neither is available: the queue keeps the response.
    for _ in 0..2 {
        database.fail_next(overloaded);
    }
    shop.submit_from_page(&shop.answer(&survey, clock::now_ms(), 1)).expect(202);
    assert_eq!(service.platform.drain(Queue::Intake).len(), 1);
    shop.submit_from_page(&shop.answer(&survey, clock::now_ms(), 1)).expect(410);

    // Resumed in another isolate a moment ago.
    let resume = "UPDATE surveys SET status = 'live', closed_at = NULL";
    database.connection().execute(resume, []).unwrap();
    assert!(!shop.lists(&survey), "the config of this isolate is older");
    shop.view(&survey, 2).expect(200);
    assert_eq!(shop.send_events(&survey, 2, &["impression"]).expect(202).json()["counted"], 1);
    shop.submit_from_page(&shop.answer(&survey, clock::now_ms(), 2)).expect(201);
}

#[test]
fn a_cached_config_without_an_end_is_completed_from_the_database() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish_for(&json!({}));
    shop.change(&survey, "pause");
    let platform = service.platform.platform();
    let key = format!("config/{}", shop.id);
    let mut record: Value = serde_json::from_str(&ready(platform.cached(&key)).unwrap().unwrap()).unwrap();
    assert!(record["surveys"][0].as_object_mut().unwrap().remove("closed_at").is_some());
    ready(platform.cache(&key, record.to_string())).unwrap();

    // Memory is too old to be used without KV. While the database is unavailable, the end is unknown.
    clock::set(clock::now_ms() + HOUR);
    for _ in 0..2 {
        service.platform.sqlite("DB_0").fail_next("D1 DB is overloaded. Requests queued for too long.");
    }
    shop.submit_from_page(&shop.answer(&survey, clock::now_ms(), 1)).expect(202);
    clock::set(clock::now_ms() + HOUR);
    shop.submit_from_page(&shop.answer(&survey, clock::now_ms(), 2)).expect(410);
    assert_eq!(shop.hosted(&survey).status.as_u16(), 410);
}

#[test]
fn an_earlier_version_is_served_while_its_survey_is_shown() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish_for(&json!({ "until": "2026-11-25" }));
    for version in [1, 2] {
        shop.view(&survey, version).expect(200);
    }
    shop.view(&survey, 3).expect(404);
    // The last day of the current version ends the earlier one, too.
    let end = 20_783 * DAY;
    assert_eq!(clock::iso_day(clock::day_of(end)), "2026-11-26");
    clock::set(end + HOUR);
    shop.view(&survey, 1).expect(410);
    let mut submission = shop.answer(&survey, end + HOUR, 1);
    submission["version"] = 1.into();
    shop.submit_from_page(&submission).expect(410);
    submission["id"] = id_at(end - HOUR, 1).into();
    shop.submit_from_page(&submission).expect(201);
}

#[test]
fn a_survey_that_has_not_begun_is_listed_a_day_before_and_not_shown() {
    let service = Service::new();
    let shop = service.shop();
    let survey = shop.publish_for(&json!({ "from": "2026-11-25" }));
    let begin = 20_782 * DAY;
    for (now, is_listed, view, hosted) in [
        (begin - 2 * DAY, false, 404, 404),
        (begin - HOUR, true, 404, 404),
        (begin, true, 200, 200),
        (begin + 99 * DAY, true, 200, 200),
    ] {
        clock::set(now);
        let found = (shop.lists(&survey), shop.view(&survey, 2).status.as_u16(), shop.hosted(&survey).status.as_u16());
        assert_eq!(found, (is_listed, view, hosted), "{}", clock::rfc3339(now));
    }
    let draft = json!({ "template": "post_purchase_nps", "language": "en" });
    let draft = shop.call("POST", "/v1/surveys", &draft).expect(201).json()["id"].as_str().unwrap().to_owned();
    assert!(!shop.lists(&draft));
    shop.view(&draft, 1).expect(404);
    shop.hosted(&draft).expect(404);
    shop.submit_from_page(&shop.submission(&draft, 1, 9)).expect(404);
}

#[test]
fn events_of_a_closed_survey_are_not_counted() {
    let service = Service::new();
    let shop = service.shop();
    let (survey, end) = shop.close("paused");
    let other = shop.publish();
    let all = ["impression", "view", "start", "dismissed"];
    clock::set(end + MINUTE);
    assert_eq!(shop.send_events(&survey, 2, &all).expect(202).json()["counted"], 4);
    clock::set(end + HOUR);
    let reply = shop.send_events(&survey, 2, &all).expect(202);
    assert_eq!(reply.json()["counted"], 1);
    let refused = [0, 1, 2].map(|at| ("survey_closed".to_owned(), format!("events[{at}].survey")));
    assert_eq!(reply.problems(), refused);
    clock::set(end + DAY + MINUTE);
    assert_eq!(
        shop.send_events(&survey, 2, &["dismissed"]).expect(400).problems(),
        problem("survey_closed", "events[0].survey")
    );
    assert_eq!(shop.send_events(&other, 1, &all).expect(202).json()["counted"], 4);
    let funnel = shop.get(&format!("/v1/funnel?flag=any&survey={survey}"));
    let step = &funnel["items"].as_array().unwrap().iter().find(|item| item["survey"] == survey.as_str()).unwrap();
    let counts = ["impressions", "views", "starts", "dismissals"].map(|name| step[name].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 1, 2], "{step}");
}

#[test]
fn a_survey_of_imports_takes_no_submissions() {
    let service = Service::new();
    let shop = service.shop();
    let authorization = format!("Bearer {}", shop.secret_key);
    let csv = [("authorization", authorization.as_str()), ("content-type", "text/csv")];
    let import = |query: &str, file: &str| {
        let path = format!("/v1/imports?source=generic&column.score=score&column.at=created_at{query}");
        service.send("POST", &path, &csv, format!("score,created_at\n{file}\n")).expect(201).json()
    };
    let report = import("", "9,2026-11-01T10:00:00Z");
    let survey = report["survey"].as_str().unwrap().to_owned();
    let mut submission = shop.submission(&survey, 1, 9);
    submission["answers"] = json!([{ "question": "score", "score": 0 }]);
    submission["token"] = shop.token(&survey, clock::now_ms()).into();
    let check = || {
        assert_eq!(shop.submit_from_page(&submission).expect(404).problems(), problem("not_found", "survey"));
        shop.view(&survey, 1).expect(404);
        shop.hosted(&survey).expect(404);
        assert!(!shop.lists(&survey));
        let refused = shop.send_events(&survey, 1, &["dismissed"]).expect(400).problems();
        assert_eq!(refused, problem("not_found", "events[0].survey"));
    };
    check();
    // The owner cannot open it by mistake, and further imports find it.
    for verb in ["resume", "publish"] {
        let refused = shop.call("POST", &format!("/v1/surveys/{survey}/{verb}"), NONE).expect(409).problems();
        assert_eq!(refused, problem("conflict", "id"), "{verb}");
    }
    check();
    assert_eq!(import("", "8,2026-11-02T10:00:00Z")["imported"], 1);
    assert_eq!(import(&format!("&survey={survey}"), "7,2026-11-03T10:00:00Z")["imported"], 1);
    assert_eq!(shop.get("/v1/metrics?metric=nps&from=2026-11-01&to=2026-11-22")["n"], 3);
    check();
}
