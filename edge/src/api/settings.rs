//! `/v1/shop/settings`: settings for all surveys of a shop.

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
    summary = "Get the settings",
    description = "The settings for all surveys of the shop.",
    responses(
        (status = 200, description = "The settings.", body = SettingsSchema),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader) -> Result<Response, Error> {
    let settings = owner.store.settings().get(&owner.shop).await?.ok_or(Error::not_found("", "shop"))?;
    Ok(reply::ok(&Settings::from(&settings)))
}

/// `PUT /v1/shop/settings`: replaces all settings. An omitted member gets its default.
#[cfg_attr(test, utoipa::path(
    put, path = "/v1/shop/settings", operation_id = "replaceShopSettings", tag = "Shop",
    summary = "Replace the settings",
    description = "Replaces all settings: an omitted member gets its default. Pages use them within five minutes.",
    request_body = SettingsDraft,
    responses(
        (status = 200, description = "The new settings.", body = SettingsSchema),
    ),
))]
#[worker::send]
pub(crate) async fn replace(Writer(owner): Writer, body: Json<SETTINGS>) -> Result<Response, Error> {
    let settings = body.read(wire::read_settings)?;
    owner.store.settings().replace(&owner.shop, &settings, owner.now).await?;
    Ok(reply::ok(&Settings::from(&settings)))
}
