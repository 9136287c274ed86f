//! `GET /v1/funnel`: the funnel of each survey.

use crate::{
    http::{auth::Reader, error::Error, query::Query, reply},
    reports::{DayRange, funnel},
};
#[cfg(test)]
use crate::{openapi::Date, reports::funnel::FunnelReport};
use axum::{extract::RawQuery, response::Response};

const KNOWN: [&str; 3] = ["survey", "from", "to"];

/// `GET /v1/funnel`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/funnel", operation_id = "getFunnel", tag = "Results",
    summary = "The funnel of each survey",
    description = "Impressions, views, starts, partial and complete responses and dismissals of each survey.",
    params(
        ("survey" = Option<String>, Query, description = "Only this survey."),
        ("from" = Option<Date>, Query, description = "First day, in the shop's time zone; defaults to 29 days before `to`."),
        ("to" = Option<Date>, Query, description = "Last day, inclusive; defaults to today. The range has at most 366 days."),
    ),
    responses(
        (status = 200, description = "The counts.", body = FunnelReport),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let zone = owner.zone().await?;
    let mut query = Query::read(text.as_deref(), &KNOWN);
    let (from, to) = query.days(zone.day_of(owner.now));
    let survey = query.get("survey").map(str::to_owned);
    query.or(())?;
    let days = DayRange { from, to, time_zone: zone.name() };
    let report = funnel::load(&owner.store, &owner.shop, survey.as_deref(), days).await?;
    Ok(reply::ok(&report))
}
