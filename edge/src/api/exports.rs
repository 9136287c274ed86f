//! `GET /v1/exports?customer=…`: everything that is stored about one customer.

#[cfg(test)]
use crate::reports::person::PersonReport;
use crate::{
    http::{
        auth::Reader,
        error::Error,
        page::{PageCursor, PageRequest, PageSize},
        query::Query,
        reply,
    },
    reports::person::{self, PersonQuestion},
};
use axum::{extract::RawQuery, response::Response};
use survey::Code;

const KNOWN: [&str; 3] = ["customer", "limit", "cursor"];
const SIZE: PageSize = PageSize::up_to(200).or_else(100);

/// `GET /v1/exports`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/exports", operation_id = "exportCustomer", tag = "Privacy",
    summary = "Export the data of one customer",
    description = "Everything that is stored about a customer, newest first, with the questions as they were asked.",
    params(
        ("customer" = String, Query, description = "The shop's own id of the customer."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "Items per page; defaults to 100."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page, unchanged."),
    ),
    responses(
        (status = 200, description = "A page of the data.", body = PersonReport),
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
    let question = PersonQuestion { customer: customer.unwrap_or_default(), after: page.after, limit: page.limit };
    let report = person::load(&owner.store, &owner.shop, question, owner.now, PageCursor::encode).await?;
    Ok(reply::ok(&report))
}
