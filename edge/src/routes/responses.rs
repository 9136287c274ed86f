//! `GET /v1/responses`: what shoppers answered, newest first.

use super::{Page, json};
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

#[derive(Serialize)]
struct Item {
    id: String,
    survey: String,
    version: u32,
    revision: u32,
    complete: bool,
    touchpoint: String,
    language: Option<String>,
    device: Option<String>,
    trigger: Option<String>,
    url: Option<String>,
    answers: Vec<StoredAnswer>,
    order: Option<Order>,
    customer: Option<String>,
    traits: BTreeMap<String, String>,
    /// What is odd about it, if anything.
    flags: Vec<&'static str>,
    received_at: String,
    updated_at: String,
}

#[derive(Serialize)]
struct Order {
    id: Option<String>,
    value: i64,
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
