//! `GET /v1/funnel`: the funnel of each survey.

use crate::{
    http::{auth::Reader, error::Error, query::Query, reply},
    reports::{DayRange, funnel},
};
#[cfg(test)]
use crate::{
    openapi::{Date, FunnelFlagFilter},
    reports::funnel::FunnelReport,
};
use axum::{extract::RawQuery, response::Response};
use survey::Code;

const KNOWN: [&str; 4] = ["survey", "from", "to", "flag"];

/// `GET /v1/funnel`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/funnel", operation_id = "getFunnel", tag = "Results",
    summary = "The funnel of each survey",
    description = "Impressions, views, starts, partial and complete responses and dismissals of each survey. Flagged and \
        excluded responses, and events without a valid view token, are left out; `left_out` says how many.",
    params(
        ("survey" = Option<String>, Query, description = "Only this survey."),
        ("from" = Option<Date>, Query, description = "First day, in the shop's time zone; defaults to 29 days before `to`."),
        ("to" = Option<Date>, Query, description = "Last day, inclusive; defaults to today. The range has at most 366 days."),
        ("flag" = Option<FunnelFlagFilter>, Query, description = "`none`, the default, leaves out flagged responses and events without a valid view token; `any` counts them, too."),
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
    let with_flagged = query.get("flag") == Some("any");
    if query.get("flag").is_some_and(|flag| !matches!(flag, "none" | "any")) {
        query.add(Code::UnknownValue, "flag", "must be none or any");
    }
    query.or(())?;
    let days = DayRange { from, to, time_zone: zone.name() };
    let report = funnel::load(&owner.store, &owner.shop, survey.as_deref(), days, with_flagged).await?;
    Ok(reply::ok(&report))
}
