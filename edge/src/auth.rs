//! Who asks: an owner by a secret key, the operator by the deployment's token.

use crate::{app::App, clock, error::Error, key, store::Store};
use http::{HeaderMap, header};

/// An owner whose key was found. The shop comes from the key alone: no route takes it from anywhere else.
pub(crate) struct Owner {
    /// Id of the shop.
    pub(crate) shop: String,
    /// Where its data is.
    pub(crate) store: Store,
    /// When the request came, in milliseconds since 1970.
    pub(crate) now: i64,
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The owner that the request's key belongs to, for what only reads.
pub(crate) async fn reader(app: &App, headers: &HeaderMap) -> Result<Owner, Error> {
    owner(app, headers).await
}

/// The owner that the request's key belongs to, for what changes something.
pub(crate) async fn writer(app: &App, headers: &HeaderMap) -> Result<Owner, Error> {
    owner(app, headers).await
}

async fn owner(app: &App, headers: &HeaderMap) -> Result<Owner, Error> {
    let secret = bearer(headers).ok_or(Error::Unauthorized)?;
    let shop = key::shop_of(key::Kind::Secret, secret).ok_or(Error::Unauthorized)?;
    let store = app.owners_store(&shop).await?;
    if !store.has_key(&shop, key::Kind::Secret, &key::hash(secret)).await? {
        return Err(Error::Unauthorized);
    }
    Ok(Owner { shop, store, now: clock::now_ms() })
}

/// Whether the request carries the operator's token.
pub(crate) fn operator(app: &App, headers: &HeaderMap) -> Result<(), Error> {
    let given = bearer(headers).ok_or(Error::Unauthorized)?;
    let token = app.admin_token().ok_or(Error::Unauthorized)?;
    if key::same(given, &token) { Ok(()) } else { Err(Error::Unauthorized) }
}
