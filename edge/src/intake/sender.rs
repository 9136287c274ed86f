//! Who sends a submission or an event: a page of the shop, or the shop's own server. Each has its rate limits.

use crate::{
    app::App,
    cache::IsolateCache,
    http::{
        auth, cors,
        error::Error,
        rate_limit::Lane,
        visitor::{Limit, Visitor},
    },
    key,
    store::{Shop, Store},
    tokens::TokenSigner,
};
use http::request;
use std::sync::Arc;

/// How long a visitor waits after too many requests that are not vouched for, in seconds.
const VISITOR_WAIT_S: u32 = 60;
/// How long a shop's senders wait after too many requests, in seconds.
const SHOP_WAIT_S: u32 = 10;
/// Views in one isolate's memory.
const CACHE_CAPACITY: usize = 10_000;
/// Requests that one isolate takes for one view as those of a shopper: all revisions of three responses, their events, and
/// retries.
const MAX_REQUESTS_PER_VIEW: u32 = 200;

thread_local! {
    static REQUESTS: IsolateCache<String, u32> = IsolateCache::new(CACHE_CAPACITY);
}

/// Remembers that a view token was used too often, so that it no longer passes the visitor's limit.
pub(super) fn remember_spent(view: &str) {
    REQUESTS.with(|requests| requests.insert(view.to_owned(), MAX_REQUESTS_PER_VIEW));
}

/// Counts a request of a view; whether the isolate has seen too many, or knows that its token was used too often.
pub(super) fn exceeds_requests(view: &str) -> bool {
    REQUESTS.with(|requests| {
        requests.with(view, u32::default, |count| {
            *count = count.saturating_add(1);
            *count > MAX_REQUESTS_PER_VIEW
        })
    })
}

/// An authenticated sender.
pub(super) struct Sender {
    pub(super) store: Store,
    pub(super) shop: Arc<Shop>,
    /// Whether it is the shop's own server.
    pub(super) is_server: bool,
}

/// A request before its sender is known.
pub(super) struct IncomingRequest<'a> {
    pub(super) app: &'a App,
    pub(super) request: &'a request::Parts,
    pub(super) signer: &'a TokenSigner,
    /// Milliseconds since 1970.
    pub(super) now: i64,
}

impl IncomingRequest<'_> {
    /// The shop of a page's public key, if the request's origin is allowed: an origin on the shop's list, or the service's own,
    /// which serves the hosted pages.
    ///
    /// # Errors
    /// If the key is unknown, the origin is not allowed, or there are too many requests. `is_vouched` decides which limits
    /// apply; it gets the shop's id.
    pub(super) async fn page(&self, key: &str, is_vouched: impl FnOnce(&str) -> bool) -> Result<Sender, Error> {
        let unknown_key = || Error::not_found("key", "public key");
        let id = key::shop_of(key::Kind::Public, key).ok_or_else(unknown_key)?;
        let lane = if is_vouched(&id) { Lane::Vouched } else { Lane::Unvouched };
        if lane == Lane::Unvouched
            && Visitor::of(&self.request.headers, self.signer, self.now).exceeds(self.app, Limit::Unvouched).await
        {
            let what = "too many requests from this address without a valid token; retry with the same id in a minute";
            return Err(Error::TooMany { what, retry_after: VISITOR_WAIT_S });
        }
        self.check_rate(&id, lane).await?;
        let store = self.app.store(&id).await?;
        let shop = store.config().shop(&id, self.now).await?;
        let shop = shop.filter(|shop| shop.has_public_key(key, self.now)).ok_or_else(unknown_key)?;
        let origin = cors::origin_of(&self.request.headers);
        let is_hosted_page = cors::service_origin(&self.request.uri).is_some_and(|service| service == origin);
        if is_hosted_page || shop.origins.iter().any(|allowed| allowed.matches(origin)) {
            Ok(Sender { store, shop, is_server: false })
        } else {
            Err(Error::OriginNotAllowed(origin.to_owned()))
        }
    }

    /// The shop's own server, if the request carries a secret key. Its origin does not matter, and it is no visitor.
    ///
    /// # Errors
    /// If the key is not valid or permits no submissions, if `public_key` belongs to another shop, or if there are too many
    /// requests.
    pub(super) async fn server(&self, public_key: Option<&str>) -> Result<Option<Sender>, Error> {
        let Some(owner) = auth::submitting_server(self.app, &self.request.headers).await? else { return Ok(None) };
        self.check_rate(&owner.shop, Lane::Server).await?;
        let shop = owner.store.config().shop(&owner.shop, self.now).await?.ok_or(Error::Unauthorized)?;
        if public_key.is_some_and(|key| !shop.has_public_key(key, self.now)) {
            return Err(Error::not_found("key", "public key of this shop"));
        }
        Ok(Some(Sender { store: owner.store, shop, is_server: true }))
    }

    async fn check_rate(&self, shop: &str, lane: Lane) -> Result<(), Error> {
        if self.app.exceeds_intake_rate(shop, lane, self.now).await {
            let what = "the shop exceeds the rate limit; retry with the same id after ten seconds";
            return Err(Error::TooMany { what, retry_after: SHOP_WAIT_S });
        }
        Ok(())
    }
}
