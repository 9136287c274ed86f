//! Tells the bindings of `faults/worker.mjs` when to fail, and asks them what they have seen.

use crate::{http::Client, supervisor::Supervisor};
use serde_json::{Value, json};

/// D1's words for what passes by itself.
pub const PASSING: [&str; 5] = [
    "Network connection lost.",
    "D1 DB storage caused object to be reset.",
    "D1 DB reset because its code was updated.",
    "Internal error while starting up D1 DB storage caused object to be reset.",
    "Cannot resolve D1 DB due to transient issue on remote node.",
];

/// D1's words for what is not better a moment later.
pub const LASTING: [&str; 3] = [
    "D1 DB is overloaded. Requests queued for too long.",
    "D1 DB exceeded its CPU time limit and was reset.",
    "internal error; reference = 0000000000000000",
];

const CONTROL: &str = "/v1/__faults";

/// The faults of a Worker that was started between failing bindings. They end when this is dropped.
#[derive(Debug)]
pub struct Faults {
    client: Client,
}

impl Faults {
    /// None so far.
    #[must_use]
    pub fn of(supervisor: &Supervisor) -> Self {
        let faults = Self { client: supervisor.client() };
        faults.none();
        faults
    }

    /// These and no others from now on; what was seen is counted anew.
    pub fn set(&self, faults: &Value) {
        let headers = [("content-type", "application/json")];
        let _ = self.client.send("PUT", CONTROL, &headers, faults.to_string()).expect(200);
    }

    /// No faults from now on.
    pub fn none(&self) {
        self.set(&json!({}));
    }

    /// Puts messages into the queue as they are.
    pub fn put(&self, messages: &[Value]) {
        let headers = [("content-type", "application/json")];
        let _ = self.client.send("POST", CONTROL, &headers, Value::from(messages.to_vec()).to_string()).expect(200);
    }

    /// How often something happened since the faults were set.
    ///
    /// # Panics
    /// If nobody counts that.
    #[must_use]
    pub fn seen(&self, what: &str) -> u64 {
        let seen = self.client.send("GET", CONTROL, &[], "").expect(200).json()["seen"][what].as_u64();
        seen.unwrap_or_else(|| panic!("nobody counts {what}"))
    }

    /// Lets the cron do what it does at such a time.
    pub fn cron(&self, cron: &str) {
        let path = format!("/cdn-cgi/handler/scheduled?cron={}", cron.replace(' ', "+"));
        let _ = self.client.send("GET", &path, &[], "").expect(200);
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        // The next test sets its own if this one left a Worker that does not answer.
        let _ = self.client.try_send("PUT", CONTROL, &[("content-type", "application/json")], "{}");
    }
}
