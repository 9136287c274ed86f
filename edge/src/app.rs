//! What a handler can reach.

use crate::{
    error::Error,
    store::{Store, assets},
};
use std::sync::Arc;
use worker::Env;

/// The handlers' way to everything outside.
#[derive(Clone)]
pub(crate) struct App {
    env: Env,
}

impl App {
    pub(crate) const fn new(env: Env) -> Self {
        Self { env }
    }

    /// The store of a shop: the shard that holds it and the config cache.
    ///
    /// # Errors
    /// If a binding is missing: a fault of the deployment.
    pub(crate) fn store(&self, shop: &str) -> Result<Store, Error> {
        Ok(Store::open(&self.env, shop)?)
    }

    /// The loader's source, with blanks for the shop's config and the parts that it needs.
    ///
    /// # Errors
    /// If the deployment has no loader.
    pub(crate) async fn loader(&self) -> Result<Arc<str>, Error> {
        Ok(assets::loader(&self.env).await?)
    }

    /// The parts that a loader may need, by name.
    ///
    /// # Errors
    /// If the deployment has none.
    pub(crate) async fn parts(&self) -> Result<Arc<assets::Parts>, Error> {
        Ok(assets::parts(&self.env).await?)
    }

    /// The operator's token; `None` if the deployment has none, then nobody is the operator.
    pub(crate) fn admin_token(&self) -> Option<String> {
        self.env.secret("ADMIN_TOKEN").ok().map(|secret| secret.to_string()).filter(|token| token.len() >= 16)
    }
}
