//! A small HTTP client.

use crate::shopper::{ADDRESS_HEADER, new_address};
use serde_json::Value;
use std::time::Duration;

/// A response.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Header names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// The body as text; invalid UTF-8 is replaced.
    pub text: String,
}

impl Reply {
    /// The body as JSON; `null` if it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The value of a header; empty if missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Location and code of every problem.
    #[must_use]
    pub fn problems(&self) -> Vec<(String, String)> {
        let problem = |problem: &Value| {
            (problem["at"].as_str().unwrap_or("?").to_owned(), problem["code"].as_str().unwrap_or("?").to_owned())
        };
        self.json()["problems"].as_array().into_iter().flatten().map(problem).collect()
    }

    /// Asserts the status and returns the response.
    ///
    /// # Panics
    /// If the status differs; the message contains the response.
    #[must_use]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
}

/// A client with keep-alive connections. Clones are cheap and share the connections. Each client is a visitor with an address
/// of its own, so that tests do not reach each other's limits.
#[derive(Debug, Clone)]
pub struct Client {
    agent: ureq::Agent,
    origin: String,
    address: String,
}

impl Client {
    /// A client for an origin.
    #[must_use]
    pub fn new(origin: &str) -> Self {
        Self::with_timeout(origin, Duration::from_secs(60))
    }

    /// A client with a timeout for the whole response.
    #[must_use]
    pub fn with_timeout(origin: &str, timeout: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(timeout))
            .max_redirects(0)
            .build();
        Self { agent: config.into(), origin: origin.to_owned(), address: new_address() }
    }

    /// Sends a request and reads the whole response.
    ///
    /// # Panics
    /// If there is no response.
    #[must_use]
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Reply {
        self.try_send(method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Sends a request and reads the whole response.
    ///
    /// # Errors
    /// If there is no response.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> anyhow::Result<Reply> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.origin));
        if !headers.iter().any(|(name, _)| *name == ADDRESS_HEADER) {
            request = request.header(ADDRESS_HEADER, &self.address);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = self.agent.run(request.body(body.into())?)?;
        let header = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        Ok(Reply {
            status: response.status().as_u16(),
            headers: response.headers().iter().map(header).collect(),
            text: String::from_utf8_lossy(&response.body_mut().with_config().limit(64 << 20).read_to_vec()?)
                .into_owned(),
        })
    }
}
