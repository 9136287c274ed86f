//! `/v1/operator/dead-letters`: dead letters that name no shop. The OpenAPI document describes these routes by copying
//! the owners' ones.

use super::{list_of, remove_of, retry_of};
use crate::{
    app::App,
    http::{auth::Operator, error::Error, path::Path},
};
use axum::{extract::RawQuery, response::Response};

/// The shop of a dead letter that names none.
const NO_SHOP: &str = "";

/// `GET /v1/operator/dead-letters`
#[worker::send]
pub(crate) async fn list(_: Operator, app: App, RawQuery(query): RawQuery) -> Result<Response, Error> {
    list_of(&app.store(NO_SHOP).await?, NO_SHOP, query.as_deref()).await
}

/// `POST /v1/operator/dead-letters/{id}/retry`
#[worker::send]
pub(crate) async fn retry(_: Operator, app: App, Path(id): Path<String>) -> Result<Response, Error> {
    retry_of(&app.store(NO_SHOP).await?, NO_SHOP, id).await
}

/// `DELETE /v1/operator/dead-letters/{id}`
#[worker::send]
pub(crate) async fn remove(_: Operator, app: App, Path(id): Path<String>) -> Result<Response, Error> {
    remove_of(&app.store(NO_SHOP).await?, NO_SHOP, &id).await
}
