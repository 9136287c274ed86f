//! `/v1/shops`: the operator creates shops and sets their quotas.

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

/// The default daily limit of responses: a thousand times what most shops receive.
const DAILY_ANSWERS: u32 = 100_000;

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = NewShopReply))]
/// A shop that was just created.
struct Made<'a> {
    shop: Item<'a>,
    /// The public key, for the tag on its pages.
    public_key: &'a str,
    /// The first secret key. It is shown only once: only its hash is stored.
    secret_key: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Shop))]
/// A shop.
struct Item<'a> {
    id: &'a str,
    /// The name that shoppers know.
    name: &'a str,
    /// The default language of its surveys.
    language: &'a str,
    /// The IANA name of its time zone.
    time_zone: &'a str,
    /// The origins whose pages may submit responses.
    #[cfg_attr(test, schema(value_type = Vec<String>))]
    origins: &'a [String],
    #[cfg_attr(test, schema(format = DateTime))]
    created_at: String,
}

/// `POST /v1/shops`
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/shops", operation_id = "createShop", tag = "Operator",
    summary = "Create a shop",
    description = "The reply contains its public key and its first secret key.",
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

/// `PUT /v1/shops/{shop}/quota`: sets the daily limit of responses, for days in the shop's time zone.
#[cfg_attr(test, utoipa::path(
    put, path = "/v1/shops/{shop}/quota", operation_id = "setQuota", tag = "Operator",
    summary = "Set the daily limit of responses",
    params(
        ("shop" = String, Path, description = "The shop's id."),
    ),
    request_body = Quota,
    responses(
        (status = 200, description = "The new limit.", body = Quota),
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
