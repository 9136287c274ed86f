//! `/v1/exports`: everything that is stored about one person.

mod request;

use super::person::Person;
use crate::{
    http::{
        auth::{Owner, Reader, Writer},
        body::{Json, SETTINGS},
        error::Error,
        page::{PageCursor, PageRequest, PageSize},
        query::Query,
        reply,
    },
    reports::person::{self, PersonQuestion, Whose},
    store::Cursor,
};
#[cfg(test)]
use crate::{openapi::ExportRequest as ExportRequestSchema, reports::person::PersonReport};
use axum::{extract::RawQuery, response::Response};
use request::ExportRequest;
use survey::{Code, problem::Problems};

const KNOWN: [&str; 3] = ["customer", "limit", "cursor"];
const DEFAULT: u32 = 100;
const MAX: u32 = 200;
const SIZE: PageSize = PageSize::up_to(MAX).or_else(DEFAULT);

/// `GET /v1/exports`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/exports", operation_id = "exportCustomer", tag = "Privacy",
    summary = "Export the data of one customer",
    description = "Deprecated: the customer's id is part of the request's address, which proxies and clients log. Use \
        `POST /v1/exports`.",
    params(
        ("customer" = String, Query, description = "The shop's own id of the customer, in any spelling."),
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
    let mut problems = Problems::new();
    let person = match query.get("customer") {
        Some(customer) => Person::customer(customer, "query.customer", &mut problems),
        None => {
            query.add(Code::Missing, "customer", "is required");
            None
        }
    };
    for problem in problems.into_vec() {
        query.add(problem.code, "customer", problem.message.into_owned());
    }
    let person = query.or(person)?.ok_or_else(|| Error::internal("a customer without an id".to_owned()))?;
    report(&owner, person, page.after, page.limit).await
}

/// `POST /v1/exports`
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/exports", operation_id = "exportPerson", tag = "Privacy",
    summary = "Export the data of one person",
    description = "Everything that is stored about a person, newest first, with the questions as they were asked. `items` has \
        the responses whose customer the shop vouched for: signed with its identity secret, sent by its server, or imported. \
        `unverified` has the others, which anyone may have sent in that person's name. A contact is never proof of a person, \
        so an export by `contact` has all responses in `unverified`.",
    request_body = ExportRequestSchema,
    responses(
        (status = 200, description = "A page of the data.", body = PersonReport),
    ),
))]
#[worker::send]
pub(crate) async fn create(Writer(owner): Writer, body: Json<SETTINGS>) -> Result<Response, Error> {
    let ExportRequest { person, limit, after } = body.read(ExportRequest::read)?;
    report(&owner, person, after, limit).await
}

async fn report(owner: &Owner, person: Person, after: Option<Cursor>, limit: u32) -> Result<Response, Error> {
    let whose = match person {
        Person::Customer(id) => Whose::Customer(id),
        Person::Contact(contact) => Whose::Contact(contact),
    };
    let question = PersonQuestion { whose, after, limit };
    let report = person::load(&owner.store, &owner.shop, question, owner.now, PageCursor::encode).await?;
    Ok(reply::ok(&report))
}
