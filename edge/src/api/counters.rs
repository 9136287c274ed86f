//! `GET /v1/counters`: what the operator wants to know of a day.

#[cfg(test)]
use crate::openapi::Date;
use crate::{
    app::App,
    http::{auth::Operator, error::Error, query::Query, reply},
    time::clock,
};
use axum::{extract::RawQuery, response::Response};
use serde::Serialize;
use std::collections::BTreeMap;

const KNOWN: [&str; 2] = ["from", "to"];

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Counters))]
/// What became of answers.
struct Reply {
    /// First and last day, both counted.
    #[cfg_attr(test, schema(format = Date))]
    from: String,
    #[cfg_attr(test, schema(format = Date))]
    to: String,
    /// Sums of what instances told, by name: what an instance counted in its last seconds may be missing.
    total: BTreeMap<String, u64>,
    days: Vec<Day>,
    now: Now,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = CounterDay))]
/// Sums of one day.
struct Day {
    #[cfg_attr(test, schema(format = Date))]
    date: String,
    counters: BTreeMap<String, u64>,
}

/// What stands in the databases now: exact.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = CountersNow))]
struct Now {
    /// Events that wait for delivery.
    outbox: u64,
    /// What could not be stored.
    dead_letters: u64,
    /// Shops whose pages do not know their newest surveys yet.
    late_configs: u64,
    /// Deliveries to webhooks that are not done.
    deliveries: u64,
    /// Moves that are under way.
    moves: u64,
    /// Answers of the day.
    answers_today: u64,
}

/// `GET /v1/counters`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/counters", operation_id = "getCounters", tag = "Operator",
    summary = "What became of answers",
    description = "Sums by day, of all shops: telemetry, which may lack the last seconds. `now` is exact.",
    params(
        ("from" = Option<Date>, Query, description = "First day, UTC; 29 days before `to` if left out."),
        ("to" = Option<Date>, Query, description = "Last day, UTC; today if left out. At most 366 days."),
    ),
    responses(
        (status = 200, description = "The sums.", body = Reply),
    ),
))]
#[worker::send]
pub(crate) async fn read(_: Operator, app: App, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let today = clock::day_of(clock::now_ms());
    let mut query = Query::read(text.as_deref(), &KNOWN);
    let (from, to) = query.days(today);
    query.or(())?;
    // So that whoever asks sees at least what this instance knows.
    app.write_counters_now().await;
    let fleet = app.databases()?;
    let (sums, live) = (fleet.sums(from, to).await?, fleet.live(today).await?);

    let mut total = BTreeMap::new();
    let mut days: Vec<(i64, Day)> = Vec::new();
    for sum in sums {
        *total.entry(sum.name.clone()).or_default() += sum.n;
        match days.last_mut() {
            Some((day, known)) if *day == sum.day => {
                known.counters.insert(sum.name, sum.n);
            }
            _ => days
                .push((sum.day, Day { date: clock::iso_day(sum.day), counters: BTreeMap::from([(sum.name, sum.n)]) })),
        }
    }
    let reply = Reply {
        from: clock::iso_day(from),
        to: clock::iso_day(to),
        total,
        days: days.into_iter().map(|(_, day)| day).collect(),
        now: Now {
            outbox: live.outbox,
            dead_letters: live.dead_letters,
            late_configs: live.late_configs,
            deliveries: live.deliveries,
            moves: live.moves,
            answers_today: live.answers,
        },
    };
    Ok(reply::ok(&reply))
}
