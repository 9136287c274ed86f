//! The funnel of each survey: from impression to complete response.

use crate::{
    reports::{DayRange, ReportError},
    store::{FunnelRow, Store},
    time::clock,
};
use serde::Serialize;

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Funnel))]
/// The funnel of each survey. It counts responses that are neither flagged nor excluded, and the events of pages with a valid
/// view token.
pub(crate) struct FunnelReport {
    /// First and last day, both inclusive, in the shop's time zone.
    #[cfg_attr(test, schema(format = Date))]
    from: String,
    #[cfg_attr(test, schema(format = Date))]
    to: String,
    time_zone: String,
    items: Vec<SurveyFunnel>,
}

/// The counts of one survey. Impressions, views, starts and dismissals are reported by pages, and a blocker or a lost
/// connection can suppress such a report, so a rate can exceed 1.
#[derive(Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct SurveyFunnel {
    survey: String,
    impressions: i64,
    views: i64,
    starts: i64,
    partials: i64,
    completes: i64,
    dismissals: i64,
    /// Starts divided by views.
    #[cfg_attr(test, schema(required))]
    participation: Option<f64>,
    /// Complete responses divided by starts.
    #[cfg_attr(test, schema(required))]
    completion: Option<f64>,
    /// What the other members leave out: flagged and excluded responses, and events without a valid view token. With
    /// `flag=any`, only excluded responses.
    left_out: FunnelLeftOut,
}

#[derive(Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
/// What a funnel leaves out.
pub(crate) struct FunnelLeftOut {
    impressions: i64,
    views: i64,
    starts: i64,
    partials: i64,
    completes: i64,
    dismissals: i64,
}

/// Reads the funnel of every survey, or of one. `with_flagged` counts flagged responses and events without a token, too.
pub(crate) async fn load(
    store: &Store,
    shop: &str,
    survey: Option<&str>,
    days: DayRange<'_>,
    with_flagged: bool,
) -> Result<FunnelReport, ReportError> {
    Ok(FunnelReport::of(days, store.funnel().list(shop, survey, days.from, days.to, with_flagged).await?))
}

impl FunnelReport {
    fn of(days: DayRange<'_>, rows: Vec<FunnelRow>) -> Self {
        Self {
            from: clock::iso_day(days.from),
            to: clock::iso_day(days.to),
            time_zone: days.time_zone.to_owned(),
            items: rows.into_iter().map(SurveyFunnel::from).collect(),
        }
    }
}

impl From<FunnelRow> for SurveyFunnel {
    fn from(row: FunnelRow) -> Self {
        Self {
            participation: rate(row.starts, row.views),
            completion: rate(row.completes, row.starts),
            survey: row.survey,
            impressions: row.impressions,
            views: row.views,
            starts: row.starts,
            partials: row.partials,
            completes: row.completes,
            dismissals: row.dismissals,
            left_out: FunnelLeftOut {
                impressions: row.left_impressions,
                views: row.left_views,
                starts: row.left_starts,
                partials: row.left_partials,
                completes: row.left_completes,
                dismissals: row.left_dismissals,
            },
        }
    }
}

fn rate(part: i64, whole: i64) -> Option<f64> {
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row([impressions, views, starts, partials, completes, dismissals]: [i64; 6]) -> FunnelRow {
        FunnelRow {
            survey: "s".to_owned(),
            impressions,
            views,
            starts,
            partials,
            completes,
            dismissals,
            left_views: 7,
            ..FunnelRow::default()
        }
    }

    #[test]
    fn rates_of_a_survey() {
        for (name, counts, participation, completion) in [
            ("no events at all", [0, 0, 0, 0, 0, 0], None, None),
            ("views without a start", [9, 4, 0, 0, 0, 2], Some(0.0), None),
            ("half of the starts are completed", [9, 8, 2, 1, 1, 0], Some(0.25), Some(0.5)),
            ("a blocked start event", [9, 8, 0, 0, 3, 0], Some(0.0), None),
            ("blocked view and start events", [1, 4, 5, 0, 10, 0], Some(1.25), Some(2.0)),
        ] {
            let report = SurveyFunnel::from(row(counts));
            assert_eq!((report.participation, report.completion), (participation, completion), "{name}");
        }
    }

    #[test]
    fn a_funnel_names_its_days_and_its_counts() {
        let days = DayRange { from: 20_758, to: 20_785, time_zone: "Europe/Warsaw" };
        let report = FunnelReport::of(days, vec![row([6, 5, 4, 1, 3, 2])]);
        let expected = serde_json::json!({
            "from": "2026-11-01", "to": "2026-11-28", "time_zone": "Europe/Warsaw",
            "items": [{
                "survey": "s", "impressions": 6, "views": 5, "starts": 4, "partials": 1, "completes": 3, "dismissals": 2,
                "participation": 0.8, "completion": 0.75,
                "left_out": {
                    "impressions": 0, "views": 7, "starts": 0, "partials": 0, "completes": 0, "dismissals": 0,
                },
            }],
        });
        assert_eq!(serde_json::to_value(report).unwrap(), expected);
    }
}
