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
    let mut query = Query::read(query, &page::PARAMETERS);
    let page: PageRequest<String> = PageRequest::read(&mut query, SIZE);
    query.or(())?;
    let rows = store.dead_letters().list(shop, page.after.as_deref().unwrap_or_default(), page.rows()).await?;
    Ok(reply::ok(&page.page::<Item, _>(rows, |letter| letter.id.clone())?))
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
