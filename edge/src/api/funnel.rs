//! `GET /v1/funnel`: how far shoppers went with each survey.

#[cfg(test)]
use crate::openapi::Date;
use crate::{
    http::{auth::Reader, error::Error, query::Query, reply},
    store::FunnelRow,
    time::clock,
};
use axum::{extract::RawQuery, response::Response};
use serde::Serialize;

const KNOWN: [&str; 3] = ["survey", "from", "to"];

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Funnel))]
/// How far shoppers went.
struct Reply {
    /// First and last day, both counted, in the shop's time zone.
    #[cfg_attr(test, schema(format = Date))]
    from: String,
    #[cfg_attr(test, schema(format = Date))]
    to: String,
    time_zone: String,
    items: Vec<Item>,
}

/// Counts of one survey. Pages tell the first three and the dismissals, and a page may be kept from telling (a blocker,
/// a lost connection), so a share can be above 1.
#[derive(Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = SurveyFunnel))]
struct Item {
    survey: String,
    impressions: i64,
    views: i64,
    starts: i64,
    partials: i64,
    completes: i64,
    dismissals: i64,
    /// Starts of views.
    #[cfg_attr(test, schema(required))]
    participation: Option<f64>,
    /// Completes of starts.
    #[cfg_attr(test, schema(required))]
    completion: Option<f64>,
}

fn share(part: i64, whole: i64) -> Option<f64> {
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    (whole > 0).then(|| part as f64 / whole as f64)
}

impl From<FunnelRow> for Item {
    fn from(row: FunnelRow) -> Self {
        Self {
            participation: share(row.starts, row.views),
            completion: share(row.completes, row.starts),
            survey: row.survey,
            impressions: row.impressions,
            views: row.views,
            starts: row.starts,
            partials: row.partials,
            completes: row.completes,
            dismissals: row.dismissals,
        }
    }
}

/// `GET /v1/funnel`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/funnel", operation_id = "getFunnel", tag = "Results",
    summary = "How far shoppers went",
    description = "Impressions, views, starts, partial and complete answers and dismissals of each survey.",
    params(
        ("survey" = Option<String>, Query, description = "Only this survey."),
        ("from" = Option<Date>, Query, description = "First day, in the shop's time zone; 29 days before `to` if left out."),
        ("to" = Option<Date>, Query, description = "Last day; today if left out. At most 366 days."),
    ),
    responses(
        (status = 200, description = "The counts.", body = Reply),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let zone = owner.zone().await?;
    let mut query = Query::read(text.as_deref(), &KNOWN);
    let (from, to) = query.days(zone.day_of(owner.now));
    let survey = query.get("survey").map(str::to_owned);
    query.or(())?;
    let rows = owner.store.funnel().list(&owner.shop, survey.as_deref(), from, to).await?;
    let items = rows.into_iter().map(Item::from).collect();
    let (from, to) = (clock::iso_day(from), clock::iso_day(to));
    Ok(reply::ok(&Reply { from, to, time_zone: zone.name().to_owned(), items }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares() {
        for (part, whole, expected) in
            [(0, 0, None), (3, 0, None), (0, 4, Some(0.0)), (1, 4, Some(0.25)), (5, 4, Some(1.25))]
        {
            assert_eq!(share(part, whole), expected, "{part} of {whole}");
        }
    }
}
