//! `GET /v1/exports?customer=…`: everything that is kept of one person, with the questions as they were asked, so that it
//! can be handed over as it is.

use super::responses::{Asked, Form, Item};
use crate::{
    http::{
        auth::Reader,
        error::Error,
        page::{PageCursor, PageRequest, PageSize},
        query::Query,
        reply,
    },
    store::{DeadLetter, Filter, LOOKED_AT, Selection},
    time::clock,
};
use axum::{extract::RawQuery, response::Response};
use serde::Serialize;
use survey::Code;

const KNOWN: [&str; 3] = ["customer", "limit", "cursor"];
const SIZE: PageSize = PageSize::up_to(200).or_else(100);
/// After every moment that a clock shows.
const FOREVER: i64 = (1 << 53) - 1;

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Export))]
/// Everything that is kept of one person.
struct Export {
    customer: String,
    /// Each in its complete form.
    items: Vec<Item>,
    /// What arrived and could not be stored: see `/v1/dead-letters`. With the first page.
    dead_letters: Vec<DeadLetterItem>,
    #[cfg_attr(test, schema(required))]
    next_cursor: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = ExportedDeadLetter))]
/// What arrived and could not be stored.
struct DeadLetterItem {
    id: String,
    /// As it was in the queue.
    message: String,
    #[cfg_attr(test, schema(format = DateTime))]
    at: String,
}

impl From<DeadLetter> for DeadLetterItem {
    fn from(letter: DeadLetter) -> Self {
        Self { id: letter.id, message: letter.body, at: clock::rfc3339(letter.at) }
    }
}

/// `GET /v1/exports`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/exports", operation_id = "exportCustomer", tag = "Privacy",
    summary = "Everything of one person",
    description = "So that it can be handed over as it is. Newest first.",
    params(
        ("customer" = String, Query, description = "The customer, by the shop's own id."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 100 if left out."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before, as it was."),
    ),
    responses(
        (status = 200, description = "A page of it.", body = Export),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let mut query = Query::read(text.as_deref(), &KNOWN);
    let page = PageRequest::read(&mut query, SIZE);
    let customer = query.get("customer").map(|customer| customer.trim().to_owned());
    if customer.is_none() {
        query.add(Code::Missing, "customer", "is required");
    }
    query.or(())?;
    let customer = customer.unwrap_or_default();

    let store = &owner.store;
    let shop = store.config().shop(&owner.shop, owner.now).await?.ok_or(Error::not_found("", "shop"))?;
    let letters = match page.after {
        None => store.dead_letters().of_customer(&owner.shop, &customer).await?,
        Some(_) => Vec::new(),
    };
    let filter = Filter { customer: Some(customer.clone()), ..Filter::default() };
    let selection = Selection {
        shop: &owner.shop,
        filter: &filter,
        from: 0,
        to: FOREVER,
        after: page.after,
        limit: page.limit,
        looked_at: LOOKED_AT,
    };
    let found = store.responses(&selection).await?;
    let next_cursor = found.next.as_ref().map(PageCursor::encode);
    let mut items = Vec::with_capacity(found.rows.len());
    for row in found.rows {
        let survey = store.config().survey_version(&shop, &row.survey, row.version).await?;
        items.push(Item::of(row, Form::COMPLETE, Asked { shop: &shop.name, survey: survey.as_deref() })?);
    }
    let dead_letters = letters.into_iter().map(DeadLetterItem::from).collect();
    Ok(reply::ok(&Export { customer, items, dead_letters, next_cursor }))
}
