//! Intake of funnel events: size → type → parse → shop → origin → count, or the queue if the database is unavailable.

use super::sender::{self, IncomingRequest, Sender};
#[cfg(test)]
use crate::openapi::{Events as EventsSchema, EventsReceipt};
use crate::{
    app::App,
    http::{auth::PageCaller, body, cors, error::Error, reply::accepted},
    key,
    store::{AddedCounts, FunnelCounts, Message, StoreError},
    time::clock,
    tokens::TokenSigner,
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
    closing::Period,
    funnel::{Event, Step},
    plausibility::{MAX_TOKEN_AGE_MS, Token},
    submission::Device,
    trust::{Budgets, MAX_EVENTS_PER_VIEW},
    wire::{self, WireProblem},
};

/// The response: the number of counted events and the problems of the rest. An unknown or closed survey does not reject the
/// events of the other surveys.
#[derive(Serialize)]
struct Receipt {
    counted: usize,
    problems: Vec<WireProblem>,
}

/// `POST /v1/events`. Responds after the commit.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/events", operation_id = "sendEvents", tag = "Pages",
    summary = "Send funnel events",
    description = "Sent by a page of the shop, with its public key. Events of unknown and closed surveys are reported and \
        ignored; the others are counted.",
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
    let signer = app.token_signer()?;
    let mut views = Vec::new();
    let incoming = IncomingRequest { app, request, signer: &signer, now };
    let is_vouched = |shop: &str| {
        views = batch.events.iter().map(|event| view_of(&signer, shop, event, now)).collect();
        views.iter().flatten().next().is_some_and(|view| !sender::exceeds_requests(view))
    };
    let Sender { store, shop, .. } = incoming.page(&batch.key, is_vouched).await?;

    let mut surveys: Surveys =
        shop.surveys.iter().map(|survey| (survey.id.clone(), (survey.version, survey.period()))).collect();
    let refused: Vec<&str> = batch
        .events
        .iter()
        .filter(|event| problem_of(event, &surveys, now).is_some())
        .map(|event| event.survey.as_str())
        .collect();
    if !refused.is_empty() {
        // The config may be older than a publication, so ask the database.
        let found = store.surveys().periods(&shop.id, &refused).await?;
        surveys.extend(found.into_iter().map(|survey| (survey.id, (survey.version, survey.period))));
    }
    let (rows, problems) = tally(&batch.events, &views, &surveys, now);
    let counted = batch.events.len() - problems.len();
    if counted == 0 {
        return Err(Error::Invalid(problems));
    }
    let (id, day) = (key::new_event(now)?, shop.zone.day_of(now));
    let counts =
        serde_json::to_string(&rows).map_err(|error| Error::internal(format!("serialising funnel counts: {error}")))?;
    let added = AddedCounts { id: &id, shop: &shop.id, day, counts: &counts, now };
    match store.funnel().add_once(&added, &Budgets::of(shop.daily_answers)).await {
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

/// The id of an event's view, if its token vouches for the event.
fn view_of(signer: &TokenSigner, shop: &str, event: &Event, now: i64) -> Option<String> {
    let view = signer.open_view_token(shop, &event.survey, event.token.as_deref());
    match view.state {
        Token::Issued { ms } if now.saturating_sub(ms) <= MAX_TOKEN_AGE_MS => view.id,
        _ => None,
    }
}

/// The newest version and the period of published surveys, by id.
type Surveys = HashMap<String, (u32, Period)>;

/// Why an event that arrives at `now` (milliseconds since 1970) is not counted.
fn problem_of(event: &Event, surveys: &Surveys, now: i64) -> Option<(Code, &'static str)> {
    match surveys.get(&event.survey) {
        // Versions are numbered without gaps.
        Some((newest, period)) if (1..=*newest).contains(&event.version) => {
            (!period.counts(event.step, now)).then_some((Code::SurveyClosed, "has ended, so the event is not counted"))
        }
        _ => Some((Code::NotFound, "there is no such published survey version of this shop")),
    }
}

/// One row per survey, version, device and view, and the problems of events that cannot be counted. `views` has the view of
/// each event; it vouches for a limited number.
fn tally<'a>(
    events: &'a [Event],
    views: &'a [Option<String>],
    surveys: &Surveys,
    now: i64,
) -> (Vec<FunnelCounts<'a>>, Vec<Problem>) {
    let mut rows: BTreeMap<(&str, u32, &str, Option<&str>), FunnelCounts<'a>> = BTreeMap::new();
    let mut of_view: HashMap<&str, u32> = HashMap::new();
    let mut problems = Vec::new();
    for (index, event) in events.iter().enumerate() {
        if let Some((code, message)) = problem_of(event, surveys, now) {
            problems.push(Problem::new(code, format!("events[{index}].survey"), message));
            continue;
        }
        let device = event.device.map_or("", Device::as_str);
        let view = views.get(index).and_then(Option::as_deref).filter(|view| {
            let count = of_view.entry(view).or_default();
            *count += 1;
            *count <= MAX_EVENTS_PER_VIEW
        });
        let row = rows.entry((&event.survey, event.version, device, view)).or_insert_with(|| FunnelCounts {
            survey: &event.survey,
            version: event.version,
            device,
            view,
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
    use survey::closing::PROMPT_MS;

    fn event(survey: &str, version: u32, step: Step, device: Option<Device>) -> Event {
        Event { survey: survey.to_owned(), version, step, device, language: None, token: None }
    }

    #[test]
    fn events_add_up_and_the_others_are_reported() {
        let open = |version| (version, Period::default());
        let closed = Period { begins_ms: None, ends_ms: Some(0) };
        let surveys: Surveys =
            [("a", open(2)), ("b", open(1)), ("d", (1, closed))].map(|(id, survey)| (id.to_owned(), survey)).into();
        let events = [
            event("a", 2, Step::Impression, Some(Device::Mobile)),
            event("c", 1, Step::View, None),
            event("a", 2, Step::View, Some(Device::Mobile)),
            event("a", 1, Step::View, Some(Device::Mobile)),
            event("a", 3, Step::View, None),
            event("a", 2, Step::View, Some(Device::Mobile)),
            event("b", 1, Step::Dismissed, None),
            event("b", 0, Step::Start, None),
            event("d", 1, Step::View, None),
            event("d", 1, Step::Dismissed, None),
        ];
        let (rows, problems) = tally(&events, &[], &surveys, PROMPT_MS);
        let counts = |row: &FunnelCounts<'_>| (row.impressions, row.views, row.starts, row.dismissals);
        let rows: Vec<_> = rows.iter().map(|row| (row.survey, row.version, row.device, counts(row))).collect();
        assert_eq!(
            rows,
            [
                ("a", 1, "mobile", (0, 1, 0, 0)),
                ("a", 2, "mobile", (1, 2, 0, 0)),
                ("b", 1, "", (0, 0, 0, 1)),
                ("d", 1, "", (0, 0, 0, 1))
            ]
        );
        let problems: Vec<_> = problems.iter().map(|problem| (problem.at.as_str(), problem.code)).collect();
        assert_eq!(
            problems,
            [
                ("events[1].survey", Code::NotFound),
                ("events[4].survey", Code::NotFound),
                ("events[7].survey", Code::NotFound),
                ("events[8].survey", Code::SurveyClosed)
            ]
        );
    }

    #[test]
    fn a_view_vouches_for_a_limited_number_of_events() {
        let surveys: Surveys = [("a".to_owned(), (1, Period::default()))].into();
        let events: Vec<Event> = (0..30).map(|_| event("a", 1, Step::View, None)).collect();
        let views: Vec<Option<String>> = (0..30).map(|number| (number > 0).then(|| "v".to_owned())).collect();
        let (rows, problems) = tally(&events, &views, &surveys, 0);
        let rows: Vec<_> = rows.iter().map(|row| (row.view, row.views)).collect();
        assert_eq!(rows, [(None, 30 - MAX_EVENTS_PER_VIEW), (Some("v"), MAX_EVENTS_PER_VIEW)]);
        assert_eq!(problems, []);
    }
}
