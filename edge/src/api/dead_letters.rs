//! `/v1/dead-letters`: a shop's messages that could not be stored. Those that name no shop belong to the operator, at
//! `/v1/operator/dead-letters`.

pub(crate) mod operator;

#[cfg(test)]
use crate::openapi::Requeued;
use crate::{
    http::{
        auth::{Reader, Writer},
        error::Error,
        path::Path,
        query::Query,
        reply::{Page, json},
    },
    store::{DeadLetter, Store},
    time::clock,
};
use axum::{body::Body, extract::RawQuery, response::Response};
use http::StatusCode;
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
pub(crate) async fn list(Reader(owner): Reader, RawQuery(query): RawQuery) -> Result<Response, Error> {
    list_of(&owner.store, &owner.shop, query.as_deref()).await
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
pub(crate) async fn retry(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    retry_of(&owner.store, &owner.shop, id).await
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
pub(crate) async fn remove(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    remove_of(&owner.store, &owner.shop, &id).await
}

/// A page of a shop's dead letters; an empty `shop` means those that name none.
async fn list_of(store: &Store, shop: &str, query: Option<&str>) -> Result<Response, Error> {
    let mut query = Query::read(query, &KNOWN);
    let limit = query.limit(DEFAULT, MAX);
    let after = query.get("cursor").unwrap_or("").to_owned();
    query.or(())?;
    let rows = store.dead_letters(shop, &after, limit + 1).await?;
    Ok(json(StatusCode::OK, &Page::<Item>::of(rows, limit, |letter| letter.id.clone())?))
}

async fn retry_of(store: &Store, shop: &str, id: String) -> Result<Response, Error> {
    let letter = store.dead_letter(shop, &id).await?.ok_or(Error::not_found("id", "dead letter"))?;
    // Enqueue before deleting: a crash in between leaves a duplicate, which is stored once, and never a loss.
    store.enqueue_text(letter.body).await?;
    store.delete_dead_letter(shop, &id).await?;
    Ok(json(StatusCode::ACCEPTED, &serde_json::json!({ "id": id, "result": "queued" })))
}

async fn remove_of(store: &Store, shop: &str, id: &str) -> Result<Response, Error> {
    if !store.delete_dead_letter(shop, id).await? {
        return Err(Error::not_found("id", "dead letter"));
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}
