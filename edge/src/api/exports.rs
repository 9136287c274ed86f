//! `GET /v1/exports?customer=…`: everything that is stored about one customer.

#[cfg(test)]
use crate::reports::person::PersonReport;
use crate::{
    app::App,
    http::{
        auth,
        error::Error,
        query::{self, Query},
        reply::json,
    },
    reports::person::{self, PersonQuestion},
};
use axum::{extract::RawQuery, response::Response};
use http::{HeaderMap, StatusCode};
use survey::Code;

const KNOWN: [&str; 3] = ["customer", "limit", "cursor"];
/// Default and maximum number of responses per page.
const DEFAULT: u32 = 100;
const MAX: u32 = 200;

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
pub(crate) async fn read(app: App, RawQuery(text): RawQuery, request: HeaderMap) -> Result<Response, Error> {
    let owner = auth::reader(&app, &request).await?;
    let mut query = Query::read(text.as_deref(), &KNOWN);
    let limit = query.limit(DEFAULT, MAX);
    let after = query.cursor();
    let customer = query.get("customer").map(|customer| customer.trim().to_owned());
    if customer.is_none() {
        query.add(Code::Missing, "customer", "is required");
    }
    query.or(())?;
    let question = PersonQuestion { customer: customer.unwrap_or_default(), after, limit };
    let report = person::load(&owner.store, &owner.shop, question, owner.now, query::write_cursor).await?;
    Ok(json(StatusCode::OK, &report))
}
