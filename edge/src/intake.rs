//! The way of an answer: size → type → parse → shop → origin → survey → check → one transaction.

use crate::{app::App, clock, cors, error::Error, key, limit, store::Arrival};
use axum::{
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use survey::{
    Code, Problem,
    problem::Problems,
    revision::Outcome,
    submission::{self, Claim},
    wire,
};

/// The reply to an accepted submission.
#[derive(Serialize)]
struct Receipt<'a> {
    id: &'a str,
    revision: u32,
    result: &'static str,
}

/// `OPTIONS /v1/submissions`
pub(crate) async fn preflight(request: HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    cors::preflight(response.headers_mut(), cors::origin_of(&request));
    response
}

/// `POST /v1/submissions`: replies only after the commit.
#[worker::send]
pub(crate) async fn submit(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let origin = cors::origin_of(&parts.headers).to_owned();
    let mut response = take(&app, &parts.headers, body, &origin).await.unwrap_or_else(Error::into_response);
    // Any page may read why it was refused: the reply holds nothing of the shop's, and a page that cannot tell a final
    // refusal from a broken network tries for ever and tells its shopper that the answer will arrive.
    cors::allow(response.headers_mut(), &origin);
    response
}

async fn take(app: &App, headers: &HeaderMap, body: Body, origin: &str) -> Result<Response, Error> {
    if !limit::has_type(headers, &["text/plain", "application/json"]) {
        return Err(Error::UnsupportedMediaType("text/plain or application/json"));
    }
    let body = limit::text(body, limit::SUBMISSION).await?;
    let (claim, problems) = wire::read_claim(&body).map_err(Error::Refused)?;
    let Some(address) = Address::of(&claim) else {
        return Err(Error::Refused(without_address(&claim, problems)));
    };

    let unknown_key = || Error::not_found("key", "public key");
    let shop = key::shop_of(key::Kind::Public, &address.key).ok_or_else(unknown_key)?;
    let store = app.store(&shop)?;
    let now = clock::now_ms();
    let shop =
        store.shop(&shop, now).await?.filter(|shop| shop.has_public_key(&address.key)).ok_or_else(unknown_key)?;
    if !shop.origins.iter().any(|allowed| allowed.matches(origin)) {
        return Err(Error::OriginNotAllowed(origin.to_owned()));
    }
    let published = store
        .published(&shop, &address.survey, address.version)
        .await?
        .ok_or(Error::not_found("survey", "published survey version of this shop"))?;

    let submission = submission::check(&published.definition, claim, problems).map_err(Error::Refused)?;
    let arrival = Arrival { shop: &shop.id, survey: &published, submission: &submission, now };
    let outcome = store.save(&arrival).await?;
    let status = match outcome {
        Outcome::Stored => StatusCode::CREATED,
        Outcome::Duplicate | Outcome::Superseded => StatusCode::OK,
        Outcome::Conflict => {
            let message = "is stored with other content; a changed answer needs a higher revision of the same survey";
            return Err(Error::Conflict(Problem::new(Code::Conflict, "revision", message)));
        }
    };
    let receipt = Receipt { id: submission.id.as_str(), revision: submission.revision, result: outcome.as_str() };
    let mut response = Response::new(Body::from(serde_json::to_string(&receipt).unwrap_or_default()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Where a claim wants to go.
struct Address {
    key: String,
    survey: String,
    version: u32,
}

impl Address {
    fn of(claim: &Claim) -> Option<Self> {
        let version = u32::try_from(claim.version?).ok()?;
        Some(Self { key: claim.key.clone()?, survey: claim.survey.clone()?, version })
    }
}

/// What is wrong with a claim that does not say where it wants to go. What depends on the survey cannot be checked.
fn without_address(claim: &Claim, mut problems: Problems) -> Vec<Problem> {
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
