//! `GET /v1/responses`: what shoppers answered, newest first.

use super::{Page, json};
#[cfg(test)]
use crate::openapi::{Answer, AnswerOrigin, DayOrMoment, DeviceClass, Flag, FlagFilter};
use crate::{
    app::App,
    auth, clock,
    error::Error,
    query::{self, Query},
    store::{ResponseRow, Selection, Wanted},
};
use axum::{extract::RawQuery, response::Response};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use std::collections::BTreeMap;
use survey::{Code, plausibility::Flags, wire::StoredAnswer};

const KNOWN: [&str; 7] = ["survey", "touchpoint", "flag", "from", "to", "limit", "cursor"];
/// Rows of a page when the owner says nothing, and at most.
const DEFAULT: u32 = 50;
const MAX: u32 = 500;
/// After every moment that a clock shows: 2^53 − 1, the most that D1 keeps exactly.
const FOREVER: i64 = (1 << 53) - 1;

/// A response as its owner reads it, here and in what endpoints are told.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Response))]
pub(crate) struct Item {
    id: String,
    /// Id of the survey.
    survey: String,
    /// The version of the survey that was answered.
    version: u32,
    /// Grows with every answer that its shopper adds.
    revision: u32,
    /// Whether the shopper went through to the end.
    complete: bool,
    /// The stage of the customer's journey that was asked about.
    touchpoint: String,
    /// In which it was answered.
    #[cfg_attr(test, schema(required))]
    language: Option<String>,
    #[cfg_attr(test, schema(required, value_type = Option<DeviceClass>))]
    device: Option<String>,
    #[cfg_attr(test, schema(required, value_type = Option<AnswerOrigin>))]
    trigger: Option<String>,
    /// Address of the page.
    #[cfg_attr(test, schema(required))]
    url: Option<String>,
    #[cfg_attr(test, schema(value_type = Vec<Answer>))]
    answers: Vec<StoredAnswer>,
    #[cfg_attr(test, schema(required))]
    order: Option<Order>,
    /// The shop's own id for its customer.
    #[cfg_attr(test, schema(required))]
    customer: Option<String>,
    /// What the shop told about the customer.
    traits: BTreeMap<String, String>,
    /// What is odd about it, if anything.
    #[cfg_attr(test, schema(value_type = Vec<Flag>))]
    flags: Vec<&'static str>,
    #[cfg_attr(test, schema(format = DateTime))]
    received_at: String,
    #[cfg_attr(test, schema(format = DateTime))]
    updated_at: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Order))]
/// The order that the answer was given after.
struct Order {
    #[cfg_attr(test, schema(required))]
    id: Option<String>,
    /// In minor units: cents, grosze, bani.
    value: i64,
    /// ISO 4217.
    currency: String,
}

impl TryFrom<ResponseRow> for Item {
    type Error = Error;

    fn try_from(row: ResponseRow) -> Result<Self, Error> {
        let broken = |error| Error::internal(format!("response {}: {error}", row.id));
        let order = match (row.order_value, row.order_currency) {
            (Some(value), Some(currency)) => Some(Order { id: row.order_id, value, currency }),
            _ => None,
        };
        Ok(Self {
            answers: serde_json::from_str(&row.answers).map_err(broken)?,
            traits: serde_json::from_str(&row.traits).map_err(broken)?,
            id: row.id,
            survey: row.survey,
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
            flags: Flags::from_bits(row.flags).names().collect(),
            received_at: clock::rfc3339(row.received_at),
            updated_at: clock::rfc3339(row.updated_at),
        })
    }
}

/// `GET /v1/responses`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/responses", operation_id = "listResponses", tag = "Responses",
    summary = "Answers of shoppers",
    description = "Newest first.",
    params(
        ("survey" = Option<String>, Query, description = "Only answers to this survey."),
        ("touchpoint" = Option<String>, Query, description = "Only answers at this touchpoint."),
        ("flag" = Option<FlagFilter>, Query, description = "Only answers with this flag, with any, or with none."),
        ("from" = Option<DayOrMoment>, Query, description = "Received at this moment or later; of a day, its begin (UTC)."),
        ("to" = Option<DayOrMoment>, Query, description = "Received before this moment; of a day, its end (UTC)."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500, description = "Items of a page; 50 if left out."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before, as it was."),
    ),
    responses(
        (status = 200, description = "A page of answers.", body = Page<Item>),
    ),
))]
#[worker::send]
pub(crate) async fn list(app: App, RawQuery(text): RawQuery, request: HeaderMap) -> Result<Response, Error> {
    let owner = auth::reader(&app, &request).await?;
    let mut query = Query::read(text.as_deref(), &KNOWN);
    let limit = query.limit(DEFAULT, MAX);
    let (from, to) = (query.moment("from", false), query.moment("to", true));
    let after = query.cursor();
    let survey = query.get("survey").map(str::to_owned);
    let touchpoint = query.get("touchpoint").map(str::to_owned);
    let flags = wanted(&mut query);
    query.or(())?;

    let selection = Selection {
        shop: &owner.shop,
        survey: survey.as_deref(),
        touchpoint: touchpoint.as_deref(),
        flags,
        from: from.unwrap_or(0),
        to: to.unwrap_or(FOREVER),
        after,
        limit,
    };
    let found = owner.store.responses(&selection).await?;
    let next_cursor = found.next.as_ref().map(query::write_cursor);
    let items = found.rows.into_iter().map(Item::try_from).collect::<Result<_, _>>()?;
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// By which flags to choose: `none`, `any`, or one of them.
fn wanted(query: &mut Query) -> Wanted {
    let Some(name) = query.get("flag") else { return Wanted::All };
    let chosen = match name {
        "none" => Some(Wanted::None),
        "any" => Some(Wanted::Any(Flags::from_bits(u8::MAX))),
        name => Flags::parse(name).map(Wanted::Any),
    };
    chosen.unwrap_or_else(|| {
        let names: Vec<&str> = Flags::ALL.iter().map(|(_, name)| *name).collect();
        query.add(Code::UnknownValue, "flag", format!("must be none, any, {}", names.join(", ")));
        Wanted::All
    })
}
