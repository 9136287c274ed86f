//! Files of the deployment that the Worker reads itself.

use super::StoreError;
use http_body_util::BodyExt;
use std::{cell::RefCell, sync::Arc};
use worker::Env;

thread_local! {
    /// A deployment's files do not change while it runs, so each isolate reads the loader once.
    static LOADER: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// The loader's source.
pub(crate) async fn loader(env: &Env) -> Result<Arc<str>, StoreError> {
    if let Some(known) = LOADER.with_borrow(Clone::clone) {
        return Ok(known);
    }
    let assets = env.assets("ASSETS").map_err(|error| StoreError::Deployment(format!("assets ASSETS: {error}")))?;
    // Only the path counts: the binding answers for every host.
    let response = assets
        .fetch("https://assets.invalid/a/loader.js", None)
        .await
        .map_err(|error| StoreError::Away(format!("assets: {error}")))?;
    if !response.status().is_success() {
        return Err(StoreError::Deployment(format!("assets: /a/loader.js answers {}", response.status())));
    }
    let bytes = response.into_body().collect().await.map_err(|error| StoreError::Away(format!("assets: {error}")))?;
    let source: Arc<str> = String::from_utf8(bytes.to_bytes().into())
        .map_err(|_| StoreError::Deployment("assets: /a/loader.js is not UTF-8".to_owned()))?
        .into();
    LOADER.set(Some(Arc::clone(&source)));
    Ok(source)
}
