//! What a handler can reach.

use crate::{
    http::{auth::Owner, auth_throttle, error::Error, rate_limit},
    intake::challenge,
    platform::Platform,
    store::{self, Databases, Store, assets},
    telemetry::counters,
    time::clock,
    tokens::TokenSigner,
};
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::sync::{Arc, OnceLock};

/// The handlers' way to everything outside.
#[derive(Clone)]
pub(crate) struct App {
    platform: Platform,
    /// Whose key was found in this request.
    owner: Arc<OnceLock<Owner>>,
}

/// Every request brings its own: the router is made once, and knows none.
impl<S: Sync> FromRequestParts<S> for App {
    type Rejection = Error;

    async fn from_request_parts(request: &mut Parts, _state: &S) -> Result<Self, Error> {
        request.extensions.get().cloned().ok_or_else(|| Error::internal("a request came without its app".to_owned()))
    }
}

impl App {
    pub(crate) fn new(platform: Platform) -> Self {
        Self { platform, owner: Arc::default() }
    }

    /// The store of a shop: the database that holds it and the config cache.
    ///
    /// # Errors
    /// If a binding is missing: a fault of the deployment.
    pub(crate) async fn store(&self, shop: &str) -> Result<Store, Error> {
        Ok(Store::open(&self.platform, shop).await?)
    }

    /// The same for an owner, who sees a shop that moved where it is now.
    ///
    /// # Errors
    /// If a binding is missing: a fault of the deployment.
    pub(crate) async fn owners_store(&self, shop: &str) -> Result<Store, Error> {
        Ok(Store::open_now(&self.platform, shop).await?)
    }

    /// All databases of the deployment together.
    ///
    /// # Errors
    /// If a binding is missing: a fault of the deployment.
    pub(crate) fn databases(&self) -> Result<Databases, Error> {
        Ok(Databases::open(&self.platform)?)
    }

    /// For what concerns several databases at once.
    pub(crate) const fn platform(&self) -> &Platform {
        &self.platform
    }

    /// Writes this instance's counters after the reply, if it is time.
    pub(crate) fn write_counters(&self) {
        let now = clock::now_ms();
        if counters::are_due(now) {
            let platform = self.platform.clone();
            self.platform.after_reply(async move { store::write_counters(&platform, now).await });
        }
    }

    /// Writes them now.
    pub(crate) async fn write_counters_now(&self) {
        store::write_all_counters(&self.platform, clock::now_ms()).await;
    }

    /// The loader's source, with blanks for the shop's config and the parts that it needs.
    ///
    /// # Errors
    /// If the deployment has no loader.
    pub(crate) async fn loader(&self) -> Result<Arc<str>, Error> {
        Ok(assets::loader(&self.platform).await?)
    }

    /// The parts that a loader may need, by name.
    ///
    /// # Errors
    /// If the deployment has none.
    pub(crate) async fn parts(&self) -> Result<Arc<assets::Parts>, Error> {
        Ok(assets::parts(&self.platform).await?)
    }

    /// Whether a shop sends more than its share at this place for the moment. `now` in milliseconds since 1970.
    pub(crate) async fn exceeds_intake_rate(&self, shop: &str, now: i64) -> bool {
        rate_limit::is_exceeded(&self.platform, shop, now).await
    }

    /// Counts a wrong key of a shop or of the operator; the seconds to wait if there were too many of them.
    pub(crate) async fn auth_throttled(&self, whose: &str, now: i64) -> Option<u32> {
        auth_throttle::too_many(&self.platform, whose, now).await
    }

    /// Notes whose key was found in this request.
    pub(crate) fn asked_by(&self, owner: &Owner) {
        // A request has one key: the first that was found is the one.
        let _ = self.owner.set(owner.clone());
    }

    /// Whose key was found in this request, if one was.
    pub(crate) fn owner(&self) -> Option<&Owner> {
        self.owner.get()
    }

    /// Whether a page's proof of a passed challenge is none. Where that cannot be found out, it is not held against anybody.
    pub(crate) async fn has_failed_challenge(&self, proof: Option<&str>) -> bool {
        challenge::passed(&self.platform, proof).await == Some(false)
    }

    /// The deployment's seal. Its key is the secret SIGNING_KEY, else one made from the operator's token; then a new token
    /// makes every receipt void that was handed out before.
    ///
    /// # Errors
    /// If the deployment has neither secret.
    pub(crate) fn token_signer(&self) -> Result<TokenSigner, Error> {
        let key = self.platform.secret("SIGNING_KEY").filter(|key| key.len() >= 16).or_else(|| self.admin_token());
        let missing = || Error::internal("the deployment has no secret SIGNING_KEY and no ADMIN_TOKEN".to_owned());
        key.and_then(|key| TokenSigner::new(format!("glas seal\n{key}").as_bytes())).ok_or_else(missing)
    }

    /// The operator's token; `None` if the deployment has none, then nobody is the operator.
    pub(crate) fn admin_token(&self) -> Option<String> {
        self.platform.secret("ADMIN_TOKEN").filter(|token| token.len() >= 16)
    }
}
