//! Files of the deployment that the Worker reads itself.

use super::StoreError;
use http_body_util::BodyExt;
use std::{cell::RefCell, collections::BTreeMap, sync::Arc};
use worker::Env;

/// The loader's parts: name → JavaScript expression.
pub(crate) type Parts = BTreeMap<String, String>;

thread_local! {
    /// A deployment's files do not change while it runs, so each isolate reads them once.
    static LOADER: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
    static PARTS: RefCell<Option<Arc<Parts>>> = const { RefCell::new(None) };
}

/// The loader's source.
pub(crate) async fn loader(env: &Env) -> Result<Arc<str>, StoreError> {
    if let Some(known) = LOADER.with_borrow(Clone::clone) {
        return Ok(known);
    }
    let source: Arc<str> = text(env, "/a/loader.js").await?.into();
    LOADER.set(Some(Arc::clone(&source)));
    Ok(source)
}

/// What a shop's loader may need beside its core.
pub(crate) async fn parts(env: &Env) -> Result<Arc<Parts>, StoreError> {
    if let Some(known) = PARTS.with_borrow(Clone::clone) {
        return Ok(known);
    }
    let text = text(env, "/a/parts.json").await?;
    let parts: Parts = serde_json::from_str(&text)
        .map_err(|error| StoreError::Misconfigured(format!("assets: /a/parts.json: {error}")))?;
    let parts = Arc::new(parts);
    PARTS.set(Some(Arc::clone(&parts)));
    Ok(parts)
}

async fn text(env: &Env, path: &str) -> Result<String, StoreError> {
    let assets = env.assets("ASSETS").map_err(|error| StoreError::Misconfigured(format!("assets ASSETS: {error}")))?;
    // Only the path counts: the binding answers for every host.
    let response = assets
        .fetch(format!("https://assets.invalid{path}"), None)
        .await
        .map_err(|error| StoreError::Unavailable(format!("assets: {error}")))?;
    if !response.status().is_success() {
        return Err(StoreError::Misconfigured(format!("assets: {path} answers {}", response.status())));
    }
    let bytes =
        response.into_body().collect().await.map_err(|error| StoreError::Unavailable(format!("assets: {error}")))?;
    String::from_utf8(bytes.to_bytes().into())
        .map_err(|_| StoreError::Misconfigured(format!("assets: {path} is not UTF-8")))
}
