//! `GET /v1/audit`: what was changed with which key.

#[cfg(test)]
use crate::{http::page::Page, openapi::DayOrMoment};
use crate::{
    http::{
        auth::Reader,
        error::Error,
        page::{PageRequest, PageSize},
        query::Query,
        reply,
    },
    store::{AuditQuery, AuditRow, Cursor},
    time::clock,
};
use axum::{extract::RawQuery, response::Response};
use serde::Serialize;

const KNOWN: [&str; 6] = ["from", "to", "action", "key", "limit", "cursor"];
const SIZE: PageSize = PageSize::up_to(500);

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Change))]
/// A change that an owner made.
struct Item {
    id: String,
    #[cfg_attr(test, schema(format = DateTime))]
    at: String,
    /// The key that was used, as it was called then.
    key: Key,
    /// Like surveys.publish: the route's place and what it does.
    action: String,
    /// What was changed: its id, or the SHA-256 of it where it may name a person. Empty where there is one of its kind.
    subject: String,
    /// Of the reply.
    status: u16,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = ChangingKey))]
/// The key that somebody used.
struct Key {
    id: String,
    /// What it was called then.
    label: String,
}

impl TryFrom<AuditRow> for Item {
    type Error = Error;

    fn try_from(row: AuditRow) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            at: clock::rfc3339(row.at),
            key: Key { id: row.key, label: row.label },
            action: row.action,
            subject: row.subject,
            status: row.status,
        })
    }
}

/// `GET /v1/audit`: the newest first.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/audit", operation_id = "listChanges", tag = "Keys",
    summary = "What was changed with which key",
    description = "Every successful change by any key of the shop, the newest first, for 400 days. It holds no bodies and names no person.",
    params(
        ("from" = Option<DayOrMoment>, Query, description = "Changes from then on."),
        ("to" = Option<DayOrMoment>, Query, description = "Changes until then; a day belongs to it whole."),
        ("action" = Option<String>, Query, description = "One kind of change, like `surveys.publish`."),
        ("key" = Option<String>, Query, description = "Changes with one key, by its id."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500, description = "Items of a page; 50 if left out."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before, as it was."),
    ),
    responses(
        (status = 200, description = "A page of changes.", body = Page<Item>),
    ),
))]
#[worker::send]
pub(crate) async fn list(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let zone = owner.zone().await?;
    let mut query = Query::read(text.as_deref(), &KNOWN);
    let page = PageRequest::read(&mut query, SIZE);
    let (from, to) = (query.moment("from", false, &zone), query.moment("to", true, &zone));
    let (action, key) = (query.get("action").map(str::to_owned), query.get("key").map(str::to_owned));
    query.or(())?;
    let wanted = AuditQuery {
        shop: &owner.shop,
        action: action.as_deref(),
        key: key.as_deref(),
        from: from.unwrap_or(0),
        // After every moment that a clock shows.
        to: to.unwrap_or((1 << 53) - 1),
        limit: page.rows(),
        after: page.after.clone(),
    };
    let rows = owner.store.audit().list(&wanted).await?;
    let page = page.page::<Item, _>(rows, |row| Cursor { received_at: row.at, id: row.id.clone() })?;
    Ok(reply::ok(&page))
}
