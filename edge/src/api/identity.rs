//! `/v1/shop/identity`: the secret with which the shop's server signs customers, orders and traits.

use crate::{
    http::{
        auth::{Reader, Writer},
        error::Error,
        reply,
    },
    identity,
    store::IdentityRow,
    time::clock,
};
use axum::response::Response;
use serde::Serialize;

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Identity))]
/// The shop's identity secret, without the secret itself.
struct Item {
    /// Whether the shop has a secret.
    exists: bool,
    /// When it was created.
    #[cfg_attr(test, schema(required, format = DateTime))]
    created_at: Option<String>,
    /// Until when the secret before it is valid; null if there is none.
    #[cfg_attr(test, schema(required, format = DateTime))]
    old_secret_until: Option<String>,
}

/// The new secret.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = IdentityWithSecret))]
struct Shown {
    #[serde(flatten)]
    identity: Item,
    /// The secret, which is shown only once. Keep it on the server: a page must never contain it.
    secret: String,
}

impl Item {
    fn of(row: IdentityRow, now: i64) -> Self {
        Self {
            exists: row.created_at.is_some(),
            created_at: row.created_at.map(clock::rfc3339),
            old_secret_until: row.old_until.filter(|until| now < *until).map(clock::rfc3339),
        }
    }
}

/// `GET /v1/shop/identity`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/shop/identity", operation_id = "getIdentity", tag = "Shop",
    summary = "Get the state of the identity secret",
    description = "Whether the shop has an identity secret. The secret itself is shown only when it is created.",
    responses(
        (status = 200, description = "The state of the secret.", body = Item),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader) -> Result<Response, Error> {
    let row = owner.store.shops().identity(&owner.shop).await?.ok_or(Error::not_found("", "shop"))?;
    Ok(reply::ok(&Item::of(row, owner.now)))
}

/// `POST /v1/shop/identity/rotate`: creates a secret, which only this reply contains.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/shop/identity/rotate", operation_id = "rotateIdentity", tag = "Shop",
    summary = "Create or rotate the identity secret",
    description = "Creates the secret with which the shop's server signs customers, orders and traits. Only this reply contains \
        it. Signatures by the secret before it stay valid for a day. A new secret is in use within a minute.",
    responses(
        (status = 200, description = "The new secret.", body = Shown),
    ),
))]
#[worker::send]
pub(crate) async fn rotate(Writer(owner): Writer) -> Result<Response, Error> {
    let secret = identity::new_secret()?;
    let row = owner.store.shops().rotate_identity(&owner.shop, &secret, owner.now).await?;
    let row = row.ok_or(Error::not_found("", "shop"))?;
    Ok(reply::ok(&Shown { identity: Item::of(row, owner.now), secret }))
}
