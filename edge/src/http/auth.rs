//! Who asks: an owner by a secret key, the operator by the deployment's token.

use crate::{
    app::App,
    http::{auth_throttle, error::Error},
    key,
    store::{Scope, Store},
    time::{clock, zone::Zone},
};
use http::{HeaderMap, header};

/// An owner whose key was found. The shop comes from the key alone: no route takes it from anywhere else.
#[derive(Clone)]
pub(crate) struct Owner {
    /// Id of the shop.
    pub(crate) shop: String,
    /// Where its data is.
    pub(crate) store: Store,
    /// When the request came, in milliseconds since 1970.
    pub(crate) now: i64,
    /// The key that asks.
    pub(crate) key: Asking,
}

/// A key as far as others may know it.
#[derive(Debug, Clone)]
pub(crate) struct Asking {
    /// Id of the key, which is not the key.
    pub(crate) id: String,
    /// What its owner calls it.
    pub(crate) label: String,
}

impl Owner {
    /// The time zone whose days the shop's are.
    pub(crate) async fn zone(&self) -> Result<Zone, Error> {
        Ok(self.store.zone(&self.shop).await?)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// What somebody with a key that only reads is told.
pub(crate) const ONLY_READS: &str = "this key may only read; a change needs a key with the scope 'write'";

/// The owner that the request's key belongs to, for what only reads.
pub(crate) async fn reader(app: &App, headers: &HeaderMap) -> Result<Owner, Error> {
    owner(app, headers, Scope::Read).await
}

/// The owner that the request's key belongs to, for what changes something.
pub(crate) async fn writer(app: &App, headers: &HeaderMap) -> Result<Owner, Error> {
    owner(app, headers, Scope::Write).await
}

/// A key is looked for by its SHA-256. Where the index's search differs from what was sent tells something of a hash and
/// nothing of a key, so no comparison of equal length is needed; and a key has 160 random bits, so that nothing slower than
/// SHA-256 is needed either: there is no list of likely keys to go through.
async fn owner(app: &App, headers: &HeaderMap, needed: Scope) -> Result<Owner, Error> {
    let secret = bearer(headers).ok_or(Error::Unauthorized)?;
    let shop = key::shop_of(key::Kind::Secret, secret).ok_or(Error::Unauthorized)?;
    let store = app.owners_store(&shop).await?;
    let now = clock::now_ms();
    let hash = key::hash(secret);
    let Some(known) = store.secret_key(&shop, &hash).await? else {
        return Err(refused(app, &shop, now).await);
    };
    // One that was good once is forgotten in somebody's script, not guessed.
    if !known.is_valid_at(now) {
        return Err(Error::Unauthorized);
    }
    if needed > known.scope() {
        return Err(Error::Forbidden(ONLY_READS));
    }
    store.touch_last_used(&shop, key::Kind::Secret, &hash, known.used_at, now);
    let owner = Owner { shop, store, now, key: Asking { id: known.id, label: known.label } };
    app.asked_by(&owner);
    Ok(owner)
}

/// Whether the request carries the operator's token.
pub(crate) async fn operator(app: &App, headers: &HeaderMap) -> Result<(), Error> {
    let given = bearer(headers).ok_or(Error::Unauthorized)?;
    let token = app.admin_token().ok_or(Error::Unauthorized)?;
    if key::same(given, &token) {
        return Ok(());
    }
    // An owner who comes to the wrong door guesses nothing.
    if key::shop_of(key::Kind::Secret, given).is_some() {
        return Err(Error::Unauthorized);
    }
    Err(refused(app, OPERATOR, clock::now_ms()).await)
}

/// In the place of a shop, where wrong tokens of the operator are counted.
const OPERATOR: &str = "operator";

/// Only who brings a wrong key comes here: the right one is never locked out, however many others try.
async fn refused(app: &App, whose: &str, now: i64) -> Error {
    match app.auth_throttled(whose, now).await {
        Some(retry_after) => Error::TooMany { what: auth_throttle::TOO_MANY, retry_after },
        None => Error::Unauthorized,
    }
}
