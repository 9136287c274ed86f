//! Files of the deployment that the Worker reads itself.

use super::StoreError;
use crate::platform::Platform;
use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

/// The loader's parts: name → JavaScript expression.
pub(crate) type Parts = BTreeMap<String, String>;

thread_local! {
    /// A deployment's files do not change while it runs, so each isolate reads them once.
    static LOADER: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
    static PARTS: RefCell<Option<Arc<Parts>>> = const { RefCell::new(None) };
}

/// The loader's source.
pub(crate) async fn loader(platform: &Platform) -> Result<Arc<str>, StoreError> {
    if let Some(known) = LOADER.with_borrow(Clone::clone) {
        return Ok(known);
    }
    let source: Arc<str> = platform.asset("/a/loader.js").await?.into();
    LOADER.set(Some(Arc::clone(&source)));
    Ok(source)
}

/// The optional parts from which a shop's loader is assembled.
pub(crate) async fn parts(platform: &Platform) -> Result<Arc<Parts>, StoreError> {
    if let Some(known) = PARTS.with_borrow(Clone::clone) {
        return Ok(known);
    }
    let text = platform.asset("/a/parts.json").await?;
    let parts: Parts = serde_json::from_str(&text)
        .map_err(|error| StoreError::Misconfigured(format!("assets: /a/parts.json: {error}")))?;
    let parts = Arc::new(parts);
    PARTS.set(Some(Arc::clone(&parts)));
    Ok(parts)
}
