//! `/v1/dead-letters`: a shop's messages that could not be stored. Those that name no shop belong to the operator, at
//! `/v1/operator/dead-letters`.

pub(crate) mod operator;

#[cfg(test)]
use crate::{http::page::Page, openapi::Requeued};
use crate::{
    http::{
        auth::{Reader, Writer},
        error::Error,
        page::{self, PageRequest, PageSize},
        path::Path,
        query::Query,
        reply,
    },
    store::{DeadLetter, Store},
    time::clock,
};
use axum::{extract::RawQuery, response::Response};
use serde::Serialize;

const SIZE: PageSize = PageSize::up_to(100);

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = DeadLetter))]
/// A message that could not be stored.
struct Item {
    id: String,
    /// Why the message could not be stored.
    reason: String,
    /// The message, as it was in the queue.
    message: String,
    #[cfg_attr(test, schema(format = DateTime))]
    at: String,
}

impl TryFrom<DeadLetter> for Item {
    type Error = Error;

    fn try_from(row: DeadLetter) -> Result<Self, Error> {
        Ok(Self { id: row.id, reason: row.reason, message: row.body, at: clock::rfc3339(row.at) })
    }
}

/// `GET /v1/dead-letters`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/dead-letters", operation_id = "listDeadLetters", tag = "Dead letters",
    summary = "List dead letters",
    description = "Responses and events of the shop that could not be stored, with the reason.",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "Items per page; 50 if omitted."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page, unchanged."),
    ),
    responses(
        (status = 200, description = "A page of dead letters.", body = Page<Item>),
    ),
))]
#[worker::send]
pub(crate) async fn list(Reader(owner): Reader, RawQuery(query): RawQuery) -> Result<Response, Error> {
    list_of(&owner.store, &owner.shop, query.as_deref()).await
}

/// `POST /v1/dead-letters/{id}/retry`: enqueues the message again, after its cause was fixed.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/dead-letters/{id}/retry", operation_id = "retryDeadLetter", tag = "Dead letters",
    summary = "Retry a dead letter",
    description = "Enqueues the message again. Fix the cause first.",
    params(
        ("id" = String, Path, description = "The dead letter's id."),
    ),
    responses(
        (status = 202, description = "The message is enqueued.", body = Requeued),
        (status = 404, description = "There is no such dead letter."),
    ),
))]
#[worker::send]
pub(crate) async fn retry(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    retry_of(&owner.store, &owner.shop, id).await
}

/// `DELETE /v1/dead-letters/{id}`
#[cfg_attr(test, utoipa::path(
    delete, path = "/v1/dead-letters/{id}", operation_id = "deleteDeadLetter", tag = "Dead letters",
    summary = "Delete a dead letter",
    params(
        ("id" = String, Path, description = "The dead letter's id."),
    ),
    responses(
        (status = 204, description = "The dead letter is deleted."),
        (status = 404, description = "There is no such dead letter."),
    ),
))]
#[worker::send]
pub(crate) async fn remove(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    remove_of(&owner.store, &owner.shop, &id).await
}

/// A page of a shop's dead letters; an empty `shop` means those that name none.
async fn list_of(store: &Store, shop: &str, query: Option<&str>) -> Result<Response, Error> {
    let mut query = Query::read(query, &page::PARAMETERS);
    let page: PageRequest<String> = PageRequest::read(&mut query, SIZE);
    query.or(())?;
    let rows = store.dead_letters().list(shop, page.after.as_deref().unwrap_or_default(), page.rows()).await?;
    Ok(reply::ok(&page.page::<Item, _>(rows, |row| row.id.clone())?))
}

async fn retry_of(store: &Store, shop: &str, id: String) -> Result<Response, Error> {
    let letter = store.dead_letters().get(shop, &id).await?.ok_or(Error::not_found("id", "dead letter"))?;
    // Enqueue before deleting: a crash in between leaves a duplicate, which is stored once, and never a loss.
    store.intake_queue().enqueue_text(letter.body).await?;
    store.dead_letters().delete(shop, &id).await?;
    Ok(reply::accepted(&serde_json::json!({ "id": id, "result": "queued" })))
}

async fn remove_of(store: &Store, shop: &str, id: &str) -> Result<Response, Error> {
    if !store.dead_letters().delete(shop, id).await? {
        return Err(Error::not_found("id", "dead letter"));
    }
    Ok(reply::no_content())
}
