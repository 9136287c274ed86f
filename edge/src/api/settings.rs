//! `/v1/shop/settings`: what a shop says once for all of its surveys.

use crate::http::{
    auth::{Reader, Writer},
    body::{Json, SETTINGS},
    error::Error,
    reply,
};
#[cfg(test)]
use crate::openapi::{Settings as SettingsSchema, SettingsDraft};
use axum::response::Response;
use survey::wire::{self, Settings};

/// `GET /v1/shop/settings`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/shop/settings", operation_id = "getShopSettings", tag = "Shop",
    summary = "Settings of the shop",
    description = "What holds for all of its surveys.",
    responses(
        (status = 200, description = "The settings.", body = SettingsSchema),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader) -> Result<Response, Error> {
    let settings = owner.store.settings().get(&owner.shop).await?.ok_or(Error::not_found("", "shop"))?;
    Ok(reply::ok(&Settings::from(&settings)))
}

/// `PUT /v1/shop/settings`: all of them; a member that is left out is the default. Pages follow.
#[cfg_attr(test, utoipa::path(
    put, path = "/v1/shop/settings", operation_id = "replaceShopSettings", tag = "Shop",
    summary = "Replace the settings",
    description = "All of them: a member that is left out is the default. Pages follow within five minutes.",
    request_body = SettingsDraft,
    responses(
        (status = 200, description = "The settings as they are now.", body = SettingsSchema),
    ),
))]
#[worker::send]
pub(crate) async fn replace(Writer(owner): Writer, body: Json<SETTINGS>) -> Result<Response, Error> {
    let settings = body.read(wire::read_settings)?;
    owner.store.settings().replace(&owner.shop, &settings, owner.now).await?;
    Ok(reply::ok(&Settings::from(&settings)))
}
