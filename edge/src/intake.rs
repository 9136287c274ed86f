//! Intake of submissions: size → type → parse → shop → origin → survey → check → mask → assess → one transaction, or the
//! queue if the database is unavailable.

mod closing;
pub(crate) mod events;
mod page_address;
pub(crate) mod replay;
mod sender;

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
    identity,
    store::{Message, NewResponse, Published, ResponseRecord, SaveResult, Shop, Store, StoreError},
    telemetry::{
        counters::{self, Counter},
        log::{Event, emit},
    },
    time::clock,
    tokens::ViewToken,
};
use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header, request};
use sender::{IncomingRequest, Sender};
use serde::Serialize;
use survey::{
    Code, Problem, Status, Submission, Survey, Trust, Value,
    closing::Evidence,
    plausibility::{self, Assessment, Flags, MAX_TOKEN_AGE_MS, Signals, Token},
    problem::Problems,
    revision::Outcome,
    submission::{self, RawSubmission},
    trust::Budgets,
    wire,
};

/// The most revisions of a shopper who answers every question once.
const MOST_QUESTIONS: i64 = Survey::MAX_QUESTIONS as i64;

/// The response to an accepted submission.
#[derive(Serialize)]
struct Receipt<'a> {
    id: &'a str,
    revision: u32,
    result: &'static str,
    /// The code with which the shopper reads or deletes the answer at `/r/…`. Only for the sender of the current revision,
    /// known by the client secret.
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
        The shop's own server sends a secret key with the scope `submit` in `Authorization` instead, and needs no origin. \
        A higher revision needs the `client_secret` of the first one. A response without a valid `token` and not from the \
        shop's server is flagged and does not count by default. \
        The reply is sent after the commit. The media type may be `text/plain`, which needs no preflight request.",
    request_body = SubmissionSchema,
    responses(
        (status = 200, description = "The submission is a duplicate, superseded or erased, and has no effect.", body = AnswerReceipt),
        (status = 201, description = "The response is stored.", body = AnswerReceipt),
        (status = 202, description = "The response is enqueued and will be stored soon.", body = AnswerReceipt),
        (status = 401, description = "The secret key is not valid."),
        (status = 403, description = "The origin is not one of the shop's allowed origins, or the secret key permits no submissions."),
        (status = 404, description = "There is no such key or survey."),
        (status = 409, description = "The same id and revision is stored with different content, or the client secret is not the \
            one of the stored response."),
        (status = 410, description = "The survey has ended, and the response was made after its end or arrives too late."),
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

async fn accept(app: &App, request: &request::Parts, body: Body) -> Result<Response, Error> {
    let body = body::typed_text(&request.headers, body, body::FROM_PAGES, body::SUBMISSION).await?;
    let (raw, problems) = wire::read_submission(&body).map_err(Error::Invalid)?;
    let is_server = request.headers.contains_key(header::AUTHORIZATION);
    let Some(target) = Target::of(&raw, is_server) else {
        return Err(Error::Invalid(check_without_target(&raw, problems, is_server)));
    };

    let now = clock::now_ms();
    // First, so that a deployment without a signing key fails before it stores anything.
    let signer = app.token_signer()?;
    let incoming = IncomingRequest { app, request, signer: &signer, now };
    let view_of = |shop: &str| signer.open_view_token(shop, &target.survey, raw.token.as_deref());
    let mut view = None;
    let sender = match incoming.server(target.key.as_deref()).await? {
        Some(server) => server,
        None => {
            let is_vouched = |shop: &str| passes_visitor_limit(view.insert(view_of(shop)), raw.revision, now);
            incoming.page(target.key.as_deref().unwrap_or_default(), is_vouched).await?
        }
    };
    let Sender { store, shop, is_server } = sender;
    let view = view.unwrap_or_else(|| view_of(&shop.id));
    let published =
        store.config().survey_version(&shop, &target.survey, target.version).await?.ok_or_else(unknown_survey)?;

    let context = raw.context.clone();
    let mut submission =
        submission::check(&published.definition, raw, &shop.page_parameters, problems).map_err(Error::Invalid)?;
    page_address::keep_own(&mut submission.context, &shop, &published.id, is_server, request);
    let evidence = Evidence {
        arrived_ms: now,
        created_ms: submission.id.time_ms(),
        token_ms: view.state.issued_ms(),
        from_server: is_server,
    };
    let is_late = closing::check(&store, &shop, &published.id, &evidence).await?;
    // Before masking, which changes traits.
    let verified = identity::verified_of(&context, &submission.context, &shop.identity, is_server, now);
    // Before any of it is stored or enqueued.
    let masked = insight::redact::submission(&mut submission);
    let Assessment { trust, flags } = assess(&view, is_server, &submission, now);
    // A response that is late spends the small budget in any case.
    let trust = if is_late && !trust.spends_small_budget() { Trust::Device } else { trust };
    let new_response = NewResponse {
        shop: &shop.id,
        survey: &published,
        submission: &submission,
        flags,
        trust,
        view: view.id.clone(),
        verified,
        day: shop.zone.day_of(now),
        now,
    };
    let row = ResponseRecord::of(&new_response)?;
    let has_secret = submission.client_secret.is_some();
    let (status, result, gives_receipt) = match store.responses().save(&row, &Budgets::of(shop.daily_answers)).await {
        Ok(saved) => {
            republish_if_closed(&store, &shop, &published, &saved, now).await;
            if shop.has_webhooks && saved.outcome == Outcome::Stored {
                store.deliveries().dispatch_soon(now);
            }
            if let Some(view) = view.id.filter(|_| trust == Trust::View && is_refused_or_unvouched(&saved)) {
                sender::remember_spent(&view);
            }
            let status = status_of(saved.outcome, trust, &shop, now);
            if status.is_err() {
                counters::count(Counter::Answers(saved.outcome.as_str()), 1);
            }
            (status?, saved.outcome.as_str(), saved.outcome.gives_receipt(has_secret))
        }
        // The queue has it on disk when this returns; the consumer stores it once the database is available.
        Err(StoreError::Unavailable(cause)) => {
            emit(&Event::Enqueued { shop: (&shop.id).into(), survey: (&published.id).into(), cause: (&cause).into() });
            store.intake_queue().enqueue(&Message::Response { row: Box::new(row) }).await?;
            (StatusCode::ACCEPTED, "queued", false)
        }
        Err(error) => return Err(error.into()),
    };
    record(result, flags, &masked);
    let receipt = signer.receipt(&shop.id, submission.id.as_str()).filter(|_| gives_receipt);
    let receipt = Receipt { id: submission.id.as_str(), revision: submission.revision, result, receipt };
    Ok(json(status, &receipt))
}

/// Whether the visitor's limit does not apply: the token is valid and not known to be used too often, and there are not more
/// revisions than questions.
fn passes_visitor_limit(view: &ViewToken, revision: Option<i64>, now: i64) -> bool {
    let Token::Issued { ms } = view.state else { return false };
    now.saturating_sub(ms) <= MAX_TOKEN_AGE_MS
        && revision.is_some_and(|revision| revision <= MOST_QUESTIONS)
        && view.id.as_deref().is_some_and(|view| !sender::exceeds_requests(view))
}

/// Whether a response with a valid token was not stored as vouched for.
fn is_refused_or_unvouched(saved: &SaveResult) -> bool {
    saved.outcome == Outcome::OverQuota || (saved.outcome == Outcome::Stored && saved.trust == Some(Trust::None))
}

fn unknown_survey() -> Error {
    Error::not_found("survey", "published survey version of this shop")
}

/// The trust and the plausibility flags of a submission. A flag never rejects it.
fn assess(view: &ViewToken, is_server: bool, submission: &Submission, now: i64) -> Assessment {
    let typed_chars = submission.answers.iter().map(|answer| match &answer.value {
        Value::Text(text) => text.chars().count(),
        Value::Choice { other, .. } => other.as_ref().map_or(0, |text| text.chars().count()),
        Value::Score { .. } | Value::Contact { .. } => 0,
    });
    plausibility::assess(&Signals {
        arrived_ms: now,
        created_ms: submission.id.time_ms(),
        token: view.state,
        is_server,
        honeypot: submission.honeypot,
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
    if !saved.is_live && shop.survey(&published.id).is_some_and(|survey| survey.status == Status::Live) {
        store.config().publish(&shop.id, now).await;
    }
}

/// The status for the outcome in the database.
fn status_of(outcome: Outcome, trust: Trust, shop: &Shop, now: i64) -> Result<StatusCode, Error> {
    match outcome {
        Outcome::Stored => Ok(StatusCode::CREATED),
        // An erased response is not a failure: the page must not keep or retry it.
        Outcome::Duplicate | Outcome::Superseded | Outcome::Erased => Ok(StatusCode::OK),
        Outcome::Conflict => {
            let message =
                "already stored with different content; send a changed answer as a higher revision of the same survey";
            Err(Error::Conflict(Problem::new(Code::Conflict, "revision", message)))
        }
        Outcome::WrongSecret => {
            let message = "is not the secret of the stored response; only its sender can revise it";
            Err(Error::Conflict(Problem::new(Code::WrongSecret, "client_secret", message)))
        }
        Outcome::TooOld => {
            let message = "the response arrived more than 31 days ago and can no longer be revised";
            Err(Error::Conflict(Problem::new(Code::RevisionsClosed, "revision", message)))
        }
        Outcome::OverQuota => {
            let what = if trust.spends_small_budget() {
                "the shop has reached its daily quota of responses without a current token; retry with the same id tomorrow"
            } else {
                "the shop has reached its daily quota of responses; retry with the same id tomorrow"
            };
            Err(Error::TooMany { what, retry_after: shop.zone.seconds_of_day_left(now) })
        }
    }
}

/// The survey version that a submission answers.
struct Target {
    /// The shop's public key; the shop's server may leave it out.
    key: Option<String>,
    survey: String,
    version: u32,
}

impl Target {
    fn of(raw: &RawSubmission, is_server: bool) -> Option<Self> {
        let version = u32::try_from(raw.version?).ok()?;
        let has_shop = raw.key.is_some() || is_server;
        Some(Self { key: raw.key.clone(), survey: raw.survey.clone()?, version }).filter(|_| has_shop)
    }
}

/// The problems of a submission without a valid target. Only the parts that do not depend on the survey are checked.
fn check_without_target(raw: &RawSubmission, mut problems: Problems, is_server: bool) -> Vec<Problem> {
    let required = [
        ("key", raw.key.is_none() && !is_server),
        ("survey", raw.survey.is_none()),
        ("version", raw.version.is_none()),
    ];
    for (at, _) in required.into_iter().filter(|(_, missing)| *missing) {
        problems.add(Code::Missing, at, "is required");
    }
    if raw.version.is_some_and(|version| u32::try_from(version).is_err()) {
        problems.add(Code::OutOfRange, "version", "must be a published version, from 1");
    }
    submission::check_envelope(raw, &mut problems);
    problems.into_vec()
}
