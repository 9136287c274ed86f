//! `GET /v1/metrics`: a metric with its confidence interval, trend and segments.

mod request;

use crate::{
    api::responses::filter,
    http::{auth::Reader, error::Error, query::Query, reply},
    reports::{
        DayRange,
        metric::{self, MetricQuestion},
    },
};
#[cfg(test)]
use crate::{
    openapi::{ClassName, Date, DeviceClass, FlagFilter, LanguageTag, MetricName, PagePath, Slug, TrendInterval},
    reports::metric::MetricReport,
};
use axum::{extract::RawQuery, response::Response};
use request::MetricRequest;

/// `GET /v1/metrics`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/metrics", operation_id = "getMetric", tag = "Results",
    summary = "A metric and its confidence interval",
    description = "Value, number of answers, 95 % interval, distribution and trend, by any combination of filters and \
        optionally by segment. Flagged responses count only if `flag` asks for them, and excluded ones never; `left_out` says how many answers do not \
        count, and why. Filtering by survey, touchpoint, language, device and flag=none, any or flagged costs the same however \
        many answers there are; any other filter scans at most 100,000 answers.",
    params(
        ("metric" = MetricName, Query, description = "The metric."),
        ("from" = Option<Date>, Query, description = "First day, in the shop's time zone; defaults to 29 days before `to`."),
        ("to" = Option<Date>, Query, description = "Last day, inclusive; defaults to today. The range has at most 366 days."),
        ("interval" = Option<TrendInterval>, Query, description = "The period that each point of the trend covers; defaults to `day`. Weeks start on Monday."),
        ("segment_by" = Option<String>, Query, description = "Splits the metric: by `touchpoint`, `language`, `device`, `survey`, `page`, `class` (of the response's NPS), `tag` or `trait.NAME`. Segments under 10 answers are suppressed; if there is only one, so is the next larger."),
        ("survey" = Option<String>, Query, description = "Only answers to this survey."),
        ("question" = Option<Slug>, Query, description = "Only answers to this question."),
        ("choice" = Option<String>, Query, description = "Only answers of shoppers who picked this choice at `question`; `~other` for free text."),
        ("touchpoint" = Option<Slug>, Query, description = "Only answers at this touchpoint."),
        ("language" = Option<LanguageTag>, Query, description = "Only answers in this language."),
        ("device" = Option<DeviceClass>, Query, description = "Only answers from this class of device."),
        ("flag" = Option<FlagFilter>, Query, description = "Answers of responses without flags (`none`, the default), with or without (`any`), with at least one (`flagged`), or with this one."),
        ("class" = Option<ClassName>, Query, description = "Only answers of shoppers whose score is of this class: `promoter`, `passive`, `detractor` of NPS, `satisfied`, `dissatisfied`, `easy`, `difficult`, `agrees`, `disagrees`, or `neutral` of the metric that is counted."),
        ("score_min" = Option<u8>, Query, description = "Only answers with this score or a higher one."),
        ("score_max" = Option<u8>, Query, description = "Only answers with this score or a lower one."),
        ("has_text" = Option<bool>, Query, description = "Whether the response contains free text."),
        ("complete" = Option<bool>, Query, description = "Whether the response is complete."),
        ("page" = Option<PagePath>, Query, description = "Path of the page like `/thank-you`, or a prefix like `/help/*`."),
        ("trait.NAME" = Option<String>, Query, description = "Only answers with this value of the trait NAME; several traits are combined with AND."),
        ("tag" = Option<String>, Query, description = "Only answers with this tag."),
        ("order_id" = Option<String>, Query, description = "Only answers about this order."),
        ("order_min" = Option<i64>, Query, description = "Only orders of this value or more, in minor units; with `currency`."),
        ("order_max" = Option<i64>, Query, description = "Only orders of this value or less, in minor units; with `currency`."),
        ("currency" = Option<String>, Query, description = "Only answers with an order in this currency, like `PLN`."),
        ("customer" = Option<String>, Query, description = "Only answers of this customer."),
    ),
    responses(
        (status = 200, description = "The metric.", body = MetricReport),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let zone = owner.zone().await?;
    let mut query = Query::read(text.as_deref(), &filter::metric_parameters(&request::OWN_PARAMETERS));
    let request = MetricRequest::read(&mut query);
    let (from, to) = query.days(zone.day_of(owner.now));
    let request = query.or(request)?.ok_or_else(|| Error::internal("a valid query has no metric".to_owned()))?;
    let question = MetricQuestion {
        metric: request.metric,
        days: DayRange { from, to, time_zone: zone.name() },
        trend_by: request.step,
        filter: &request.filter,
        segment_by: request.segment.as_ref(),
    };
    let report = metric::load(&owner.store, &owner.shop, &question).await?;
    Ok(reply::ok(&report))
}
