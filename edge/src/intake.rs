//! Intake of submissions: size → type → parse → shop → origin → survey → check → mask → assess → one transaction, or the
//! queue if the database is unavailable.

pub(crate) mod events;
pub(crate) mod replay;

#[cfg(test)]
use crate::openapi::{AnswerReceipt, Submission as SubmissionSchema};
use crate::{
    app::App,
    http::{
        auth::PageCaller,
        body, cors,
        error::Error,
        reply::{json, no_content},
    },
    identity, key,
    store::{Message, NewResponse, Published, ResponseRecord, SaveResult, Shop, Store, StoreError},
    telemetry::{
        counters::{self, Counter},
        log::{Event, emit},
    },
    time::clock,
    tokens::TokenSigner,
};
use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, request};
use serde::Serialize;
use std::sync::Arc;
use survey::{
    Code, Problem, Status, Submission, Value,
    plausibility::{self, Flags, Signals},
    problem::Problems,
    revision::Outcome,
    submission::{self, RawSubmission},
    wire,
};

/// The response to an accepted submission.
#[derive(Serialize)]
struct Receipt<'a> {
    id: &'a str,
    revision: u32,
    result: &'static str,
    /// The code with which the shopper reads or deletes the answer at `/r/…`.
    receipt: Option<String>,
}

/// `OPTIONS` of the routes that pages call.
pub(crate) async fn preflight(_: PageCaller, request: HeaderMap) -> Response {
    let mut response = no_content();
    cors::preflight(response.headers_mut(), cors::origin_of(&request));
    response
}

/// `POST /v1/submissions`. Responds after the commit.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/submissions", operation_id = "submitAnswer", tag = "Pages",
    summary = "Submit a response",
    description = "Sent by a page of the shop, with its public key. The `Origin` must be one of the shop's allowed origins. \
        The reply is sent after the commit. The media type may be `text/plain`, which needs no preflight request.",
    request_body = SubmissionSchema,
    responses(
        (status = 200, description = "The submission is a duplicate, superseded or erased, and has no effect.", body = AnswerReceipt),
        (status = 201, description = "The response is stored.", body = AnswerReceipt),
        (status = 202, description = "The response is enqueued and will be stored soon.", body = AnswerReceipt),
        (status = 403, description = "The origin is not one of the shop's allowed origins."),
        (status = 404, description = "There is no such key or survey."),
        (status = 409, description = "The same id and revision is stored with different content."),
        (status = 429, description = "The rate limit or the daily limit is exceeded. Retry with the same id after `Retry-After` seconds."),
    ),
))]
#[worker::send]
pub(crate) async fn submit(_: PageCaller, app: App, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut response = accept(&app, &parts, body).await.unwrap_or_else(Error::into_response);
    // Any origin may read the response. It contains no data of the shop, and a page that cannot distinguish a rejection from
    // a network failure would retry for ever.
    cors::allow(response.headers_mut(), cors::origin_of(&parts.headers));
    response
}

/// The shop of a public key and its store, if the request's origin is allowed: an origin on the shop's list, or the service's
/// own, which serves the hosted pages.
async fn authorize_page(app: &App, request: &request::Parts, key: &str, now: i64) -> Result<(Store, Arc<Shop>), Error> {
    let unknown_key = || Error::not_found("key", "public key");
    let shop = key::shop_of(key::Kind::Public, key).ok_or_else(unknown_key)?;
    if app.exceeds_intake_rate(&shop, now).await {
        let what = "this shop's pages exceed the rate limit; retry with the same id after ten seconds";
        return Err(Error::TooMany { what, retry_after: 10 });
    }
    let store = app.store(&shop).await?;
    let shop =
        store.config().shop(&shop, now).await?.filter(|shop| shop.has_public_key(key, now)).ok_or_else(unknown_key)?;
    let origin = cors::origin_of(&request.headers);
    let is_hosted_page = cors::service_origin(&request.uri).is_some_and(|service| service == origin);
    if is_hosted_page || shop.origins.iter().any(|allowed| allowed.matches(origin)) {
        Ok((store, shop))
    } else {
        Err(Error::OriginNotAllowed(origin.to_owned()))
    }
}

async fn accept(app: &App, request: &request::Parts, body: Body) -> Result<Response, Error> {
    let body = body::typed_text(&request.headers, body, body::FROM_PAGES, body::SUBMISSION).await?;
    let (raw, problems) = wire::read_submission(&body).map_err(Error::Invalid)?;
    let Some(target) = Target::of(&raw) else {
        return Err(Error::Invalid(check_without_target(&raw, problems)));
    };

    let now = clock::now_ms();
    // First, so that a deployment without a signing key fails before it stores anything.
    let signer = app.token_signer()?;
    let (store, shop) = authorize_page(app, request, &target.key, now).await?;
    let published = store
        .config()
        .survey_version(&shop, &target.survey, target.version)
        .await?
        .ok_or(Error::not_found("survey", "published survey version of this shop"))?;

    let context = raw.context.clone();
    let mut submission = submission::check(&published.definition, raw, problems).map_err(Error::Invalid)?;
    if let Some(service) = cors::service_origin(&request.uri) {
        submission.context.url = submission.context.url.map(|url| strip_hosted_query(url, &service));
    }
    // Before masking, which changes traits.
    let verified = identity::verified_of(&context, &submission.context, &shop.identity, false, now);
    // Before any of it is stored or enqueued.
    let masked = insight::redact::submission(&mut submission);
    let flags = assess(&signer, &shop, &published, &submission, now);
    let new_response = NewResponse {
        shop: &shop.id,
        survey: &published,
        submission: &submission,
        flags,
        verified,
        day: shop.zone.day_of(now),
        now,
    };
    let row = ResponseRecord::of(&new_response)?;
    let (status, result) = match store.responses().save(&row, shop.daily_answers).await {
        Ok(saved) => {
            republish_if_closed(&store, &shop, &published, &saved, now).await;
            if shop.has_webhooks && saved.outcome == Outcome::Stored {
                store.deliveries().dispatch_soon(now);
            }
            let status = status_of(saved.outcome, &shop, now);
            if status.is_err() {
                counters::count(Counter::Answers(saved.outcome.as_str()), 1);
            }
            (status?, saved.outcome.as_str())
        }
        // The queue has it on disk when this returns; the consumer stores it once the database is available.
        Err(StoreError::Unavailable(cause)) => {
            emit(&Event::Enqueued { shop: (&shop.id).into(), survey: (&published.id).into(), cause: (&cause).into() });
            store.intake_queue().enqueue(&Message::Response { row: Box::new(row) }).await?;
            (StatusCode::ACCEPTED, "queued")
        }
        Err(error) => return Err(error.into()),
    };
    record(result, flags, &masked);
    let receipt = signer.receipt(&shop.id, submission.id.as_str());
    let receipt = Receipt { id: submission.id.as_str(), revision: submission.revision, result, receipt };
    Ok(json(status, &receipt))
}

/// The plausibility flags of a submission. A flag never rejects it.
fn assess(signer: &TokenSigner, shop: &Shop, published: &Published, submission: &Submission, now: i64) -> Flags {
    let typed_chars = submission.answers.iter().map(|answer| match &answer.value {
        Value::Text(text) => text.chars().count(),
        Value::Choice { other, .. } => other.as_ref().map_or(0, |text| text.chars().count()),
        Value::Score { .. } | Value::Contact { .. } => 0,
    });
    plausibility::assess(&Signals {
        arrived_ms: now,
        created_ms: submission.id.time_ms(),
        token: signer.open_view_token(&shop.id, &published.id, submission.token.as_deref()),
        honeypot: submission.honeypot,
        revision: submission.revision,
        typed_chars: typed_chars.sum::<usize>().try_into().unwrap_or(u32::MAX),
    })
}

/// Counts an accepted submission. Its flags and masked data are counted for a new one only.
fn record(result: &'static str, flags: Flags, masked: &insight::redact::Counts) {
    counters::count(Counter::Answers(result), 1);
    if matches!(result, "stored" | "queued") {
        for flag in flags.names() {
            counters::count(Counter::Flagged(flag), 1);
        }
        for (kind, count) in masked.each() {
            counters::count(Counter::Redacted(kind), count.into());
        }
    }
}

/// Publishes the shop's config if its survey is no longer live but pages still show it: this answer reached the limit, or
/// the owner paused it a moment ago.
async fn republish_if_closed(store: &Store, shop: &Shop, published: &Published, saved: &SaveResult, now: i64) {
    if !saved.is_live && shop.surveys.iter().any(|survey| survey.id == published.id && survey.status == Status::Live) {
        store.config().publish(&shop.id, now).await;
    }
}

/// The status for the outcome in the database.
fn status_of(outcome: Outcome, shop: &Shop, now: i64) -> Result<StatusCode, Error> {
    match outcome {
        Outcome::Stored => Ok(StatusCode::CREATED),
        // An erased response is not a failure: the page must not keep or retry it.
        Outcome::Duplicate | Outcome::Superseded | Outcome::Erased => Ok(StatusCode::OK),
        Outcome::Conflict => {
            let message =
                "already stored with different content; send a changed answer as a higher revision of the same survey";
            Err(Error::Conflict(Problem::new(Code::Conflict, "revision", message)))
        }
        Outcome::OverQuota => {
            let what = "the shop has reached its daily quota of responses; retry with the same id tomorrow";
            Err(Error::TooMany { what, retry_after: shop.zone.seconds_of_day_left(now) })
        }
    }
}

/// Removes the query from the URL of a hosted page: it names the order and the customer, which the submission has in its own
/// members, where an erasure finds them.
fn strip_hosted_query(mut url: String, service: &str) -> String {
    if url.strip_prefix(service).is_some_and(|path| path.starts_with("/s/"))
        && let Some(query) = url.find('?')
    {
        url.truncate(query);
    }
    url
}

/// The survey version that a submission answers.
struct Target {
    key: String,
    survey: String,
    version: u32,
}

impl Target {
    fn of(raw: &RawSubmission) -> Option<Self> {
        let version = u32::try_from(raw.version?).ok()?;
        Some(Self { key: raw.key.clone()?, survey: raw.survey.clone()?, version })
    }
}

/// The problems of a submission without a valid target. Only the parts that do not depend on the survey are checked.
fn check_without_target(raw: &RawSubmission, mut problems: Problems) -> Vec<Problem> {
    let required = [("key", raw.key.is_none()), ("survey", raw.survey.is_none()), ("version", raw.version.is_none())];
    for (at, _) in required.into_iter().filter(|(_, missing)| *missing) {
        problems.add(Code::Missing, at, "is required");
    }
    if raw.version.is_some_and(|version| u32::try_from(version).is_err()) {
        problems.add(Code::OutOfRange, "version", "must be a published version, from 1");
    }
    submission::check_envelope(raw, &mut problems);
    problems.into_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosted_pages_lose_their_query() {
        for (url, expected) in [
            ("https://glas.example/s/srv_1?customer=c-7", "https://glas.example/s/srv_1"),
            ("https://glas.example/s/srv_1", "https://glas.example/s/srv_1"),
            ("https://glas.example/demo/?lang=pl", "https://glas.example/demo/?lang=pl"),
            ("https://shop.example/s/?page=2", "https://shop.example/s/?page=2"),
            ("https://glas.example.evil.example/s/?a", "https://glas.example.evil.example/s/?a"),
        ] {
            assert_eq!(strip_hosted_query(url.to_owned(), "https://glas.example"), expected);
        }
    }
}
