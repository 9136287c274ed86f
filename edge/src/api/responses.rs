//! `/v1/responses`: what shoppers answered, newest first; one of them; and what an owner notes beside it.

mod change;
pub(super) mod filter;
mod item;
pub(crate) mod stream;
mod table;

pub(crate) use item::Item;
pub(super) use item::{Asked, Form};

#[cfg(test)]
use crate::openapi::{AnswerFilters, ResponseChange};
use crate::{
    http::{
        auth::{Owner, Reader, Writer},
        body::{MergePatch, SETTINGS},
        error::Error,
        page::{Page, PageRequest, PageSize},
        path::Path,
        query::Query,
        reply,
    },
    key,
    store::{By, Erasure, LOOKED_AT, ResponseRow, Selection, Shop},
};
use axum::{extract::RawQuery, response::Response};
use std::sync::Arc;
use survey::ResponseId;

const SIZE: PageSize = PageSize::up_to(500);

/// `GET /v1/responses`: any combination of filters. Where hardly any answer fits a page is short, perhaps empty, and
/// `next_cursor` leads on; `/v1/responses.ndjson` goes on by itself.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/responses", operation_id = "listResponses", tag = "Responses",
    summary = "List responses",
    description = "Newest first, with any combination of filters. A page may be short or empty although more follow: use \
        `next_cursor`.",
    params(
        AnswerFilters,
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500, description = "Items per page; 50 if omitted."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page, unchanged."),
    ),
    responses(
        (status = 200, description = "A page of responses.", body = Page<Item>),
    ),
))]
#[worker::send]
pub(crate) async fn list(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let known: Vec<&str> = filter::FILTERS.into_iter().chain(["form", "fields", "limit", "cursor"]).collect();
    let mut query = Query::read(text.as_deref(), &known);
    let page = PageRequest::read(&mut query, SIZE);
    let wish = filter::read(&mut query, &owner.zone().await?);
    let form = Form::read(&mut query);
    query.or(())?;

    let selection = Selection {
        shop: &owner.shop,
        filter: &wish.filter,
        from: wish.from,
        to: wish.to,
        after: page.after,
        limit: page.limit,
        looked_at: LOOKED_AT,
    };
    let found = owner.store.responses(&selection).await?;
    let items = Teller::of(&owner, form).await?.items(found.rows).await?;
    Ok(reply::ok(&Page::new(items, found.next.as_ref())))
}

/// Makes rows into what is told of them.
struct Teller<'a> {
    owner: &'a Owner,
    form: Form,
    /// Where something of its surveys is told.
    shop: Option<Arc<Shop>>,
}

impl<'a> Teller<'a> {
    async fn of(owner: &'a Owner, form: Form) -> Result<Self, Error> {
        let shop = if form.needs_survey() {
            Some(owner.store.shop(&owner.shop, owner.now).await?.ok_or(Error::not_found("", "shop"))?)
        } else {
            None
        };
        Ok(Self { owner, form, shop })
    }

    async fn item(&self, row: ResponseRow) -> Result<Item, Error> {
        let Some(shop) = &self.shop else { return Item::of(row, self.form, Asked::NOBODY) };
        let survey = self.owner.store.published(shop, &row.survey, row.version).await?;
        Item::of(row, self.form, Asked { shop: &shop.name, survey: survey.as_deref() })
    }

    async fn items(&self, rows: Vec<ResponseRow>) -> Result<Vec<Item>, Error> {
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(self.item(row).await?);
        }
        Ok(items)
    }
}

/// Parses a response id. A malformed id is reported as 404, since no such response can exist.
fn id_of(text: &str) -> Result<String, Error> {
    ResponseId::parse(text).map(|id| id.as_str().to_owned()).map_err(|_| NOT_FOUND)
}

const NOT_FOUND: Error = Error::not_found("id", "response");

/// A response in its complete form.
async fn told(owner: &Owner, id: &str) -> Result<Response, Error> {
    let row = owner.store.kept(&owner.shop, id).await?.ok_or(NOT_FOUND)?;
    let item = Teller::of(owner, Form::COMPLETE).await?.item(row).await?;
    Ok(reply::ok(&item))
}

/// `GET /v1/responses/{id}`: in the complete form.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/responses/{id}", operation_id = "readResponse", tag = "Responses",
    summary = "Get a response",
    description = "In the complete form.",
    params(("id" = String, Path, description = "The response's id.")),
    responses(
        (status = 200, description = "The response.", body = Item),
        (status = 404, description = "There is no such response, or it was erased."),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader, Path(id): Path<String>) -> Result<Response, Error> {
    told(&owner, &id_of(&id)?).await
}

/// `PATCH /v1/responses/{id}`: changes the tags and whether the response is excluded. The reply is sent after the commit,
/// which updates the metrics too.
#[cfg_attr(test, utoipa::path(
    patch, path = "/v1/responses/{id}", operation_id = "changeResponse", tag = "Responses",
    summary = "Tag or exclude a response",
    description = "A JSON merge patch. The metrics are up to date when the reply is sent.",
    params(("id" = String, Path, description = "The response's id.")),
    request_body = ResponseChange,
    responses(
        (status = 200, description = "The changed response, in the complete form.", body = Item),
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
    if !owner.store.change_response(&owner.shop, &id, &change).await? {
        return Err(NOT_FOUND);
    }
    told(&owner, &id).await
}

/// `DELETE /v1/responses/{id}`: erases the response, like `POST /v1/erasures`. Idempotent.
#[cfg_attr(test, utoipa::path(
    delete, path = "/v1/responses/{id}", operation_id = "deleteResponse", tag = "Responses",
    summary = "Erase a response",
    description = "Removes the response from all metrics; a copy that arrives later is rejected. Idempotent.",
    params(("id" = String, Path, description = "The response's id.")),
    responses(
        (status = 204, description = "The response is erased."),
        (status = 404, description = "There is no such response."),
    ),
))]
#[worker::send]
pub(crate) async fn remove(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    let response = id_of(&id)?;
    if owner.store.kept(&owner.shop, &response).await?.is_some() {
        let id = key::new_event(owner.now)?;
        let erasure = Erasure { shop: &owner.shop, id: &id, by: By::Owner, now: owner.now };
        owner.store.erase_response(erasure, &response).await?;
    } else if !owner.store.is_erased(&owner.shop, &response).await? {
        return Err(NOT_FOUND);
    }
    Ok(reply::no_content())
}
