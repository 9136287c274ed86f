//! The dependencies of a handler.

use crate::{
    http::{
        auth::Owner,
        auth_throttle,
        error::Error,
        rate_limit::{self, Lane},
    },
    platform::Platform,
    store::{self, Databases, Store, assets},
    telemetry::counters,
    time::clock,
    tokens::TokenSigner,
};
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::sync::{Arc, OnceLock};

/// Gives handlers access to the stores, the limits and the secrets of the deployment. One per request.
#[derive(Clone)]
pub(crate) struct App {
    platform: Platform,
    /// The owner of the request's key, once it has been verified.
    owner: Arc<OnceLock<Owner>>,
}

/// From the request's extensions: the router is shared by all requests and has no state.
impl<S: Sync> FromRequestParts<S> for App {
    type Rejection = Error;

    async fn from_request_parts(request: &mut Parts, _state: &S) -> Result<Self, Error> {
        request.extensions.get().cloned().ok_or_else(|| Error::internal("the request has no app".to_owned()))
    }
}

impl App {
    pub(crate) fn new(platform: Platform) -> Self {
        Self { platform, owner: Arc::default() }
    }

    /// The store of a shop: the database that holds it and the config cache.
    ///
    /// # Errors
    /// If the deployment lacks a binding.
    pub(crate) async fn store(&self, shop: &str) -> Result<Store, Error> {
        Ok(Store::open(&self.platform, shop).await?)
    }

    /// The store of a shop for its owner, who reads a moved shop at its new database at once.
    ///
    /// # Errors
    /// If the deployment lacks a binding.
    pub(crate) async fn owners_store(&self, shop: &str) -> Result<Store, Error> {
        Ok(Store::open_now(&self.platform, shop).await?)
    }

    /// All databases of the deployment.
    ///
    /// # Errors
    /// If the deployment lacks a binding.
    pub(crate) fn databases(&self) -> Result<Databases, Error> {
        Ok(Databases::open(&self.platform)?)
    }

    /// For work that spans several databases.
    pub(crate) const fn platform(&self) -> &Platform {
        &self.platform
    }

    /// Writes this isolate's counters after the response, if the interval has passed.
    pub(crate) fn write_counters(&self) {
        let now = clock::now_ms();
        if counters::are_due(now) {
            let platform = self.platform.clone();
            self.platform.after_reply(async move { store::write_counters(&platform, now).await });
        }
    }

    /// Writes this isolate's counters now.
    pub(crate) async fn write_counters_now(&self) {
        store::write_all_counters(&self.platform, clock::now_ms()).await;
    }

    /// The loader's source, with placeholders for the shop's config and parts.
    ///
    /// # Errors
    /// If the deployment lacks the loader.
    pub(crate) async fn loader(&self) -> Result<Arc<str>, Error> {
        Ok(assets::loader(&self.platform).await?)
    }

    /// The optional parts of a loader, by name.
    ///
    /// # Errors
    /// If the deployment lacks them.
    pub(crate) async fn parts(&self) -> Result<Arc<assets::Parts>, Error> {
        Ok(assets::parts(&self.platform).await?)
    }

    /// Whether a shop gets too many submissions and events in this lane. `now` in milliseconds since 1970.
    pub(crate) async fn exceeds_intake_rate(&self, shop: &str, lane: Lane, now: i64) -> bool {
        rate_limit::is_exceeded(&self.platform, shop, lane, now).await
    }

    /// Counts a wrong key for `target`, a shop's id or the operator. If there were too many, the seconds to wait.
    pub(crate) async fn record_auth_failure(&self, target: &str, now: i64) -> Option<u32> {
        auth_throttle::record_failure(&self.platform, target, now).await
    }

    /// Records the owner of the request's key, for the audit log.
    pub(crate) fn set_owner(&self, owner: &Owner) {
        // A request has one key, so a second call would set the same owner.
        let _ = self.owner.set(owner.clone());
    }

    /// The owner of the request's key, if it was verified.
    pub(crate) fn owner(&self) -> Option<&Owner> {
        self.owner.get()
    }

    /// Signs with the secret SIGNING_KEY, or with a key derived from the operator's token. In the latter case, replacing the
    /// token invalidates all receipts.
    ///
    /// # Errors
    /// If the deployment has neither secret.
    pub(crate) fn token_signer(&self) -> Result<TokenSigner, Error> {
        let key = self.platform.secret("SIGNING_KEY").filter(|key| key.len() >= 16).or_else(|| self.admin_token());
        let missing = || Error::internal("the deployment has no secret SIGNING_KEY and no ADMIN_TOKEN".to_owned());
        key.and_then(|key| TokenSigner::new(format!("glas seal\n{key}").as_bytes())).ok_or_else(missing)
    }

    /// The operator's token. `None` disables the operator's routes.
    pub(crate) fn admin_token(&self) -> Option<String> {
        self.platform.secret("ADMIN_TOKEN").filter(|token| token.len() >= 16)
    }
}
