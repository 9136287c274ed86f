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
    summary = "Answers of shoppers",
    description = "Newest first, by any combination of filters. A page that looked at much and found little is short, perhaps \
        empty: go by `next_cursor`.",
    params(
        AnswerFilters,
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500, description = "Items of a page; 50 if left out."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before, as it was."),
    ),
    responses(
        (status = 200, description = "A page of answers.", body = Page<Item>),
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
            Some(owner.store.config().shop(&owner.shop, owner.now).await?.ok_or(Error::not_found("", "shop"))?)
        } else {
            None
        };
        Ok(Self { owner, form, shop })
    }

    async fn item(&self, row: ResponseRow) -> Result<Item, Error> {
        let Some(shop) = &self.shop else { return Item::of(row, self.form, Asked::NOBODY) };
        let survey = self.owner.store.config().survey_version(shop, &row.survey, row.version).await?;
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

/// The id of a response. What is none is not found: nobody's response is called that.
fn id_of(text: &str) -> Result<String, Error> {
    ResponseId::parse(text).map(|id| id.as_str().to_owned()).map_err(|_| NOT_FOUND)
}

const NOT_FOUND: Error = Error::not_found("id", "response");

/// A response in its complete form.
async fn told(owner: &Owner, id: &str) -> Result<Response, Error> {
    let row = owner.store.response().get(&owner.shop, id).await?.ok_or(NOT_FOUND)?;
    let item = Teller::of(owner, Form::COMPLETE).await?.item(row).await?;
    Ok(reply::ok(&item))
}

/// `GET /v1/responses/{id}`: in the complete form.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/responses/{id}", operation_id = "readResponse", tag = "Responses",
    summary = "One answer",
    description = "In its complete form.",
    params(("id" = String, Path, description = "Id of the answer.")),
    responses(
        (status = 200, description = "The answer.", body = Item),
        (status = 404, description = "There is none, or it was forgotten."),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader, Path(id): Path<String>) -> Result<Response, Error> {
    told(&owner, &id_of(&id)?).await
}

/// `PATCH /v1/responses/{id}`: tags, and whether it counts. Replies after the commit with the response as it is then; every
/// number that it is in has changed by then as well.
#[cfg_attr(test, utoipa::path(
    patch, path = "/v1/responses/{id}", operation_id = "changeResponse", tag = "Responses",
    summary = "Tag an answer, or leave it out of every number",
    description = "A JSON merge patch. Every number that the answer is in has changed when the reply comes.",
    params(("id" = String, Path, description = "Id of the answer.")),
    request_body = ResponseChange,
    responses(
        (status = 200, description = "The answer as it is now, in its complete form.", body = Item),
        (status = 404, description = "There is none, or it was forgotten."),
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

/// `DELETE /v1/responses/{id}`: forgets it, as `POST /v1/erasures` does. Twice is as good as once.
#[cfg_attr(test, utoipa::path(
    delete, path = "/v1/responses/{id}", operation_id = "deleteResponse", tag = "Responses",
    summary = "Forget an answer",
    description = "Takes it out of everything that was counted; a copy that arrives later stays out. Twice is as good as once.",
    params(("id" = String, Path, description = "Id of the answer.")),
    responses(
        (status = 204, description = "It is forgotten."),
        (status = 404, description = "There is none."),
    ),
))]
#[worker::send]
pub(crate) async fn remove(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    let response = id_of(&id)?;
    if owner.store.response().get(&owner.shop, &response).await?.is_some() {
        let id = key::new_event(owner.now)?;
        let erasure = Erasure { shop: &owner.shop, id: &id, by: By::Owner, now: owner.now };
        owner.store.erasures().erase_response(erasure, &response).await?;
    } else if !owner.store.erasures().is_erased(&owner.shop, &response).await? {
        return Err(NOT_FOUND);
    }
    Ok(reply::no_content())
}
