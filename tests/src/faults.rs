//! Controls the faults that `faults/worker.mjs` injects into the bindings, and reads its counters.

use crate::{http::Client, supervisor::Supervisor};
use serde_json::{Value, json};

/// Transient error messages of D1.
pub const TRANSIENT: [&str; 5] = [
    "Network connection lost.",
    "D1 DB storage caused object to be reset.",
    "D1 DB reset because its code was updated.",
    "Internal error while starting up D1 DB storage caused object to be reset.",
    "Cannot resolve D1 DB due to transient issue on remote node.",
];

/// Error messages of D1 that are not worth an immediate retry.
pub const PERSISTENT: [&str; 3] = [
    "D1 DB is overloaded. Requests queued for too long.",
    "D1 DB exceeded its CPU time limit and was reset.",
    "internal error; reference = 0000000000000000",
];

const CONTROL: &str = "/v1/__faults";

/// The fault control of a Worker started with failing bindings. Dropping it removes all faults.
#[derive(Debug)]
pub struct Faults {
    client: Client,
}

impl Faults {
    /// Starts without faults.
    #[must_use]
    pub fn of(supervisor: &Supervisor) -> Self {
        let faults = Self { client: supervisor.client() };
        faults.none();
        faults
    }

    /// Replaces all faults and resets the counters.
    pub fn set(&self, faults: &Value) {
        let headers = [("content-type", "application/json")];
        let _ = self.client.send("PUT", CONTROL, &headers, faults.to_string()).expect(200);
    }

    /// Removes all faults.
    pub fn none(&self) {
        self.set(&json!({}));
    }

    /// Enqueues messages without validation.
    pub fn put(&self, messages: &[Value]) {
        let headers = [("content-type", "application/json")];
        let _ = self.client.send("POST", CONTROL, &headers, Value::from(messages.to_vec()).to_string()).expect(200);
    }

    /// The value of a counter since the faults were set.
    ///
    /// # Panics
    /// If the counter does not exist.
    #[must_use]
    pub fn seen(&self, what: &str) -> u64 {
        let seen = self.client.send("GET", CONTROL, &[], "").expect(200).json()["seen"][what].as_u64();
        seen.unwrap_or_else(|| panic!("no counter named {what}"))
    }

    /// Runs the cron job of a schedule.
    pub fn cron(&self, cron: &str) {
        let path = format!("/cdn-cgi/handler/scheduled?cron={}", cron.replace(' ', "+"));
        let _ = self.client.send("GET", &path, &[], "").expect(200);
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        // Errors are ignored: the Worker may be unresponsive, and the next test sets its own faults.
        let _ = self.client.try_send("PUT", CONTROL, &[("content-type", "application/json")], "{}");
    }
}
