//! Turnstile, where a shop asks for it: whether the proof that a page sent with an answer is one.
//!
//! The one place where the Worker asks somebody else about a visitor. It sends the proof and nothing of the visitor; and if
//! there is no reply in time nobody is suspected.

use crate::platform::Platform;
use futures_util::future::{Either, select};
use serde_json::Value;
use std::{pin::pin, time::Duration};
use worker::{AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, wasm_bindgen::JsValue};

/// Where proofs are checked, unless the deployment says something else by the variable `TURNSTILE_URL`.
const URL: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";
/// A shopper's answer waits no longer than this for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the challenge was passed; `None` if that cannot be found out.
pub(crate) async fn passed(platform: &Platform, proof: Option<&str>) -> Option<bool> {
    let secret = platform.secret("TURNSTILE_SECRET")?;
    let Some(proof) = proof else { return Some(false) };
    let request = request(platform, &secret, proof).ok()?;
    let patience = AbortController::default();
    let signal = patience.signal();
    let asked = pin!(async {
        let mut response = Fetch::Request(request).send_with_signal(&signal).await.ok()?;
        response.json::<Value>().await.ok()
    });
    match select(asked, pin!(Delay::from(PATIENCE))).await {
        Either::Left((verdict, _)) => verdict?.get("success")?.as_bool(),
        Either::Right(_) => {
            patience.abort();
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
