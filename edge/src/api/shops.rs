//! `/v1/shops`: the operator makes shops and says how much each may take.

#[cfg(test)]
use crate::openapi::{NewShop as NewShopRequest, Quota};
use crate::{
    app::App,
    http::{
        auth::Operator,
        body::{Json, SETTINGS, SUBMISSION},
        error::Error,
        path::Path,
        reply::{json, ok},
    },
    key::{self, Kind},
    store::NewShop,
    time::{clock, zone},
};
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;
use survey::wire::{read_quota, read_shop};

/// Answers that a shop may take in a day if the operator says nothing: a thousand times what most get.
const DAILY_ANSWERS: u32 = 100_000;

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = NewShopReply))]
/// A shop that was made.
struct Made<'a> {
    shop: Item<'a>,
    /// For the tag on its pages.
    public_key: &'a str,
    /// Shown this once: the store keeps its hash alone.
    secret_key: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Shop))]
/// A shop.
struct Item<'a> {
    id: &'a str,
    /// What shoppers know it as.
    name: &'a str,
    /// Default language of its surveys.
    language: &'a str,
    /// IANA name.
    time_zone: &'a str,
    /// Origins whose pages may send answers.
    #[cfg_attr(test, schema(value_type = Vec<String>))]
    origins: &'a [String],
    #[cfg_attr(test, schema(format = DateTime))]
    created_at: String,
}

/// `POST /v1/shops`
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/shops", operation_id = "createShop", tag = "Operator",
    summary = "Make a shop",
    description = "With its public key and its first secret key.",
    request_body = NewShopRequest,
    responses(
        (status = 201, description = "The shop.", body = Made),
    ),
))]
#[worker::send]
pub(crate) async fn create(_: Operator, app: App, body: Json<SUBMISSION>) -> Result<Response, Error> {
    let wanted = body.read(|text| read_shop(text, zone::is_known))?;
    let id = key::new_shop()?;
    let (public_key, secret_key) = (key::new_key(Kind::Public, &id)?, key::new_key(Kind::Secret, &id)?);
    let origins: Vec<String> = wanted.origins.iter().map(|origin| origin.as_str().to_owned()).collect();
    let now = clock::now_ms();
    let shop = NewShop {
        id: &id,
        name: &wanted.name,
        language: wanted.language.as_str(),
        time_zone: &wanted.time_zone,
        origins: &origins,
        public_key: &public_key,
        secret_key: &secret_key,
        daily_answers: wanted.daily_answers.unwrap_or(DAILY_ANSWERS),
        now,
    };
    app.store(&id).await?.shops().create(&shop).await?;
    let item = Item {
        id: &id,
        name: &wanted.name,
        language: wanted.language.as_str(),
        time_zone: &wanted.time_zone,
        origins: &origins,
        created_at: clock::rfc3339(now),
    };
    Ok(json(StatusCode::CREATED, &Made { shop: item, public_key: &public_key, secret_key: &secret_key }))
}

/// `PUT /v1/shops/{shop}/quota`: how many answers a shop may take in a day of its time zone.
#[cfg_attr(test, utoipa::path(
    put, path = "/v1/shops/{shop}/quota", operation_id = "setQuota", tag = "Operator",
    summary = "How many answers a shop may take in a day",
    params(
        ("shop" = String, Path, description = "Id of the shop."),
    ),
    request_body = Quota,
    responses(
        (status = 200, description = "The number as it is now.", body = Quota),
        (status = 404, description = "There is no such shop."),
    ),
))]
#[worker::send]
pub(crate) async fn quota(
    _: Operator,
    app: App,
    Path(shop): Path<String>,
    body: Json<SETTINGS>,
) -> Result<Response, Error> {
    let daily_answers = body.read(read_quota)?;
    if !app.store(&shop).await?.shops().set_quota(&shop, daily_answers, clock::now_ms()).await? {
        return Err(Error::not_found("shop", "shop"));
    }
    Ok(ok(&serde_json::json!({ "daily_answers": daily_answers })))
}
