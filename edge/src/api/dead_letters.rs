//! `/v1/dead-letters`: what arrived and could not be stored. An owner sees the shop's; the operator, at
//! `/v1/operator/dead-letters`, those that name no shop.

#[cfg(test)]
use crate::openapi::Requeued;
use crate::{
    app::App,
    http::{
        auth,
        error::Error,
        path::Path,
        query::Query,
        reply::{Page, json},
    },
    store::{DeadLetter, Store},
    time::clock,
};
use axum::{
    body::Body,
    extract::{MatchedPath, RawQuery},
    response::Response,
};
use http::{HeaderMap, StatusCode};
use serde::Serialize;

const KNOWN: [&str; 2] = ["limit", "cursor"];
/// Rows of a page when nobody says anything, and at most.
const DEFAULT: u32 = 50;
const MAX: u32 = 100;

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = DeadLetter))]
/// What arrived and could not be stored.
struct Item {
    id: String,
    /// Why it could not be stored.
    reason: String,
    /// The message as it was in the queue.
    message: String,
    #[cfg_attr(test, schema(format = DateTime))]
    at: String,
}

impl TryFrom<DeadLetter> for Item {
    type Error = Error;

    fn try_from(letter: DeadLetter) -> Result<Self, Error> {
        Ok(Self { id: letter.id, reason: letter.reason, message: letter.body, at: clock::rfc3339(letter.at) })
    }
}

/// Whether a route is the operator's: a path of its own, so that no owner's route opens to two kinds of keys.
fn is_operators(path: &MatchedPath) -> bool {
    path.as_str().starts_with("/v1/operator/")
}

/// Those that name no shop.
async fn of_nobody(app: &App, request: &HeaderMap) -> Result<(Store, String), Error> {
    auth::operator(app, request).await?;
    Ok((app.store("").await?, String::new()))
}

/// Whose letters a request may see.
async fn reader(app: &App, path: &MatchedPath, request: &HeaderMap) -> Result<(Store, String), Error> {
    if is_operators(path) {
        return of_nobody(app, request).await;
    }
    let owner = auth::reader(app, request).await?;
    Ok((owner.store, owner.shop))
}

/// Whose letters a request may send again or throw away.
async fn writer(app: &App, path: &MatchedPath, request: &HeaderMap) -> Result<(Store, String), Error> {
    if is_operators(path) {
        return of_nobody(app, request).await;
    }
    let owner = auth::writer(app, request).await?;
    Ok((owner.store, owner.shop))
}

/// `GET /v1/dead-letters`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/dead-letters", operation_id = "listDeadLetters", tag = "Dead letters",
    summary = "What could not be stored",
    description = "Answers and events of this shop, with the reason.",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "Items of a page; 50 if left out."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before, as it was."),
    ),
    responses(
        (status = 200, description = "A page of them.", body = Page<Item>),
    ),
))]
#[worker::send]
pub(crate) async fn list(
    app: App,
    path: MatchedPath,
    RawQuery(text): RawQuery,
    request: HeaderMap,
) -> Result<Response, Error> {
    let (store, shop) = reader(&app, &path, &request).await?;
    let mut query = Query::read(text.as_deref(), &KNOWN);
    let limit = query.limit(DEFAULT, MAX);
    let after = query.get("cursor").unwrap_or("").to_owned();
    query.or(())?;
    let rows = store.dead_letters(&shop, &after, limit + 1).await?;
    Ok(json(StatusCode::OK, &Page::<Item>::of(rows, limit, |letter| letter.id.clone())?))
}

/// `POST /v1/dead-letters/{id}/retry`: back into the queue, after what was wrong has been mended.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/dead-letters/{id}/retry", operation_id = "retryDeadLetter", tag = "Dead letters",
    summary = "Try to store it again",
    description = "After what was wrong has been mended.",
    params(
        ("id" = String, Path, description = "Id of the dead letter."),
    ),
    responses(
        (status = 202, description = "It is in the queue.", body = Requeued),
        (status = 404, description = "There is no such dead letter."),
    ),
))]
#[worker::send]
pub(crate) async fn retry(
    app: App,
    path: MatchedPath,
    Path(id): Path<String>,
    request: HeaderMap,
) -> Result<Response, Error> {
    let (store, shop) = writer(&app, &path, &request).await?;
    let letter = store.dead_letter(&shop, &id).await?.ok_or(Error::not_found("id", "dead letter"))?;
    // First the queue, then the drawer: in between it is in both, and what is done twice has the effect of once.
    store.enqueue_text(letter.body).await?;
    store.delete_dead_letter(&shop, &id).await?;
    Ok(json(StatusCode::ACCEPTED, &serde_json::json!({ "id": id, "result": "queued" })))
}

/// `DELETE /v1/dead-letters/{id}`: looked at and not wanted.
#[cfg_attr(test, utoipa::path(
    delete, path = "/v1/dead-letters/{id}", operation_id = "deleteDeadLetter", tag = "Dead letters",
    summary = "Throw it away",
    params(
        ("id" = String, Path, description = "Id of the dead letter."),
    ),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "There is no such dead letter."),
    ),
))]
#[worker::send]
pub(crate) async fn remove(
    app: App,
    path: MatchedPath,
    Path(id): Path<String>,
    request: HeaderMap,
) -> Result<Response, Error> {
    let (store, shop) = writer(&app, &path, &request).await?;
    if !store.delete_dead_letter(&shop, &id).await? {
        return Err(Error::not_found("id", "dead letter"));
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}
