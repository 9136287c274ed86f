//! `GET /v1/counters`: operational counters by day, for the operator.

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
/// Operational counters of a range of days.
struct Reply {
    /// The first and the last day, both inclusive.
    #[cfg_attr(test, schema(format = Date))]
    from: String,
    #[cfg_attr(test, schema(format = Date))]
    to: String,
    /// Totals by name. What an isolate counted in its last seconds may be missing.
    total: BTreeMap<String, u64>,
    days: Vec<Day>,
    now: Now,
    renewal: Renewal,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = CounterDay))]
/// The counters of one day.
struct Day {
    #[cfg_attr(test, schema(format = Date))]
    date: String,
    counters: BTreeMap<String, u64>,
}

/// Current counts in the databases, which are exact.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = CountersNow))]
struct Now {
    /// Events in the outbox.
    outbox: u64,
    /// Dead letters.
    dead_letters: u64,
    /// Shops whose current configuration is not published yet.
    late_configs: u64,
    /// Pending webhook deliveries.
    deliveries: u64,
    /// Moves in progress.
    moves: u64,
    /// Responses of today.
    answers_today: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Renewal))]
/// How far rows of earlier versions are brought to the current rules.
struct Renewal {
    responses: Renewed,
    dead_letters: Renewed,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Renewed))]
/// Rows of earlier versions.
struct Renewed {
    /// Rows that were renewed.
    done: u64,
    /// Rows that are left. Counting stops at 10,001 per database.
    remaining: u64,
}

/// `GET /v1/counters`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/counters", operation_id = "getCounters", tag = "Operator",
    summary = "Get operational counters",
    description = "Totals by day, for all shops. They may lack the last seconds; `now` is exact.",
    params(
        ("from" = Option<Date>, Query, description = "The first day, in UTC; 29 days before `to` if omitted."),
        ("to" = Option<Date>, Query, description = "The last day, in UTC; today if omitted. At most 366 days."),
    ),
    responses(
        (status = 200, description = "The counters.", body = Reply),
    ),
))]
#[worker::send]
pub(crate) async fn read(_: Operator, app: App, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let today = clock::day_of(clock::now_ms());
    let mut query = Query::read(text.as_deref(), &KNOWN);
    let (from, to) = query.days(today);
    query.or(())?;
    // Write first, so that the reply includes the counts of this isolate.
    app.write_counters_now().await;
    let databases = app.databases()?;
    let (sums, live) = (databases.sums(from, to).await?, databases.live(today).await?);

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
        renewal: Renewal {
            responses: Renewed { done: live.renewed_responses, remaining: live.old_responses },
            dead_letters: Renewed { done: live.renewed_dead_letters, remaining: live.old_dead_letters },
        },
    };
    Ok(reply::ok(&reply))
}
