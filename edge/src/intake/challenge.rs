//! Verification of Turnstile challenges, for shops that require them.
//!
//! This is the only request about a visitor to a third party. It contains the token and nothing else about the visitor. If
//! there is no reply in time, the submission is not flagged.

use crate::platform::Platform;
use futures_util::future::{Either, select};
use serde_json::Value;
use std::{pin::pin, time::Duration};
use worker::{AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, wasm_bindgen::JsValue};

/// The verification endpoint, unless the deployment sets the variable `TURNSTILE_URL`.
const URL: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";
/// How long a submission waits for the verification.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Whether the challenge was passed; `None` if that cannot be determined.
pub(crate) async fn passed(platform: &Platform, token: Option<&str>) -> Option<bool> {
    let secret = platform.secret("TURNSTILE_SECRET")?;
    let Some(token) = token else { return Some(false) };
    let request = request(platform, &secret, token).ok()?;
    let abort = AbortController::default();
    let signal = abort.signal();
    let asked = pin!(async {
        let mut response = Fetch::Request(request).send_with_signal(&signal).await.ok()?;
        response.json::<Value>().await.ok()
    });
    match select(asked, pin!(Delay::from(TIMEOUT))).await {
        Either::Left((verdict, _)) => verdict?.get("success")?.as_bool(),
        Either::Right(_) => {
            abort.abort();
            None
        }
    }
}

fn request(platform: &Platform, secret: &str, token: &str) -> worker::Result<Request> {
    let url = platform.var("TURNSTILE_URL").unwrap_or_else(|| URL.to_owned());
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("secret", secret).append_pair("response", token);
    let headers = Headers::new();
    headers.set("Content-Type", "application/x-www-form-urlencoded")?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_body(Some(JsValue::from_str(&form.finish())));
    Request::new_with_init(&url, &init)
}
