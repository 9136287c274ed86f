//! What a shop's page loads: the loader with the shop's config, and a survey's words once it is shown.

use crate::{app::App, clock, cors, error::Error, key, path::Path, store::Shop};
use axum::{body::Body, extract::State, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::sync::Arc;
use survey::{
    Language, Status,
    wire::{Listed, PageConfig, View},
};

/// The blank in the loader's source that the config fills.
const BLANK: &str = "__GLAS_CONFIG__";

/// `GET /w/{public_key}.js`
#[worker::send]
pub(crate) async fn loader(
    State(app): State<App>,
    Path(file): Path<String>,
    request: HeaderMap,
) -> Result<Response, Error> {
    let key = file.strip_suffix(".js").ok_or(Error::not_found("", "file"))?;
    let shop = shop(&app, key).await?;
    let source = app.loader().await?;
    let live = shop.surveys.iter().filter(|survey| survey.status == Status::Live);
    let listed = live.map(|survey| Listed::new(&survey.id, survey.version, &survey.definition)).collect();
    let config = serde_json::to_string(&PageConfig::new(key, listed))
        .map_err(|error| Error::internal(format!("writing the page config: {error}")))?;
    let script = source.replacen(BLANK, &config, 1);

    let tag = format!("\"{}\"", key::hash(&script).get(..16).unwrap_or_default());
    let known = request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or("");
    // A proxy that compresses may have weakened the tag.
    let fresh = known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut response = Response::new(if fresh { Body::empty() } else { Body::from(script) });
    if fresh {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    let age = HeaderValue::from_static("public, max-age=300, stale-while-revalidate=86400");
    headers.insert(header::CACHE_CONTROL, age);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    cors::public(headers);
    Ok(response)
}

/// `GET /w/{public_key}/{survey}/{version}/{language}.json`: never changes, so it may be kept for a year.
#[worker::send]
pub(crate) async fn view(
    State(app): State<App>,
    Path((key, survey, version, file)): Path<(String, String, String, String)>,
) -> Result<Response, Error> {
    let missing = || Error::not_found("", "survey version in this language");
    let language = file.strip_suffix(".json").and_then(|tag| Language::parse(tag).ok()).ok_or_else(missing)?;
    let version = version.parse().map_err(|_| missing())?;
    let shop = shop(&app, &key).await?;
    let published = app.store(&shop.id)?.published(&shop, &survey, version).await?.ok_or_else(missing)?;
    if !published.definition.languages().contains(&language) {
        return Err(missing());
    }
    let view = View::new(&published.definition, &shop.name, &language);
    let body =
        serde_json::to_string(&view).map_err(|error| Error::internal(format!("writing a survey view: {error}")))?;
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    cors::public(headers);
    Ok(response)
}

/// The shop of a public key.
async fn shop(app: &App, key: &str) -> Result<Arc<Shop>, Error> {
    let id = key::shop_of(key::Kind::Public, key).ok_or(Error::not_found("key", "public key"))?;
    let shop = app.store(&id)?.shop(&id, clock::now_ms()).await?;
    shop.filter(|shop| shop.has_public_key(key)).ok_or(Error::not_found("key", "public key"))
}
