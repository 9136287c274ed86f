//! Files that a shop's page loads: the loader with the shop's configuration, and the texts of a survey when it is shown.

use crate::{
    app::App,
    http::{
        auth::PageCaller,
        cors,
        error::Error,
        path::Path,
        visitor::{Limit, Visitor},
    },
    key,
    store::{Published, Shop, assets::Parts},
    time::clock,
};
use axum::{body::Body, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use std::sync::Arc;
use survey::{
    Language,
    closing::State,
    wire::{PageConfig, SurveySummary, View},
};

/// The placeholder of the configuration in the loader's source.
const CONFIG: &str = "__GLAS_CONFIG__";
/// The placeholder of the parts that the shop needs.
const PARTS: &str = "__GLAS_PARTS__";

/// `GET /w/{public_key}.js`, and `.json` for the configuration alone, for tags that pin a version of the loader.
#[worker::send]
pub(crate) async fn loader(
    _: PageCaller,
    app: App,
    Path(file): Path<String>,
    request: HeaderMap,
) -> Result<Response, Error> {
    let (key, ending) = file.rsplit_once('.').ok_or(Error::not_found("", "file"))?;
    let is_script = match ending {
        "js" => true,
        "json" => false,
        _ => return Err(Error::not_found("", "file")),
    };
    let shop = shop(&app, key).await?;
    // A cached config may be a day old, so it lists what begins within a day; the page waits for the beginning.
    let now = clock::now_ms();
    let is_listed =
        |survey: &&Arc<Published>| [now, now + clock::DAY_MS].map(|at| survey.state_at(at)).contains(&State::Open);
    let listed = shop
        .surveys
        .iter()
        .filter(is_listed)
        .map(|survey| SurveySummary::new(&survey.id, survey.version, &survey.definition, &shop.name))
        .collect();
    let config = PageConfig::new(key, &shop.settings, &shop.page_parameters, listed);
    let text =
        serde_json::to_string(&config).map_err(|error| Error::internal(format!("writing the page config: {error}")))?;
    if !is_script {
        return Ok(cacheable(&request, text, "application/json"));
    }
    let mut source = app.loader().await?.to_string();
    // Insert the parts before the configuration, so that a placeholder in an owner's text is never replaced.
    if source.contains(PARTS) {
        source = source.replacen(PARTS, &object(&*app.parts().await?, &config.parts())?, 1);
    }
    Ok(cacheable(&request, source.replacen(CONFIG, &text, 1), "text/javascript; charset=utf-8"))
}

/// An object literal of the named parts.
fn object(parts: &Parts, names: &[&str]) -> Result<String, Error> {
    let member = |name: &&str| {
        let part = parts.get(*name).ok_or_else(|| Error::internal(format!("the loader has no part {name}")))?;
        Ok(format!("{name}:{part}"))
    };
    Ok(format!("{{{}}}", names.iter().map(member).collect::<Result<Vec<_>, Error>>()?.join(",")))
}

/// A reply that is cached for five minutes, or `304 Not Modified`.
fn cacheable(request: &HeaderMap, body: String, media_type: &'static str) -> Response {
    let tag = format!("\"{}\"", key::hash(&body).get(..16).unwrap_or_default());
    let known = request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or("");
    // A compressing proxy may have made the tag weak.
    let fresh = known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut response = Response::new(if fresh { Body::empty() } else { Body::from(body) });
    if fresh {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    let age = HeaderValue::from_static("public, max-age=300, stale-while-revalidate=86400");
    headers.insert(header::CACHE_CONTROL, age);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    cors::public(headers);
    response
}

/// The texts of a survey, with a token.
#[derive(Serialize)]
struct ViewWithToken<'a> {
    #[serde(flatten)]
    view: View<'a>,
    /// The token, which submissions and events return. It proves when the survey was loaded. Absent if the visitor has
    /// loaded too many.
    #[serde(skip_serializing_if = "Option::is_none")]
    t: Option<String>,
}

/// `GET /w/{public_key}/{survey}/{version}/{language}.json`: cached by the browser for half an hour, and by no shared cache
/// because of the token.
#[worker::send]
pub(crate) async fn view(
    _: PageCaller,
    app: App,
    Path((key, survey, version, file)): Path<(String, String, String, String)>,
    request: HeaderMap,
) -> Result<Response, Error> {
    let missing = || Error::not_found("", "survey version in this language");
    let language = file.strip_suffix(".json").and_then(|tag| Language::parse(tag).ok()).ok_or_else(missing)?;
    let version = version.parse().map_err(|_| missing())?;
    let shop = shop(&app, &key).await?;
    let (store, now) = (app.store(&shop.id).await?, clock::now_ms());
    let published = store.config().survey_version(&shop, &survey, version).await?.ok_or_else(missing)?;
    if !published.definition.languages().contains(&language) {
        return Err(missing());
    }
    // An earlier version is served while the survey is shown: a page may have been opened before the publication.
    match store.surveys().state(&shop, &survey, now).await? {
        Some(State::Open) => {}
        Some(State::Closed) => return Err(Error::SurveyClosed),
        Some(State::NotBegun) | None => return Err(missing()),
    }
    let view = View::new(&published.definition, &shop.name, &language);
    let signer = app.token_signer()?;
    let visitor = Visitor::of(&request, &signer, now);
    let t = if visitor.exceeds(&app, Limit::Views).await {
        None
    } else {
        Some(signer.view_token(&shop.id, &published.id, now)?)
    };
    // Without a token, the next page asks again.
    let lifetime = if t.is_some() { "private, max-age=1800" } else { "no-store" };
    let given = ViewWithToken { view, t };
    let body =
        serde_json::to_string(&given).map_err(|error| Error::internal(format!("writing a survey view: {error}")))?;
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
    cors::public(headers);
    Ok(response)
}

/// The shop of a public key.
async fn shop(app: &App, key: &str) -> Result<Arc<Shop>, Error> {
    let id = key::shop_of(key::Kind::Public, key).ok_or(Error::not_found("key", "public key"))?;
    let now = clock::now_ms();
    let store = app.store(&id).await?;
    let shop = store.config().shop(&id, now).await?.filter(|shop| shop.has_public_key(key, now));
    let shop = shop.ok_or(Error::not_found("key", "public key"))?;
    store.api_keys().touch_public(&id, key, now);
    Ok(shop)
}
