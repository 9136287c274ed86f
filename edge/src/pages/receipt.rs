//! `/r/{code}`: a shopper reads and deletes one response with its receipt. The pages work without scripts, and only the
//! button changes anything.

mod answers;
mod html;
mod words;

use super::hosted::{reader, words::Words as HostedWords};
use crate::{
    app::App,
    http::{
        auth::ReceiptHolder,
        error::Error,
        path::Path,
        reply::{self, PagePolicy},
    },
    key,
    store::{By, Erasure, ResponseRow, Store},
    time::clock,
};
use axum::{extract::RawQuery, response::Response};
use html::Page;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use maud::Markup;
use std::borrow::Cow;
use survey::{Language, SubmissionId, words::Words as ServiceWords};
use words::Words;

/// Allows the style sheet, the icon and the form. Framing is forbidden, because a page around it could trick the shopper
/// into pressing the button.
const POLICY: PagePolicy = PagePolicy {
    content_security: Cow::Borrowed(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    referrer: "no-referrer",
};

/// How long an accepted response may wait in the queue, in milliseconds.
const MAX_QUEUE_MS: i64 = 2 * clock::DAY_MS;

/// The state of the response of a receipt.
enum Found {
    Stored(Box<ResponseRow>),
    Queued,
    Deleted,
    Unknown,
}

/// A valid receipt.
struct Receipt {
    store: Store,
    shop: String,
    response: String,
}

impl Receipt {
    async fn open(app: &App, code: &str) -> Result<Option<Self>, Error> {
        let Some((shop, response)) = app.token_signer()?.open_receipt(code) else { return Ok(None) };
        Ok(Some(Self { store: app.store(&shop).await?, shop, response }))
    }

    async fn find(&self, now: i64) -> Result<Found, Error> {
        if let Some(row) = self.store.responses().get(&self.shop, &self.response).await? {
            return Ok(Found::Stored(Box::new(row)));
        }
        if self.store.erasures().is_erased(&self.shop, &self.response).await? {
            return Ok(Found::Deleted);
        }
        let made = SubmissionId::parse(&self.response).map_or(0, |id| id.time_ms());
        Ok(if now - made < MAX_QUEUE_MS { Found::Queued } else { Found::Unknown })
    }
}

/// `GET /r/{code}`
#[worker::send]
pub(crate) async fn page(
    _: ReceiptHolder,
    app: App,
    code: Result<Path<String>, Error>,
    RawQuery(query): RawQuery,
    request: HeaderMap,
) -> Response {
    let wanted = reader::wanted(query.as_deref(), &request);
    match show(&app, code, &wanted).await {
        Ok((status, markup)) => reply(status, markup),
        Err(error) => refuse(&error, &wanted),
    }
}

async fn show(
    app: &App,
    code: Result<Path<String>, Error>,
    wanted: &[Language],
) -> Result<(StatusCode, Markup), Error> {
    let not_found = Error::not_found("code", "receipt");
    let Ok(Path(code)) = code else { return Err(not_found) };
    let now = clock::now_ms();
    let Some(receipt) = Receipt::open(app, &code).await? else { return Err(not_found) };
    let row = match receipt.find(now).await? {
        Found::Stored(row) => row,
        Found::Queued => return Ok((StatusCode::OK, html::queued(words_for(wanted)))),
        Found::Deleted => return Err(Error::Gone { at: "code", what: "response" }),
        Found::Unknown => return Err(not_found),
    };
    let broken = || Error::internal(format!("response {} cannot be shown", row.id));
    let shop = receipt.store.config().shop(&receipt.shop, now).await?.ok_or_else(broken)?;
    let survey = receipt.store.config().survey_version(&shop, &row.survey, row.version).await?.ok_or_else(broken)?;
    let definition = &survey.definition;
    let language = row.language.as_deref().and_then(|tag| Language::parse(tag).ok());
    let language = language.as_ref().unwrap_or(definition.language());
    // The language of the response, if the survey still has texts in it.
    let asked = reader::pick(std::slice::from_ref(language), &definition.languages()).unwrap_or(definition.language());
    let answers = answers::of(&row, definition, asked, &shop.name).ok_or_else(broken)?;
    let heading = ServiceWords::of(language).region.replace("{shop}", &shop.name);
    let time = clock::rfc3339(row.received_at);
    // Omit the seconds.
    let person = time.get(..16).unwrap_or(&time).replace('T', " ") + " UTC";
    let words = Words::of(language);
    let page = Page { words, language: asked, heading: &heading, time: (&time, &person), answers: &answers };
    Ok((StatusCode::OK, html::answer(&page)))
}

/// `POST /r/{code}`: erases the response without further confirmation. Idempotent.
#[worker::send]
pub(crate) async fn erase(
    _: ReceiptHolder,
    app: App,
    code: Result<Path<String>, Error>,
    RawQuery(query): RawQuery,
    request: HeaderMap,
) -> Response {
    let wanted = reader::wanted(query.as_deref(), &request);
    match erase_response(&app, code).await {
        Ok(code) => back_to(&code, words_for(&wanted).language),
        Err(error) => refuse(&error, &wanted),
    }
}

async fn erase_response(app: &App, code: Result<Path<String>, Error>) -> Result<String, Error> {
    let not_found = Error::not_found("code", "receipt");
    let Ok(Path(code)) = code else { return Err(not_found) };
    let Some(receipt) = Receipt::open(app, &code).await? else { return Err(not_found) };
    let now = clock::now_ms();
    let id = key::new_event(now)?;
    let erasure = Erasure { shop: &receipt.shop, id: &id, by: By::Shopper, now };
    receipt.store.erasures().erase_response(erasure, &receipt.response).await?;
    Ok(code)
}

fn words_for(wanted: &[Language]) -> &'static Words {
    wanted.iter().find_map(Words::known).unwrap_or(Words::english())
}

/// Explains in the shopper's language why there is no response.
fn refuse(error: &Error, wanted: &[Language]) -> Response {
    let status = error.status();
    let words = words_for(wanted);
    error.note();
    let markup = if status.is_server_error() {
        let words = wanted.iter().find_map(HostedWords::known).unwrap_or(HostedWords::english());
        html::notice(words.language, words.later)
    } else if matches!(error, Error::Gone { .. }) {
        html::notice(words.language, words.deleted)
    } else {
        html::notice(words.language, words.nothing)
    };
    reply(status, markup)
}

/// Redirects to the page, so that reloading does not send the form again.
fn back_to(code: &str, language: &str) -> Response {
    let mut response = reply(StatusCode::SEE_OTHER, Markup::default());
    // A valid code contains only letters and digits.
    if let Ok(place) = HeaderValue::from_str(&format!("/r/{code}?lang={language}")) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

fn reply(status: StatusCode, markup: Markup) -> Response {
    reply::html(status, markup.into_string(), &POLICY)
}
