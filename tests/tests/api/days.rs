//! Days are calendar days in the shop's time zone.

use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use tests::{
    faults::Faults,
    random::Random,
    results::date,
    shop::{Shop, as_operator, every_kind, operator},
    supervisor::{Entry, Supervisor},
    worker::Worker,
};

const DAY_MS: i64 = 86_400_000;

fn now_ms() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// Submits a response and a view event.
fn answer(shop: &Shop, random: &mut Random) {
    let survey = shop.publish(&every_kind());
    let body = shop.submission(&survey, &random.uuid(), 1, &json!([{ "question": "nps", "score": 9 }]));
    let _ = shop.submit(&body).expect(201);
    let _ = shop.send_events(&[(&survey.id, survey.version, "view")]).expect(202);
}

/// The numbers of responses, views and listed responses of a day.
fn on(shop: &Shop, day: &str) -> (u64, u64, usize) {
    let range = format!("from={day}&to={day}");
    let metric = shop.get(&format!("/v1/metrics?metric=nps&{range}"));
    let split = shop.get(&format!("/v1/metrics?metric=nps&segment_by=page&{range}"));
    assert_eq!((&split["n"], &split["counted_from"]), (&metric["n"], &json!("responses")));
    let funnel = shop.get(&format!("/v1/funnel?{range}"))["items"][0].clone();
    assert_eq!(funnel["partials"], metric["n"]);
    let responses = shop.all_responses(&range).len();
    (metric["n"].as_u64().unwrap(), funnel["views"].as_u64().unwrap(), responses)
}

#[test]
fn an_unknown_time_zone_is_rejected() {
    let worker = Worker::shared();
    let ask = |zone: &str| {
        let body = json!({ "name": "", "time_zone": zone });
        operator(worker, "POST", "/v1/shops", &body).expect(400).problems()
    };
    let name = ("name".to_owned(), "empty".to_owned());
    for (zone, code) in [
        ("Mars/Olympus", Some("unknown_value")),
        ("Europe/Warszawa", Some("unknown_value")),
        ("+01:00", Some("invalid_format")),
        ("Europe/Warsaw", None),
        ("Asia/Kathmandu", None),
        ("Australia/Lord_Howe", None),
        ("UTC", None),
    ] {
        let zone_problem = code.map(|code| ("time_zone".to_owned(), code.to_owned()));
        let expected: Vec<_> = std::iter::once(name.clone()).chain(zone_problem).collect();
        assert_eq!(ask(zone), expected, "{zone}");
    }
}

#[test]
fn each_shop_counts_days_in_its_own_time_zone() {
    let worker = Worker::shared();
    let mut random = Random::seeded(91);
    // The first two zones are 25 hours apart, so they are never on the same day.
    for (zone, minutes) in [("Pacific/Kiritimati", 14 * 60), ("Pacific/Pago_Pago", -11 * 60), ("Asia/Kathmandu", 345)] {
        let shop = Shop::in_zone(worker.client(), &worker.dev.admin_token, zone, 10);
        let day = || (now_ms() + minutes * 60_000).div_euclid(DAY_MS);
        // Retry if a day ends during the attempt.
        let today = loop {
            let today = day();
            answer(&shop, &mut random);
            if today == day() {
                break today;
            }
            let _ = shop.get("/v1/metrics?metric=nps");
        };
        for (by, expected) in [(-1, (0, 0, 0)), (0, (1, 1, 1)), (1, (0, 0, 0))] {
            assert_eq!(on(&shop, &date(today + by)), expected, "{zone} {by}");
        }
        let metric = shop.get("/v1/metrics?metric=nps");
        assert_eq!((&metric["to"], &metric["time_zone"]), (&json!(date(today)), &json!(zone)));
        assert_eq!(metric["trend"][0]["date"], json!(date(today)));
        assert_eq!(shop.get("/v1/funnel")["time_zone"], json!(zone));
    }
}

#[test]
fn half_past_eleven_pm_utc_is_the_next_day_in_warsaw() {
    let place = Supervisor::start(Entry::Faulty);
    let faults = Faults::of(&place);
    let shop = |zone| Shop::in_zone(place.client(), &place.dev().admin_token, zone, 1);
    let (warsaw, utc) = (shop("Europe/Warsaw"), shop("UTC"));
    // The Worker's clock shows 23:30 of the current day.
    let today = now_ms().div_euclid(DAY_MS);
    let ahead = (today * DAY_MS + 23 * 3_600_000 + 1_800_000 - now_ms()) as f64 / DAY_MS as f64;
    faults.set(&json!({ "days": ahead }));
    let mut random = Random::seeded(92);
    for (shop, day, wait) in [(&warsaw, today + 1, 22 * 3_600..24 * 3_600), (&utc, today, 1..1_801)] {
        answer(shop, &mut random);
        for by in -1..=2 {
            let expected = if today + by == day { (1, 1, 1) } else { (0, 0, 0) };
            assert_eq!(on(shop, &date(today + by)), expected, "{by}");
        }
        assert_eq!(shop.get("/v1/metrics?metric=nps")["to"], json!(date(day)));
        // The daily quota resets when the shop's next day begins.
        let survey = shop.publish(&every_kind());
        let second = shop.submission(&survey, &random.uuid(), 1, &json!([{ "question": "nps", "score": 9 }]));
        let over = shop.submit(&second).expect(429);
        let seconds: u32 = over.header("retry-after").parse().unwrap();
        assert!(wait.contains(&seconds), "{seconds}");
    }
    // Recounted tallies belong to the same days.
    faults.cron("23 2 * * *");
    let token = &place.dev().admin_token;
    let counted = as_operator(&place.client(), token, "GET", "/v1/counters", &Value::Null).expect(200).json();
    assert_eq!(counted["total"]["counted_wrong"], Value::Null, "{counted}");
}
