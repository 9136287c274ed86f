//! Callers: a shop owner with a secret key, the operator with the deployment's token, and the callers without either.
//!
//! Every handler takes its caller as the first argument, and [`super::called_by`] makes the route table require that. A
//! handler therefore runs only after its caller has been authorised.

use crate::{
    app::App,
    http::{auth_throttle, error::Error},
    key,
    store::{Scope, Store},
    time::{clock, zone::Zone},
};
use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};
use std::convert::Infallible;
use worker::send::SendFuture;

/// A shop owner, authenticated by a secret key. The shop comes from the key alone: no route takes it from anywhere else.
#[derive(Clone)]
pub(crate) struct Owner {
    /// Id of the shop.
    pub(crate) shop: String,
    /// The shop's database.
    pub(crate) store: Store,
    /// When the request arrived, in milliseconds since 1970.
    pub(crate) now: i64,
    /// The key of the request.
    pub(crate) key: RequestKey,
}

/// The key of a request, without its secret.
#[derive(Debug, Clone)]
pub(crate) struct RequestKey {
    /// The key's id, which is not the key.
    pub(crate) id: String,
    /// The owner's name for it.
    pub(crate) label: String,
}

impl Owner {
    /// The shop's time zone, which decides where its days begin.
    pub(crate) async fn zone(&self) -> Result<Zone, Error> {
        Ok(self.store.shops().time_zone(&self.shop).await?)
    }
}

/// A shop owner with a secret key of any scope. For requests that only read.
pub(crate) struct Reader(pub(crate) Owner);

/// A shop owner with a secret key of the scope `write`. For requests that change something.
pub(crate) struct Writer(pub(crate) Owner);

/// The operator, authenticated by the deployment's token.
pub(crate) struct Operator;

/// A page of a shop. The public key and the origin are part of what the page asks for, so the handler checks them.
pub(crate) struct PageCaller;

/// A shopper with a receipt. Its code is part of the path, so the handler checks it.
pub(crate) struct ReceiptHolder;

/// Any caller: the route needs no key.
pub(crate) struct Anyone;

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Error;

    fn from_request_parts(request: &mut Parts, state: &S) -> impl Future<Output = Result<Self, Error>> + Send {
        SendFuture::new(async move {
            let app = App::from_request_parts(request, state).await?;
            Ok(Self(owner(&app, &request.headers, Scope::Read).await?))
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Writer {
    type Rejection = Error;

    fn from_request_parts(request: &mut Parts, state: &S) -> impl Future<Output = Result<Self, Error>> + Send {
        SendFuture::new(async move {
            let app = App::from_request_parts(request, state).await?;
            Ok(Self(owner(&app, &request.headers, Scope::Write).await?))
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Operator {
    type Rejection = Error;

    fn from_request_parts(request: &mut Parts, state: &S) -> impl Future<Output = Result<Self, Error>> + Send {
        SendFuture::new(async move {
            operator(request, state).await?;
            Ok(Self)
        })
    }
}

macro_rules! needs_no_key {
    ($($caller:ident),+) => {
        $(impl<S: Sync> FromRequestParts<S> for $caller {
            type Rejection = Infallible;

            async fn from_request_parts(_request: &mut Parts, _state: &S) -> Result<Self, Infallible> {
                Ok(Self)
            }
        })+
    };
}

needs_no_key!(PageCaller, ReceiptHolder, Anyone);

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The refusal of a write with a key of another scope.
pub(crate) const ONLY_READS: &str = "this key does not have the scope 'write', which a change needs";
/// The refusal of a read with a key of the scope `submit`.
const ONLY_SUBMITS: &str = "this key has the scope 'submit'; reading needs a key with the scope 'read' or 'write'";
/// The refusal of a submission with a key of the scope `read`.
const NOT_SUBMITTING: &str =
    "this key has the scope 'read'; a submission needs a key with the scope 'submit' or 'write'";

/// The shop's own server, if the request carries a secret key. A page sends none.
///
/// # Errors
/// If the key is not valid, or its scope permits no submissions.
pub(crate) async fn submitting_server(app: &App, headers: &HeaderMap) -> Result<Option<Owner>, Error> {
    if !headers.contains_key(header::AUTHORIZATION) {
        return Ok(None);
    }
    owner(app, headers, Scope::Submit).await.map(Some)
}

/// Finds a key by its SHA-256. The index lookup takes a time that depends on the hash, never on the key, so no
/// constant-time comparison is needed. A key has 160 random bits, so a slower hash would add nothing: likely keys cannot
/// be listed.
async fn owner(app: &App, headers: &HeaderMap, needed: Scope) -> Result<Owner, Error> {
    let secret = bearer(headers).ok_or(Error::Unauthorized)?;
    let shop = key::shop_of(key::Kind::Secret, secret).ok_or(Error::Unauthorized)?;
    let store = app.owners_store(&shop).await?;
    let now = clock::now_ms();
    let hash = key::hash(secret);
    let Some(known) = store.api_keys().find_secret(&shop, &hash).await? else {
        return Err(refused(app, &shop, now).await);
    };
    // A revoked or expired key is a forgotten script, not a guess, so it does not count against the shop.
    if !known.is_valid_at(now) {
        return Err(Error::Unauthorized);
    }
    if !known.scope().permits(needed) {
        return Err(Error::Forbidden(match needed {
            Scope::Read => ONLY_SUBMITS,
            Scope::Write => ONLY_READS,
            Scope::Submit => NOT_SUBMITTING,
        }));
    }
    store.api_keys().touch_last_used(&shop, key::Kind::Secret, &hash, known.used_at, now);
    let owner = Owner { shop, store, now, key: RequestKey { id: known.id, label: known.label } };
    app.set_owner(&owner);
    Ok(owner)
}

/// Checks the operator's token.
async fn operator<S: Sync>(request: &mut Parts, state: &S) -> Result<(), Error> {
    let app = App::from_request_parts(request, state).await?;
    let given = bearer(&request.headers).ok_or(Error::Unauthorized)?;
    let token = app.admin_token().ok_or(Error::Unauthorized)?;
    if key::constant_time_eq(given, &token) {
        return Ok(());
    }
    // An owner's key on an operator's route is a mistake, not a guess.
    if key::shop_of(key::Kind::Secret, given).is_some() {
        return Err(Error::Unauthorized);
    }
    Err(refused(&app, OPERATOR, clock::now_ms()).await)
}

/// Replaces the shop's id where wrong operator tokens are counted.
const OPERATOR: &str = "operator";

/// Counts a failed authentication. Valid keys are never counted, so guesses cannot lock the owner out.
async fn refused(app: &App, target: &str, now: i64) -> Error {
    match app.record_auth_failure(target, now).await {
        Some(retry_after) => Error::TooMany { what: auth_throttle::TOO_MANY, retry_after },
        None => Error::Unauthorized,
    }
}
