//! `/v1/erasures`: erasure of responses, and the log of erasures.

use super::person::Person;
use crate::{
    app::App,
    http::{
        auth::{Reader, Writer},
        body::{Json, SETTINGS},
        error::Error,
        page::{self, PageRequest, PageSize},
        query::Query,
        reply,
    },
    key,
    store::{By, Cursor, Erasure, ErasureRow},
    time::clock,
};
#[cfg(test)]
use crate::{
    http::page::Page,
    openapi::{ErasedBy, ErasedWhat, ErasureRequest},
};
use axum::{extract::RawQuery, response::Response};
use serde::Serialize;
use serde_json::Value;
use survey::{Code, Problem, ResponseId, problem::Problems};

const SIZE: PageSize = PageSize::up_to(500);
/// The members of a request.
const SUBJECTS: [&str; 4] = ["customer", "contact", "response", "receipt"];
const EXACTLY_ONE: &str = "exactly one of customer, contact, response and receipt is required";

/// What to erase.
#[derive(Debug, PartialEq, Eq)]
enum Subject {
    /// All responses of a person.
    Person(Person),
    /// One response, by its id.
    Response(String),
    /// One response, by its shopper's receipt.
    Receipt(String),
}

impl Subject {
    fn read(text: &str) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::new();
        let body: Value = serde_json::from_str(text)
            .map_err(|error| vec![Problem::new(Code::InvalidJson, "", format!("is not JSON: {error}"))])?;
        let Value::Object(members) = body else {
            return Err(vec![Problem::new(Code::WrongType, "", "must be an object")]);
        };
        for name in members.keys().filter(|name| !SUBJECTS.contains(&name.as_str())) {
            let message = "unknown field; expected one of: customer, contact, response, receipt";
            problems.add(Code::UnknownValue, name.as_str(), message);
        }
        let given = SUBJECTS.iter().filter_map(|name| Some((*name, members.get(*name)?)));
        let given: Vec<(&str, &Value)> = given.filter(|(_, value)| !value.is_null()).collect();
        let [(name, value)] = given.as_slice() else {
            problems.add(Code::Missing, "", EXACTLY_ONE);
            return Err(problems.into_vec());
        };
        let subject = match (value.as_str(), *name) {
            (None, name) => {
                problems.add(Code::WrongType, name, "must be a string");
                None
            }
            (Some(id), "customer") => Person::customer(id, "customer", &mut problems).map(Self::Person),
            (Some(contact), "contact") => Person::contact(contact, "contact", &mut problems).map(Self::Person),
            (Some(id), "response") => match ResponseId::parse(id) {
                Ok(id) => Some(Self::Response(id.as_str().to_owned())),
                Err(error) => {
                    problems.add(Code::InvalidFormat, "response", error.to_string());
                    None
                }
            },
            (Some(code), _) => Some(Self::Receipt(code.trim().to_owned())),
        };
        let missing = || vec![Problem::new(Code::Missing, "", EXACTLY_ONE)];
        problems.or(subject)?.ok_or_else(missing)
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Erased))]
/// The result of an erasure.
struct Done {
    /// The number of responses that were erased.
    erased: u32,
    /// Of these, the responses that named the customer without the shop's signature. Only if a customer was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    unverified: Option<u32>,
    /// Whether responses remain: repeat the request.
    more: bool,
}

/// `POST /v1/erasures`: replies after the commit. A customer with many responses takes several requests, see `more`.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/erasures", operation_id = "createErasure", tag = "Privacy",
    summary = "Erase a customer, a contact or a response",
    description = "Deletes the responses and removes them from all metrics. A customer's id and a contact are found in every \
        spelling. A late copy of an erased response is not stored. For a customer with many responses, repeat the request \
        while `more` is true.",
    request_body = ErasureRequest,
    responses(
        (status = 200, description = "The responses are erased.", body = Done),
        (status = 404, description = "The receipt does not belong to this shop."),
    ),
))]
#[worker::send]
pub(crate) async fn create(Writer(owner): Writer, app: App, body: Json<SETTINGS>) -> Result<Response, Error> {
    let subject = body.read(Subject::read)?;
    let id = key::new_event(owner.now)?;
    let erasure = Erasure { shop: &owner.shop, id: &id, by: By::Owner, now: owner.now };
    let names_customer = matches!(subject, Subject::Person(Person::Customer(_)));
    let erased = match subject {
        Subject::Person(Person::Customer(id)) => owner.store.erasures().erase_customer(erasure, &id).await?,
        Subject::Person(Person::Contact(contact)) => owner.store.erasures().erase_contact(erasure, &contact).await?,
        Subject::Response(response) => owner.store.erasures().erase_response(erasure, &response).await?,
        Subject::Receipt(code) => {
            // The reply must not reveal that another shop has such a response.
            let opened = app.token_signer()?.open_receipt(&code).filter(|(shop, _)| *shop == owner.shop);
            let (_, response) = opened.ok_or(Error::not_found("receipt", "receipt of this shop"))?;
            owner.store.erasures().erase_response(erasure, &response).await?
        }
    };
    Ok(reply::ok(&Done {
        erased: erased.responses,
        unverified: names_customer.then_some(erased.unverified),
        more: erased.more,
    }))
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Erasure))]
/// An erasure.
struct Item {
    id: String,
    #[cfg_attr(test, schema(format = DateTime))]
    at: String,
    #[cfg_attr(test, schema(value_type = ErasedBy))]
    by: String,
    #[cfg_attr(test, schema(value_type = ErasedWhat))]
    what: String,
    /// The SHA-256 of the customer's or response's id. It shows whether a known id was erased without storing any id. For a
    /// contact, an HMAC-SHA-256 with a key of the service, because a plain hash of a phone number is easily reversed.
    subject_sha256: String,
    /// The number of responses that were erased.
    responses: u32,
}

impl TryFrom<ErasureRow> for Item {
    type Error = Error;

    fn try_from(row: ErasureRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            at: clock::rfc3339(row.at),
            by: row.by,
            what: row.what,
            subject_sha256: row.subject,
            responses: row.responses,
        })
    }
}

/// `GET /v1/erasures`: newest first.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/erasures", operation_id = "listErasures", tag = "Privacy",
    summary = "List erasures",
    description = "Newest first. Entries contain hashes instead of ids, so they show whether a known id was erased and identify no person.",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500, description = "Items per page; 50 if omitted."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page, unchanged."),
    ),
    responses(
        (status = 200, description = "A page of erasures.", body = Page<Item>),
    ),
))]
#[worker::send]
pub(crate) async fn list(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let mut query = Query::read(text.as_deref(), &page::PARAMETERS);
    let page = PageRequest::read(&mut query, SIZE);
    query.or(())?;
    let rows = owner.store.erasures().list(&owner.shop, page.after.as_ref(), page.rows()).await?;
    let page = page.page::<Item, _>(rows, |row| Cursor { received_at: row.at, id: row.id.clone() })?;
    Ok(reply::ok(&page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_subject() {
        let id = "0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11";
        for (body, expected) in [
            (r#"{"customer":" c-7 "}"#.to_owned(), Subject::Person(Person::Customer("c-7".into()))),
            ("{\"customer\":\"c\\u0007-7\u{200b}\"}".to_owned(), Subject::Person(Person::Customer("c-7".into()))),
            (r#"{"customer":"Jose\u0301"}"#.to_owned(), Subject::Person(Person::Customer("José".into()))),
            (
                r#"{"contact":" Jan@Example.com"}"#.to_owned(),
                Subject::Person(Person::Contact("jan@example.com".into())),
            ),
            (r#"{"contact":"0048 601 123 456"}"#.to_owned(), Subject::Person(Person::Contact("+48601123456".into()))),
            (format!(r#"{{"response":"{}"}}"#, id.to_uppercase()), Subject::Response(id.into())),
            (r#"{"receipt":"abc","customer":null}"#.to_owned(), Subject::Receipt("abc".into())),
        ] {
            assert_eq!(Subject::read(&body), Ok(expected), "{body}");
        }
        for (body, expected) in [
            ("{", ("", Code::InvalidJson)),
            ("[]", ("", Code::WrongType)),
            ("{}", ("", Code::Missing)),
            (r#"{"customer":null}"#, ("", Code::Missing)),
            (r#"{"customer":"a","response":"b"}"#, ("", Code::Missing)),
            (r#"{"customer":" "}"#, ("customer", Code::Empty)),
            (r#"{"customer":"\u200b"}"#, ("customer", Code::Empty)),
            (r#"{"contact":"jan"}"#, ("contact", Code::InvalidFormat)),
            (r#"{"contact":7}"#, ("contact", Code::WrongType)),
            (r#"{"customer":7}"#, ("customer", Code::WrongType)),
            (r#"{"response":"7"}"#, ("response", Code::InvalidFormat)),
            (r#"{"receipt":"a","all":true}"#, ("all", Code::UnknownValue)),
        ] {
            let found = Subject::read(body).unwrap_err();
            let found: Vec<_> = found.iter().map(|problem| (problem.at.as_str(), problem.code)).collect();
            assert_eq!(found, [expected], "{body}");
        }
        let long = format!(r#"{{"customer":"{}"}}"#, "ż".repeat(129));
        assert_eq!(Subject::read(&long).unwrap_err()[0].code, Code::TooLong);
    }
}
