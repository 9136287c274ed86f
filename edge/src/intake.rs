//! The way of an answer: size → type → parse → shop → origin → survey → check → mask → judge → one transaction, or the
//! queue where the database is away.

pub(crate) mod challenge;
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
    key,
    store::{Message, NewResponse, Published, Row, SaveResult, Shop, Store, StoreError},
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

/// The reply to an accepted submission.
#[derive(Serialize)]
struct Receipt<'a> {
    id: &'a str,
    revision: u32,
    result: &'static str,
    /// With this the shopper reads or deletes the answer at `/r/…`.
    receipt: Option<String>,
}

/// `OPTIONS` of what pages send
pub(crate) async fn preflight(_: PageCaller, request: HeaderMap) -> Response {
    let mut response = no_content();
    cors::preflight(response.headers_mut(), cors::origin_of(&request));
    response
}

/// `POST /v1/submissions`: replies only after the commit.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/submissions", operation_id = "submitAnswer", tag = "Pages",
    summary = "Send an answer",
    description = "From a page of the shop, with its public key; the `Origin` must be one of the shop's. Replies after \
        the commit. Also `text/plain`, which needs no preflight.",
    request_body = SubmissionSchema,
    responses(
        (status = 200, description = "It was there already, or has no effect any more.", body = AnswerReceipt),
        (status = 201, description = "It is stored.", body = AnswerReceipt),
        (status = 202, description = "It is kept safe and will be stored in a moment.", body = AnswerReceipt),
        (status = 403, description = "The origin is not on the shop's list."),
        (status = 404, description = "There is no such key or survey."),
        (status = 409, description = "The same id and revision says something else."),
        (status = 429, description = "Too many for now: try again with the same id after `Retry-After` seconds."),
    ),
))]
#[worker::send]
pub(crate) async fn submit(_: PageCaller, app: App, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut response = take(&app, &parts, body).await.unwrap_or_else(Error::into_response);
    // Any page may read why it was refused: the reply holds nothing of the shop's, and a page that cannot tell a final
    // refusal from a broken network tries for ever and tells its shopper that the answer will arrive.
    cors::allow(response.headers_mut(), cors::origin_of(&parts.headers));
    response
}

/// The shop whose page sends, and where its data is, if the page may send: its origin is one of the shop's, or the
/// service's own, which serves every shop's hosted pages.
async fn sender(app: &App, request: &request::Parts, key: &str, now: i64) -> Result<(Store, Arc<Shop>), Error> {
    let unknown_key = || Error::not_found("key", "public key");
    let shop = key::shop_of(key::Kind::Public, key).ok_or_else(unknown_key)?;
    if app.exceeds_intake_rate(&shop, now).await {
        let what = "this shop's pages send more than is taken at once; try again with the same id in ten seconds";
        return Err(Error::TooMany { what, retry_after: 10 });
    }
    let store = app.store(&shop).await?;
    let shop =
        store.config().shop(&shop, now).await?.filter(|shop| shop.has_public_key(key, now)).ok_or_else(unknown_key)?;
    let origin = cors::origin_of(&request.headers);
    let own = cors::service_origin(&request.uri).is_some_and(|own| own == origin);
    if own || shop.origins.iter().any(|allowed| allowed.matches(origin)) {
        Ok((store, shop))
    } else {
        Err(Error::OriginNotAllowed(origin.to_owned()))
    }
}

async fn take(app: &App, request: &request::Parts, body: Body) -> Result<Response, Error> {
    let body = body::typed_text(&request.headers, body, body::FROM_PAGES, body::SUBMISSION).await?;
    let (claim, problems) = wire::read_submission(&body).map_err(Error::Invalid)?;
    let Some(address) = Address::of(&claim) else {
        return Err(Error::Invalid(without_address(&claim, problems)));
    };

    let now = clock::now_ms();
    // First, so that a deployment without a key fails before it has stored anything.
    let seal = app.token_signer()?;
    let (store, shop) = sender(app, request, &address.key, now).await?;
    let published = store
        .config()
        .survey_version(&shop, &address.survey, address.version)
        .await?
        .ok_or(Error::not_found("survey", "published survey version of this shop"))?;

    let mut submission = submission::check(&published.definition, claim, problems).map_err(Error::Invalid)?;
    if let Some(own) = cors::service_origin(&request.uri) {
        submission.context.url = submission.context.url.map(|url| hosted_page(url, &own));
    }
    // Before anything of it is written anywhere.
    let masked = insight::redact::submission(&mut submission);
    let mut flags = judge(&seal, &shop, &published, &submission, now);
    if shop.settings.challenge && app.has_failed_challenge(submission.challenge.as_deref()).await {
        flags = flags.union(Flags::NO_CHALLENGE);
    }
    let arrival = NewResponse {
        shop: &shop.id,
        survey: &published,
        submission: &submission,
        flags,
        day: shop.zone.day_of(now),
        now,
    };
    let row = Row::of(&arrival)?;
    let (status, result) = match store.response().save(&row, shop.daily_answers).await {
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
        // The queue has it on disk when this returns; the consumer writes it as soon as the database is back.
        Err(StoreError::Unavailable(cause)) => {
            emit(&Event::Enqueued { shop: &shop.id, survey: &published.id, cause: &cause });
            store.intake_queue().enqueue(&Message::Response { row: Box::new(row) }).await?;
            (StatusCode::ACCEPTED, "queued")
        }
        Err(error) => return Err(error.into()),
    };
    note(result, flags, &masked);
    let receipt = seal.receipt(&shop.id, submission.id.as_str());
    let receipt = Receipt { id: submission.id.as_str(), revision: submission.revision, result, receipt };
    Ok(json(status, &receipt))
}

/// What is odd about a submission. Never a reason to refuse it.
fn judge(seal: &TokenSigner, shop: &Shop, published: &Published, submission: &Submission, now: i64) -> Flags {
    let typed = submission.answers.iter().map(|answer| match &answer.value {
        Value::Text(text) => text.chars().count(),
        Value::Choice { other, .. } => other.as_ref().map_or(0, |text| text.chars().count()),
        Value::Score { .. } | Value::Contact { .. } => 0,
    });
    plausibility::assess(&Signals {
        arrived_ms: now,
        made_ms: submission.id.time_ms(),
        token: seal.open_view_token(&shop.id, &published.id, submission.token.as_deref()),
        honeypot: submission.honeypot,
        revision: submission.revision,
        typed_chars: typed.sum::<usize>().try_into().unwrap_or(u32::MAX),
    })
}

/// Counts an answer that was taken; what was odd about it and masked in it, unless that was counted before.
fn note(result: &'static str, flags: Flags, masked: &insight::redact::Counts) {
    counters::count(Counter::Answers(result), 1);
    if matches!(result, "stored" | "queued") {
        for flag in flags.names() {
            counters::count(Counter::Flagged(flag), 1);
        }
        for (kind, by) in masked.each() {
            counters::count(Counter::Redacted(kind), by.into());
        }
    }
}

/// Tells the pages if this answer was its survey's last, or somebody paused it and pages do not know yet.
async fn republish_if_closed(store: &Store, shop: &Shop, published: &Published, saved: &SaveResult, now: i64) {
    if !saved.is_live && shop.surveys.iter().any(|known| known.id == published.id && known.status == Status::Live) {
        store.config().publish(&shop.id, now).await;
    }
}

/// What is said to the page about an answer that the database has decided on.
fn status_of(outcome: Outcome, shop: &Shop, now: i64) -> Result<StatusCode, Error> {
    match outcome {
        Outcome::Stored => Ok(StatusCode::CREATED),
        // An erased one is no failure: the page need not keep it either.
        Outcome::Duplicate | Outcome::Superseded | Outcome::Erased => Ok(StatusCode::OK),
        Outcome::Conflict => {
            let message = "is stored with other content; a changed answer needs a higher revision of the same survey";
            Err(Error::Conflict(Problem::new(Code::Conflict, "revision", message)))
        }
        Outcome::OverQuota => {
            let what = "the shop has as many answers today as its operator allows; try again with the same id tomorrow";
            Err(Error::TooMany { what, retry_after: shop.zone.seconds_of_day_left(now) })
        }
    }
}

/// The address of a page. A hosted page's is kept without what follows the `?`: the order and the customer that stand
/// there have members of their own, where an erasure finds them.
fn hosted_page(mut url: String, own: &str) -> String {
    if url.strip_prefix(own).is_some_and(|path| path.starts_with("/s/"))
        && let Some(at) = url.find('?')
    {
        url.truncate(at);
    }
    url
}

/// Where a claim wants to go.
struct Address {
    key: String,
    survey: String,
    version: u32,
}

impl Address {
    fn of(claim: &RawSubmission) -> Option<Self> {
        let version = u32::try_from(claim.version?).ok()?;
        Some(Self { key: claim.key.clone()?, survey: claim.survey.clone()?, version })
    }
}

/// What is wrong with a claim that does not say where it wants to go. What depends on the survey cannot be checked.
fn without_address(claim: &RawSubmission, mut problems: Problems) -> Vec<Problem> {
    let required =
        [("key", claim.key.is_none()), ("survey", claim.survey.is_none()), ("version", claim.version.is_none())];
    for (at, _) in required.into_iter().filter(|(_, missing)| *missing) {
        problems.add(Code::Missing, at, "is required");
    }
    if claim.version.is_some_and(|version| u32::try_from(version).is_err()) {
        problems.add(Code::OutOfRange, "version", "must be a published version, from 1");
    }
    submission::check_envelope(claim, &mut problems);
    problems.into_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_hosted_pages() {
        for (url, kept) in [
            ("https://glas.example/s/srv_1?customer=c-7", "https://glas.example/s/srv_1"),
            ("https://glas.example/s/srv_1", "https://glas.example/s/srv_1"),
            ("https://glas.example/demo/?lang=pl", "https://glas.example/demo/?lang=pl"),
            ("https://shop.example/s/?page=2", "https://shop.example/s/?page=2"),
            ("https://glas.example.evil.example/s/?a", "https://glas.example.evil.example/s/?a"),
        ] {
            assert_eq!(hosted_page(url.to_owned(), "https://glas.example"), kept);
        }
    }
}
