//! `/v1/webhooks/{id}/deliveries`: the log of deliveries to an endpoint, kept for thirty days.

use super::unknown;
#[cfg(test)]
use crate::openapi::{DayOrMoment, DeliveryFailure, DeliveryState, EventName};
use crate::{
    http::{
        auth::{Reader, Writer},
        error::Error,
        page::{Page, PageRequest, PageSize},
        path::Path,
        query::Query,
        reply,
    },
    store::{DeliveryRow, LogSelection, State},
    time::clock,
};
use axum::{extract::RawQuery, response::Response};
use serde::Serialize;
use survey::Code;

const KNOWN: [&str; 5] = ["state", "from", "to", "limit", "cursor"];
const SIZE: PageSize = PageSize::up_to(400);
/// The largest integer that is exact in JavaScript, later than any timestamp.
const FOREVER: i64 = (1 << 53) - 1;

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Delivery))]
/// A delivery of an event to an endpoint.
struct Item {
    /// The id of the message, sent as `webhook-id` with every attempt.
    id: String,
    #[cfg_attr(test, schema(value_type = EventName))]
    r#type: String,
    /// The id of the response.
    response: String,
    /// The revision of the response at the time of the event. The payload has the response at the time of sending.
    revision: u32,
    /// The time of the event.
    #[cfg_attr(test, schema(format = DateTime))]
    at: String,
    #[cfg_attr(test, schema(value_type = DeliveryState))]
    state: String,
    /// The number of attempts made.
    attempts: u32,
    /// The approximate time of the next attempt; `null` if there will be none.
    #[cfg_attr(test, schema(required, format = DateTime))]
    next_at: Option<String>,
    /// The time of the last attempt.
    #[cfg_attr(test, schema(required, format = DateTime))]
    last_at: Option<String>,
    /// The HTTP status of the last attempt.
    #[cfg_attr(test, schema(required))]
    last_status: Option<u16>,
    /// Why the last attempt failed, or why nothing was sent.
    #[cfg_attr(test, schema(required, value_type = Option<DeliveryFailure>))]
    last_error: Option<String>,
}

impl TryFrom<DeliveryRow> for Item {
    type Error = Error;

    fn try_from(row: DeliveryRow) -> Result<Self, Error> {
        let is_pending = row.state == State::Pending.as_str();
        Ok(Self {
            id: row.event,
            r#type: row.r#type,
            response: row.response,
            revision: row.revision,
            at: clock::rfc3339(row.at),
            state: row.state,
            attempts: row.attempts,
            next_at: is_pending.then(|| clock::rfc3339(row.next_at)),
            last_at: row.last_at.map(clock::rfc3339),
            last_status: row.last_status,
            last_error: row.last_error,
        })
    }
}

/// `GET /v1/webhooks/{id}/deliveries`: newest first. With `state`, a page may be short or empty although more follow.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/webhooks/{id}/deliveries", operation_id = "listDeliveries", tag = "Webhooks",
    summary = "List deliveries",
    description = "Newest first, for thirty days. With `state`, a page may be short or empty although more follow: use `next_cursor`.",
    params(
        ("id" = String, Path, description = "The webhook's id."),
        ("state" = Option<DeliveryState>, Query, description = "Only deliveries in this state."),
        ("from" = Option<DayOrMoment>, Query, description = "Events at this moment or later. A day means its start in the shop's time zone."),
        ("to" = Option<DayOrMoment>, Query, description = "Events before this moment. A day means its end in the shop's time zone."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 400, description = "Items per page; 50 if omitted."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page, unchanged."),
    ),
    responses(
        (status = 200, description = "A page of deliveries.", body = Page<Item>),
        (status = 404, description = "There is no such webhook."),
    ),
))]
#[worker::send]
pub(crate) async fn list(
    Reader(owner): Reader,
    Path(id): Path<String>,
    RawQuery(text): RawQuery,
) -> Result<Response, Error> {
    let mut query = Query::read(text.as_deref(), &KNOWN);
    let page = PageRequest::read(&mut query, SIZE);
    let zone = owner.zone().await?;
    let (from, to) = (query.moment("from", false, &zone), query.moment("to", true, &zone));
    let wanted = query.get("state").map(|name| State::ALL.into_iter().find(|state| state.as_str() == name));
    if wanted == Some(None) {
        query.add(Code::UnknownValue, "state", "must be pending, delivered or failed");
    }
    query.or(())?;
    owner.store.webhooks().get(&owner.shop, &id).await?.ok_or(unknown())?;
    let selection = LogSelection {
        shop: &owner.shop,
        webhook: &id,
        state: wanted.flatten(),
        from: from.unwrap_or(0),
        to: to.unwrap_or(FOREVER),
        after: page.after,
        limit: page.limit,
    };
    let (rows, next) = owner.store.deliveries().list(&selection).await?;
    let items: Vec<Item> = rows.into_iter().map(Item::try_from).collect::<Result<_, _>>()?;
    Ok(reply::ok(&Page::new(items, next.as_ref())))
}

/// `POST /v1/webhooks/{id}/deliveries/{delivery}/retry`: restarts the retry schedule, or makes the next attempt now.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/webhooks/{id}/deliveries/{delivery}/retry", operation_id = "retryDelivery", tag = "Webhooks",
    summary = "Retry a delivery",
    description = "Restarts the retry schedule. A pending delivery is attempted now.",
    params(
        ("id" = String, Path, description = "The webhook's id."),
        ("delivery" = String, Path, description = "The delivery's id."),
    ),
    responses(
        (status = 202, description = "The delivery is scheduled.", body = Item),
        (status = 404, description = "There is no such webhook, or it has no such delivery."),
    ),
))]
#[worker::send]
pub(crate) async fn retry(
    Writer(owner): Writer,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<Response, Error> {
    owner.store.webhooks().get(&owner.shop, &id).await?.ok_or(unknown())?;
    let row = owner.store.deliveries().retry(&owner.shop, &id, &delivery, owner.now).await?;
    let row = row.ok_or(Error::not_found("delivery", "delivery of this webhook"))?;
    Ok(reply::accepted(&Item::try_from(row)?))
}
