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
    key,
    store::Published,
    time::clock,
};
use axum::{extract::RawQuery, response::Response};
use html::Page;
use http::{HeaderMap, StatusCode};
use maud::Markup;
use std::sync::Arc;
use survey::{Language, closing::State, theme::Scheme, words::Words as ServiceWords};
use words::Words;

/// Allows scripts, styles and requests of this origin, and the widget's wasm. Any page may frame it: without a session,
/// clickjacking gains nothing.
const POLICY: PagePolicy = PagePolicy {
    content_security: "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
     img-src 'self'; frame-ancestors *; base-uri 'none'; form-action 'none'",
    referrer: "same-origin",
};

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
    let found = match survey {
        Ok(Path(id)) => open(&app, &id, clock::now_ms()).await,
        Err(error) => Err(error),
    };
    match found {
        Ok(open) => reply(StatusCode::OK, show(&open, &wanted, query.as_deref())),
        Err(error) => refuse(&error, &wanted),
    }
}

/// A survey that accepts submissions now.
struct Open {
    shop: String,
    key: String,
    survey: Arc<Published>,
}

async fn open(app: &App, id: &str, now: i64) -> Result<Open, Error> {
    let unknown = || Error::not_found("survey", "survey");
    let shop = key::shop_of_survey(id).ok_or_else(unknown)?;
    let shop = app.store(&shop).await?.config().shop(&shop, now).await?.ok_or_else(unknown)?;
    let survey = shop.survey(id).ok_or_else(unknown)?;
    let key = shop.public_key(now).ok_or_else(unknown)?;
    match survey.state_at(now) {
        State::Open => {}
        State::NotBegun => return Err(unknown()),
        State::Closed => return Err(Error::SurveyClosed),
    }
    Ok(Open { shop: shop.name.clone(), key: key.to_owned(), survey: Arc::clone(survey) })
}

fn show(open: &Open, wanted: &[Language], query: Option<&str>) -> Markup {
    let definition = &open.survey.definition;
    let language = reader::pick(wanted, &definition.languages()).unwrap_or(definition.language());
    let heading = ServiceWords::of(language).region.replace("{shop}", &open.shop);
    let params = reader::params(query);
    let scheme = definition.display().theme.scheme;
    let page = Page {
        language,
        heading: &heading,
        scheme: Some(scheme).filter(|scheme| *scheme != Scheme::Auto).map(Scheme::as_str),
        key: &open.key,
        survey: &open.survey.id,
        params: &params,
    };
    html::survey(&page)
}

/// Explains in the shopper's language why there is no survey.
fn refuse(error: &Error, wanted: &[Language]) -> Response {
    let status = error.status();
    error.note();
    let words = wanted.iter().find_map(Words::known).unwrap_or(Words::english());
    let notice = match error {
        Error::SurveyClosed => words.closed,
        _ if status.is_server_error() => words.later,
        _ => words.unknown,
    };
    reply(status, html::notice(words, notice))
}

fn reply(status: StatusCode, markup: Markup) -> Response {
    reply::html(status, markup.into_string(), POLICY)
}
