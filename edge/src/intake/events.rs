//! Intake of funnel events: size → type → parse → shop → origin → count, or the queue if the database is unavailable.

use super::authorize_page;
#[cfg(test)]
use crate::openapi::{Events as EventsSchema, EventsReceipt};
use crate::{
    app::App,
    http::{auth::PageCaller, body, cors, error::Error, reply::accepted},
    key,
    store::{FunnelCounts, Message, StoreError},
    time::clock,
};
use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use http::request;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use survey::{
    Code, Problem,
    funnel::{Event, Step},
    submission::Device,
    wire::{self, WireProblem},
};

/// The response: the number of counted events and the problems of the rest. An unknown survey does not reject the events of
/// the other surveys.
#[derive(Serialize)]
struct Receipt {
    counted: usize,
    problems: Vec<WireProblem>,
}

/// `POST /v1/events`. Responds after the commit.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/events", operation_id = "sendEvents", tag = "Pages",
    summary = "Send funnel events",
    description = "Sent by a page of the shop, with its public key. Events of unknown surveys are reported and ignored; the \
        others are counted.",
    request_body = EventsSchema,
    responses(
        (status = 202, description = "The events are counted.", body = EventsReceipt),
        (status = 403, description = "The origin is not one of the shop's allowed origins."),
        (status = 404, description = "There is no such key."),
        (status = 429, description = "The rate limit is exceeded."),
    ),
))]
#[worker::send]
pub(crate) async fn receive(_: PageCaller, app: App, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut response = accept(&app, &parts, body).await.unwrap_or_else(Error::into_response);
    cors::allow(response.headers_mut(), cors::origin_of(&parts.headers));
    response
}

async fn accept(app: &App, request: &request::Parts, body: Body) -> Result<Response, Error> {
    let body = body::typed_text(&request.headers, body, body::FROM_PAGES, body::EVENTS).await?;
    let batch = wire::read_events(&body).map_err(Error::Invalid)?;
    let now = clock::now_ms();
    let (store, shop) = authorize_page(app, request, &batch.key, now).await?;

    let mut versions: HashMap<String, u32> =
        shop.surveys.iter().map(|survey| (survey.id.clone(), survey.version)).collect();
    let unknown: Vec<&str> =
        batch.events.iter().filter(|event| !is_known(&versions, event)).map(|event| event.survey.as_str()).collect();
    if !unknown.is_empty() {
        // The config may be older than a publication, so ask the database.
        versions.extend(store.surveys().versions(&shop.id, &unknown).await?);
    }
    let (rows, problems) = tally(&batch.events, &versions);
    let counted = batch.events.len() - problems.len();
    if counted == 0 {
        return Err(Error::Invalid(problems));
    }
    let (id, day) = (key::new_event(now)?, shop.zone.day_of(now));
    let counts =
        serde_json::to_string(&rows).map_err(|error| Error::internal(format!("serialising funnel counts: {error}")))?;
    match store.funnel().add_once(&id, &shop.id, day, &counts, now).await {
        Ok(()) => {}
        // The event id makes the count idempotent, so it does not matter whether the failed call was committed.
        Err(StoreError::Unavailable(_)) => {
            store.intake_queue().enqueue(&Message::FunnelCounts { id, shop: shop.id.clone(), day, counts }).await?;
        }
        Err(error) => return Err(error.into()),
    }

    let receipt = Receipt { counted, problems: problems.into_iter().map(WireProblem::from).collect() };
    Ok(accepted(&receipt))
}

/// Whether the survey version has been published. Versions are numbered without gaps.
fn is_known(versions: &HashMap<String, u32>, event: &Event) -> bool {
    versions.get(&event.survey).is_some_and(|&newest| (1..=newest).contains(&event.version))
}

/// One row per survey, version and device, and the problems of events that cannot be counted.
fn tally<'a>(events: &'a [Event], versions: &HashMap<String, u32>) -> (Vec<FunnelCounts<'a>>, Vec<Problem>) {
    let mut rows: BTreeMap<(&str, u32, &str), FunnelCounts<'a>> = BTreeMap::new();
    let mut problems = Vec::new();
    for (index, event) in events.iter().enumerate() {
        if !is_known(versions, event) {
            let message = "there is no such published survey version of this shop";
            problems.push(Problem::new(Code::NotFound, format!("events[{index}].survey"), message));
            continue;
        }
        let device = event.device.map_or("", Device::as_str);
        let row = rows.entry((&event.survey, event.version, device)).or_insert_with(|| FunnelCounts {
            survey: &event.survey,
            version: event.version,
            device,
            vouched: true,
            impressions: 0,
            views: 0,
            starts: 0,
            dismissals: 0,
        });
        let count = match event.step {
            Step::Impression => &mut row.impressions,
            Step::View => &mut row.views,
            Step::Start => &mut row.starts,
            Step::Dismissed => &mut row.dismissals,
        };
        *count += 1;
    }
    (rows.into_values().collect(), problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(survey: &str, version: u32, step: Step, device: Option<Device>) -> Event {
        Event { survey: survey.to_owned(), version, step, device, language: None }
    }

    #[test]
    fn events_add_up_and_unknown_surveys_are_reported() {
        let versions = HashMap::from([("a".to_owned(), 2), ("b".to_owned(), 1)]);
        let events = [
            event("a", 2, Step::Impression, Some(Device::Mobile)),
            event("c", 1, Step::View, None),
            event("a", 2, Step::View, Some(Device::Mobile)),
            event("a", 1, Step::View, Some(Device::Mobile)),
            event("a", 3, Step::View, None),
            event("a", 2, Step::View, Some(Device::Mobile)),
            event("b", 1, Step::Dismissed, None),
            event("b", 0, Step::Start, None),
        ];
        let (rows, problems) = tally(&events, &versions);
        let counts = |row: &FunnelCounts<'_>| (row.impressions, row.views, row.starts, row.dismissals);
        let rows: Vec<_> = rows.iter().map(|row| (row.survey, row.version, row.device, counts(row))).collect();
        assert_eq!(
            rows,
            [("a", 1, "mobile", (0, 1, 0, 0)), ("a", 2, "mobile", (1, 2, 0, 0)), ("b", 1, "", (0, 0, 0, 1))]
        );
        let paths: Vec<_> = problems.iter().map(|problem| problem.at.as_str()).collect();
        assert_eq!(paths, ["events[1].survey", "events[4].survey", "events[7].survey"]);
    }
}
