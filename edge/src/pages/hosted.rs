//! `GET /s/{survey}`: a hosted page with one survey, for e-mails, QR codes, frames, and shops whose content security policy
//! forbids the widget. It contains only the tag, like a page of a shop.

pub(super) mod html;
pub(super) mod reader;
pub(super) mod words;

use crate::{
    app::App,
    http::{
        auth::PageCaller,
        error::Error,
        path::Path,
        reply::{self, PagePolicy},
    },
    identity::IdentitySecret,
    key,
    store::{Published, Shop},
    time::clock,
};
use axum::{extract::RawQuery, response::Response};
use html::Page;
use http::{HeaderMap, HeaderValue, StatusCode};
use maud::Markup;
use std::sync::Arc;
use survey::{Language, Origin, closing::State, theme::Scheme, words::Words as ServiceWords};
use words::Words;

/// The policy of a page that these sources may frame. It allows scripts, styles and requests of this origin, and the
/// widget's wasm.
fn policy(ancestors: &str) -> PagePolicy {
    let content_security = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self'; \
         frame-ancestors {ancestors}; base-uri 'none'; form-action 'none'"
    );
    PagePolicy { content_security: content_security.into(), referrer: "same-origin" }
}

/// The `frame-ancestors` of a shop's pages: the service's own origin and the shop's origins. Another site could lay the
/// page under its own and so collect clicks as answers. An [`Origin`] has no character that ends a source or a directive.
fn ancestors(origins: &[Origin]) -> String {
    let origins = origins.iter().map(Origin::as_str);
    std::iter::once("'self'").chain(origins).collect::<Vec<_>>().join(" ")
}

/// The `frame-ancestors` of a notice that belongs to no shop.
const NOWHERE: &str = "'none'";

/// `GET /s/{survey}`
#[worker::send]
pub(crate) async fn page(
    _: PageCaller,
    app: App,
    survey: Result<Path<String>, Error>,
    RawQuery(query): RawQuery,
    request: HeaderMap,
) -> Response {
    let wanted = reader::wanted(query.as_deref(), &request);
    let now = clock::now_ms();
    let found = match survey {
        Ok(Path(id)) => shop_of(&app, &id, now).await.map(|shop| (id, shop)),
        Err(error) => Err(error),
    };
    let (id, shop) = match found {
        Ok(found) => found,
        Err(error) => return refuse(&error, &wanted, NOWHERE),
    };
    let ancestors = ancestors(&shop.origins);
    match open(&shop, &id, now) {
        Ok(open) => reply(StatusCode::OK, show(&open, &wanted, query.as_deref(), now), &ancestors),
        Err(error) => refuse(&error, &wanted, &ancestors),
    }
}

/// A survey that accepts submissions now.
struct Open {
    shop: String,
    key: String,
    survey: Arc<Published>,
    identity: Vec<IdentitySecret>,
}

const fn unknown() -> Error {
    Error::not_found("survey", "survey")
}

/// The shop of a survey's id, whether or not it has such a survey.
async fn shop_of(app: &App, survey: &str, now: i64) -> Result<Arc<Shop>, Error> {
    let shop = key::shop_of_survey(survey).ok_or_else(unknown)?;
    app.store(&shop).await?.config().shop(&shop, now).await?.ok_or_else(unknown)
}

fn open(shop: &Shop, id: &str, now: i64) -> Result<Open, Error> {
    let survey = shop.survey(id).ok_or_else(unknown)?;
    let key = shop.public_key(now).ok_or_else(unknown)?;
    match survey.state_at(now) {
        State::Open => {}
        State::NotBegun => return Err(unknown()),
        State::Closed => return Err(Error::SurveyClosed),
    }
    Ok(Open {
        shop: shop.name.clone(),
        key: key.to_owned(),
        survey: Arc::clone(survey),
        identity: shop.identity.clone(),
    })
}

fn show(open: &Open, wanted: &[Language], query: Option<&str>, now: i64) -> Markup {
    let definition = &open.survey.definition;
    let language = reader::pick(wanted, &definition.languages()).unwrap_or(definition.language());
    let heading = ServiceWords::of(language).region.replace("{shop}", &open.shop);
    let params = reader::params(query).with_signed_traits(&open.identity, now);
    let traits =
        Some(&params.traits).filter(|traits| !traits.is_empty()).and_then(|traits| serde_json::to_string(traits).ok());
    let scheme = definition.display().theme.scheme;
    let page = Page {
        language,
        heading: &heading,
        scheme: Some(scheme).filter(|scheme| *scheme != Scheme::Auto).map(Scheme::as_str),
        key: &open.key,
        survey: &open.survey.id,
        params: &params,
        traits,
    };
    html::survey(&page)
}

/// Explains in the shopper's language why there is no survey.
fn refuse(error: &Error, wanted: &[Language], ancestors: &str) -> Response {
    let status = error.status();
    error.note();
    let words = wanted.iter().find_map(Words::known).unwrap_or(Words::english());
    let notice = match error {
        Error::SurveyClosed => words.closed,
        _ if status.is_server_error() => words.later,
        _ => words.unknown,
    };
    reply(status, html::notice(words, notice), ancestors)
}

/// A page that requires an embedder policy of its frames shows only pages that have one and may be embedded.
fn reply(status: StatusCode, markup: Markup, ancestors: &str) -> Response {
    let mut response = reply::html(status, markup.into_string(), &policy(ancestors));
    response.headers_mut().insert("cross-origin-embedder-policy", HeaderValue::from_static("require-corp"));
    response
}
