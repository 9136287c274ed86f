//! `GET /v1/audit`: the audit log.

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
/// A change made by an owner.
struct Item {
    id: String,
    #[cfg_attr(test, schema(format = DateTime))]
    at: String,
    /// The key that was used, with its label at that time.
    key: Key,
    /// The action, like `surveys.publish`.
    action: String,
    /// The id of the changed resource, or its SHA-256 where it may identify a person. Empty if the shop has only one of
    /// its kind.
    subject: String,
    /// The HTTP status of the reply.
    status: u16,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = ChangingKey))]
/// The key of a change.
struct Key {
    id: String,
    /// Its label at that time.
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

/// `GET /v1/audit`: newest first.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/audit", operation_id = "listChanges", tag = "Keys",
    summary = "List changes",
    description = "Every successful change by any key of the shop, newest first, for 400 days. Entries contain no bodies and identify no person.",
    params(
        ("from" = Option<DayOrMoment>, Query, description = "Changes at this moment or later."),
        ("to" = Option<DayOrMoment>, Query, description = "Changes before this moment; a day is included."),
        ("action" = Option<String>, Query, description = "Only changes with this action, like `surveys.publish`."),
        ("key" = Option<String>, Query, description = "Only changes with the key of this id."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 500, description = "Items per page; 50 if omitted."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page, unchanged."),
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
    let selection = AuditQuery {
        shop: &owner.shop,
        action: action.as_deref(),
        key: key.as_deref(),
        from: from.unwrap_or(0),
        // The largest integer that is exact in JavaScript, later than any timestamp.
        to: to.unwrap_or((1 << 53) - 1),
        limit: page.rows(),
        after: page.after.clone(),
    };
    let rows = owner.store.audit().list(&selection).await?;
    let page = page.page::<Item, _>(rows, |row| Cursor { received_at: row.at, id: row.id.clone() })?;
    Ok(reply::ok(&page))
}
