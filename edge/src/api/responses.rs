//! `/v1/responses`: lists responses, reads one, and changes its tags or exclusion.

mod change;
pub(super) mod filter;
mod projection;
pub(crate) mod stream;

use crate::{
    http::{
        auth::{Owner, Reader, Writer},
        body::{MergePatch, SETTINGS},
        error::Error,
        page::{PARAMETERS, Page, PageRequest, PageSize},
        path::Path,
        query::Query,
        reply,
    },
    key,
    reports::response::{ResponsePresenter, projection::Projection},
    store::{By, Erasure, SCAN_LIMIT, Selection},
};
#[cfg(test)]
use crate::{
    openapi::{AnswerFilters, ResponseChange},
    reports::response::ResponseItem,
};
use axum::{extract::RawQuery, response::Response};
use survey::ResponseId;

const SIZE: PageSize = PageSize::up_to(500);

/// `GET /v1/responses`: any combination of filters. If few responses match, a page is short or empty and `next_cursor`
/// continues; `/v1/responses.ndjson` returns all matches at once.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/responses", operation_id = "listResponses", tag = "Responses",
    summary = "List responses",
    description = "Newest first, by any combination of filters. A page can be short or empty although there are more \
        responses: continue until `next_cursor` is null.",
    params(
        AnswerFilters,
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500, description = "Items per page; defaults to 50."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page, unchanged."),
    ),
    responses(
        (status = 200, description = "A page of responses.", body = Page<ResponseItem>),
    ),
))]
#[worker::send]
pub(crate) async fn list(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let known = filter::list_parameters(&[&projection::KNOWN[..], &PARAMETERS].concat());
    let mut query = Query::read(text.as_deref(), &known);
    let page = PageRequest::read(&mut query, SIZE);
    let filter = filter::for_list(&mut query, &owner.zone().await?);
    let projection = projection::read(&mut query);
    query.or(())?;

    let selection =
        Selection { shop: &owner.shop, filter: &filter, after: page.after, limit: page.limit, scan_limit: SCAN_LIMIT };
    let found = owner.store.responses().list(&selection).await?;
    let presenter = ResponsePresenter::load(&owner.store, &owner.shop, projection, owner.now).await?;
    let items = presenter.present_all(&owner.store, found.rows).await?;
    Ok(reply::ok(&Page::new(items, found.next.as_ref())))
}

/// Parses a response id. A malformed id is reported as 404, since no such response can exist.
fn id_of(text: &str) -> Result<String, Error> {
    ResponseId::parse(text).map(|id| id.as_str().to_owned()).map_err(|_| NOT_FOUND)
}

const NOT_FOUND: Error = Error::not_found("id", "response");

/// Replies with a response in its complete form.
async fn respond_with(owner: &Owner, id: &str) -> Result<Response, Error> {
    let row = owner.store.responses().get(&owner.shop, id).await?.ok_or(NOT_FOUND)?;
    let presenter = ResponsePresenter::load(&owner.store, &owner.shop, Projection::FULL, owner.now).await?;
    Ok(reply::ok(&presenter.present(&owner.store, row).await?))
}

/// `GET /v1/responses/{id}`: in the complete form.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/responses/{id}", operation_id = "readResponse", tag = "Responses",
    summary = "Read a response",
    description = "In its complete form.",
    params(("id" = String, Path, description = "Id of the response.")),
    responses(
        (status = 200, description = "The response.", body = ResponseItem),
        (status = 404, description = "There is no such response, or it was erased."),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader, Path(id): Path<String>) -> Result<Response, Error> {
    respond_with(&owner, &id_of(&id)?).await
}

/// `PATCH /v1/responses/{id}`: changes tags and exclusion. Replies after the commit, when every metric includes the change.
#[cfg_attr(test, utoipa::path(
    patch, path = "/v1/responses/{id}", operation_id = "changeResponse", tag = "Responses",
    summary = "Tag a response, or exclude it from every metric",
    description = "A JSON merge patch. Every metric includes the change when the reply is sent.",
    params(("id" = String, Path, description = "Id of the response.")),
    request_body = ResponseChange,
    responses(
        (status = 200, description = "The changed response in its complete form.", body = ResponseItem),
        (status = 404, description = "There is no such response, or it was erased."),
    ),
))]
#[worker::send]
pub(crate) async fn change(
    Writer(owner): Writer,
    Path(id): Path<String>,
    body: MergePatch<SETTINGS>,
) -> Result<Response, Error> {
    let change = body.read(change::read)?;
    let id = id_of(&id)?;
    if !owner.store.responses().change(&owner.shop, &id, &change).await? {
        return Err(NOT_FOUND);
    }
    respond_with(&owner, &id).await
}

/// `DELETE /v1/responses/{id}`: erases a response, as `POST /v1/erasures` does. Idempotent.
#[cfg_attr(test, utoipa::path(
    delete, path = "/v1/responses/{id}", operation_id = "deleteResponse", tag = "Responses",
    summary = "Erase a response",
    description = "Removes the response from every metric; a copy that arrives later is discarded. Idempotent.",
    params(("id" = String, Path, description = "Id of the response.")),
    responses(
        (status = 204, description = "The response was erased."),
        (status = 404, description = "There is no such response."),
    ),
))]
#[worker::send]
pub(crate) async fn remove(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    let response = id_of(&id)?;
    if owner.store.responses().get(&owner.shop, &response).await?.is_some() {
        let id = key::new_event(owner.now)?;
        let erasure = Erasure { shop: &owner.shop, id: &id, by: By::Owner, now: owner.now };
        owner.store.erasures().erase_response(erasure, &response).await?;
    } else if !owner.store.erasures().is_erased(&owner.shop, &response).await? {
        return Err(NOT_FOUND);
    }
    Ok(reply::no_content())
}
