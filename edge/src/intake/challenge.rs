//! Turnstile, for shops that use it: verifies the challenge response of a submission.
//!
//! This is the only request to a third party about a visitor. It contains the challenge response and no data of the visitor.
//! Without a reply in time, the submission is not flagged.

use crate::platform::Platform;
use futures_util::future::{Either, select};
use serde_json::Value;
use std::{pin::pin, time::Duration};
use worker::{AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, wasm_bindgen::JsValue};

/// The verification endpoint, unless the variable `TURNSTILE_URL` names another.
const URL: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";
/// The longest that the verification may delay a submission.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Whether the challenge was passed; `None` if the verification is unavailable.
pub(crate) async fn passed(platform: &Platform, proof: Option<&str>) -> Option<bool> {
    let secret = platform.secret("TURNSTILE_SECRET")?;
    let Some(proof) = proof else { return Some(false) };
    let request = request(platform, &secret, proof).ok()?;
    let controller = AbortController::default();
    let signal = controller.signal();
    let verification = pin!(async {
        let mut response = Fetch::Request(request).send_with_signal(&signal).await.ok()?;
        response.json::<Value>().await.ok()
    });
    match select(verification, pin!(Delay::from(TIMEOUT))).await {
        Either::Left((verdict, _)) => verdict?.get("success")?.as_bool(),
        Either::Right(_) => {
            controller.abort();
            None
        }
    }
}

fn request(platform: &Platform, secret: &str, proof: &str) -> worker::Result<Request> {
    let url = platform.var("TURNSTILE_URL").unwrap_or_else(|| URL.to_owned());
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("secret", secret).append_pair("response", proof);
    let headers = Headers::new();
    headers.set("Content-Type", "application/x-www-form-urlencoded")?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_body(Some(JsValue::from_str(&form.finish())));
    Request::new_with_init(&url, &init)
}
