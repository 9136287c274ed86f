//! `GET /v1/exports?customer=…`: everything that is kept of one person, with the questions as they were asked, so that it
//! can be handed over as it is.

use super::json;
#[cfg(test)]
use crate::openapi::{AnswerOrigin, DeviceClass, ExportedAnswer, Flag};
use crate::{
    app::App,
    auth, clock,
    error::Error,
    query::{self, Query},
    store::{Cursor, Letter, Published, ResponseRow},
};
use axum::{extract::RawQuery, response::Response};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};
use survey::{Code, Language, plausibility::Flags};

const KNOWN: [&str; 3] = ["customer", "limit", "cursor"];
/// Responses of a page when the owner says nothing, and at most.
const DEFAULT: u32 = 100;
const MAX: u32 = 200;

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Export))]
/// Everything that is kept of one person.
struct Export {
    customer: String,
    items: Vec<Item>,
    /// What arrived and could not be stored: see `/v1/dead-letters`. With the first page.
    dead_letters: Vec<DeadLetter>,
    #[cfg_attr(test, schema(required))]
    next_cursor: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = ExportedDeadLetter))]
/// What arrived and could not be stored.
struct DeadLetter {
    id: String,
    /// As it was in the queue.
    message: String,
    #[cfg_attr(test, schema(format = DateTime))]
    at: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = ExportedResponse))]
/// An answer, with the questions as they were asked.
struct Item {
    id: String,
    survey: String,
    /// Null if that version is gone.
    #[cfg_attr(test, schema(required))]
    survey_name: Option<String>,
    version: u32,
    revision: u32,
    complete: bool,
    touchpoint: String,
    #[cfg_attr(test, schema(required))]
    language: Option<String>,
    #[cfg_attr(test, schema(required, value_type = Option<DeviceClass>))]
    device: Option<String>,
    #[cfg_attr(test, schema(required, value_type = Option<AnswerOrigin>))]
    trigger: Option<String>,
    #[cfg_attr(test, schema(required))]
    url: Option<String>,
    /// As they are kept, each with the text of its question as `asked`.
    #[cfg_attr(test, schema(value_type = Vec<ExportedAnswer>))]
    answers: Vec<Map<String, Value>>,
    #[cfg_attr(test, schema(required))]
    order: Option<Order>,
    #[cfg_attr(test, schema(required))]
    customer: Option<String>,
    #[cfg_attr(test, schema(value_type = std::collections::BTreeMap<String, String>))]
    traits: Map<String, Value>,
    #[cfg_attr(test, schema(value_type = Vec<Flag>))]
    flags: Vec<&'static str>,
    #[cfg_attr(test, schema(format = DateTime))]
    received_at: String,
    #[cfg_attr(test, schema(format = DateTime))]
    updated_at: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = ExportedOrder))]
/// An order.
struct Order {
    #[cfg_attr(test, schema(required))]
    id: Option<String>,
    /// In minor units.
    value: i64,
    currency: String,
}

impl Item {
    fn of(row: ResponseRow, survey: Option<&Published>, shop: &str) -> Result<Self, Error> {
        let broken = |error| Error::internal(format!("response {}: {error}", row.id));
        let mut answers: Vec<Map<String, Value>> = serde_json::from_str(&row.answers).map_err(broken)?;
        let language = row.language.as_deref().and_then(|tag| Language::parse(tag).ok());
        for answer in &mut answers {
            let id = answer.get("question").and_then(Value::as_str).unwrap_or_default();
            let asked = survey.and_then(|survey| asked(survey, id, language.as_ref(), shop));
            answer.insert("asked".to_owned(), asked.map_or(Value::Null, Value::String));
        }
        let order = match (row.order_value, row.order_currency) {
            (Some(value), Some(currency)) => Some(Order { id: row.order_id, value, currency }),
            _ => None,
        };
        Ok(Self {
            answers,
            traits: serde_json::from_str(&row.traits).map_err(broken)?,
            flags: Flags::from_bits(row.flags).names().collect(),
            id: row.id,
            survey: row.survey,
            survey_name: survey.map(|survey| survey.definition.name().to_owned()),
            version: row.version,
            revision: row.revision,
            complete: row.complete == 1,
            touchpoint: row.touchpoint,
            language: row.language,
            device: row.device,
            trigger: row.source,
            url: row.url,
            order,
            customer: row.customer,
            received_at: clock::rfc3339(row.received_at),
            updated_at: clock::rfc3339(row.updated_at),
        })
    }
}

/// A question's text in the language of its answer, if the survey has it, else in the survey's own.
fn asked(survey: &Published, question: &str, language: Option<&Language>, shop: &str) -> Option<String> {
    let definition = &survey.definition;
    let question = definition.questions().iter().find(|known| known.id.as_str() == question)?;
    let own = definition.language();
    Some(question.text.pick(language.unwrap_or(own), own).replace("{shop}", shop))
}

impl From<Letter> for DeadLetter {
    fn from(letter: Letter) -> Self {
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
    let customer = customer.unwrap_or_default();

    let store = &owner.store;
    let shop = store.shop(&owner.shop, owner.now).await?.ok_or(Error::not_found("", "shop"))?;
    let mut rows = store.kept_of_customer(&owner.shop, &customer, after.as_ref(), limit + 1).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let cursor = |row: &ResponseRow| query::write_cursor(&Cursor { received_at: row.received_at, id: row.id.clone() });
    let next_cursor = rows.last().filter(|_| more).map(cursor);
    let letters = match after {
        None => store.letters_of_customer(&owner.shop, &customer).await?,
        Some(_) => Vec::new(),
    };
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let survey = store.published(&shop, &row.survey, row.version).await?;
        items.push(Item::of(row, survey.as_deref(), &shop.name)?);
    }
    let dead_letters = letters.into_iter().map(DeadLetter::from).collect();
    Ok(json(StatusCode::OK, &Export { customer, items, dead_letters, next_cursor }))
}
