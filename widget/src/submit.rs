//! Delivery of answers: when each revision is sent, and what a reply means. Pure: the caller has the clock and the
//! network.

pub mod retry;

/// What the caller must do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing, until the next reply or answer.
    Wait,
    /// Send the newest revision.
    Send,
    /// Call [`Outbox::due`] after this many milliseconds.
    Retry(u32),
    /// The service has stored the newest revision.
    Stored,
    /// The service has rejected the response for good.
    Refused,
}

/// The number of the newest revision of a submission, and how much of it the service has stored.
///
/// Every revision contains all answers so far, so only the newest has to arrive: it replaces one that is waiting and
/// follows one that is in flight. The service ignores a revision older than the stored one, so two requests may
/// overtake each other.
#[derive(Debug, Default)]
pub struct Outbox {
    newest: u32,
    /// The last revision that was sent and has no reply yet; 0 if none.
    in_flight: u32,
    stored: u32,
    failures: u32,
    refused: bool,
    /// The last attempt did not reach the service.
    network_failed: bool,
}

impl Outbox {
    /// The number of the newest revision; 0 if there is none yet.
    #[must_use]
    pub const fn newest(&self) -> u32 {
        self.newest
    }

    /// Whether the newest revision is neither stored nor rejected.
    #[must_use]
    pub const fn unsent(&self) -> bool {
        self.newest > self.stored && !self.refused
    }

    /// Adds the next revision.
    pub const fn put(&mut self) -> Step {
        self.newest += 1;
        // Wait for a request in flight: it usually succeeds, and the next one can reuse its connection.
        if self.in_flight == 0 { self.due() } else { Step::Wait }
    }

    /// The timer of a retry has fired.
    pub const fn due(&mut self) -> Step {
        if self.unsent() && self.in_flight == 0 { self.send() } else { Step::Wait }
    }

    /// The browser is online again: retry if the last attempt did not reach the service.
    pub const fn online(&mut self) -> Step {
        if self.network_failed { self.due() } else { Step::Wait }
    }

    /// The page is hidden and may not come back: send what is waiting.
    pub const fn leave(&mut self) -> Step {
        if self.unsent() && self.in_flight != self.newest { self.send() } else { Step::Wait }
    }

    const fn send(&mut self) -> Step {
        self.in_flight = self.newest;
        Step::Send
    }

    /// Handles the reply to a revision. `status` is 0 if the service was not reached, `after` is `Retry-After` in
    /// milliseconds or 0, and `random` spreads the retries of many pages.
    pub fn reply(&mut self, revision: u32, status: u32, after: u32, random: u32) -> Step {
        if (200..300).contains(&status) {
            self.stored = self.stored.max(revision);
            self.failures = 0;
        }
        // A later revision has been sent since; its reply decides.
        if revision != self.in_flight || self.refused {
            return Step::Wait;
        }
        self.in_flight = 0;
        self.network_failed = status == 0;
        match status {
            200..300 if self.unsent() => self.send(),
            200..300 => Step::Stored,
            400..500 if !matches!(status, 408 | 425 | 429) => {
                self.refused = true;
                Step::Refused
            }
            _ => {
                let wait = retry::wait(self.failures, after, random);
                self.failures += 1;
                Step::Retry(wait)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Step::{Refused, Retry, Send, Stored, Wait};

    enum Do {
        Put,
        Due,
        Online,
        Leave,
        Reply(u32, u32),
    }
    use Do::{Due, Leave, Online, Put, Reply};

    /// `random` is 0, so that every retry has the shortest wait.
    #[track_caller]
    fn check(rows: &[(Do, Step)]) -> Outbox {
        let mut outbox = Outbox::default();
        for (at, (action, expected)) in rows.iter().enumerate() {
            let step = match action {
                Put => outbox.put(),
                Due => outbox.due(),
                Online => outbox.online(),
                Leave => outbox.leave(),
                Reply(revision, status) => outbox.reply(*revision, *status, 0, 0),
            };
            assert_eq!(step, *expected, "row {at}");
        }
        outbox
    }

    #[test]
    fn each_revision_is_sent_after_the_previous_one_is_stored() {
        let outbox = check(&[(Put, Send), (Reply(1, 201), Stored), (Put, Send), (Reply(2, 201), Stored)]);
        assert!(!outbox.unsent());
        assert_eq!(outbox.newest(), 2);
    }

    #[test]
    fn only_the_newest_revision_is_sent_after_the_one_in_flight() {
        let outbox = check(&[(Put, Send), (Put, Wait), (Put, Wait), (Reply(1, 201), Send), (Reply(3, 201), Stored)]);
        assert_eq!(outbox.newest(), 3);
    }

    #[test]
    fn every_2xx_status_means_stored() {
        for status in [200, 201, 202, 204] {
            check(&[(Put, Send), (Reply(1, status), Stored)]);
        }
    }

    #[test]
    fn network_and_server_failures_are_retried() {
        for status in [0, 408, 425, 429, 500, 502, 503, 504, 302] {
            let outbox = check(&[
                (Put, Send),
                (Reply(1, status), Retry(250)),
                (Due, Send),
                (Reply(1, status), Retry(500)),
                (Due, Send),
            ]);
            assert!(outbox.unsent());
        }
    }

    #[test]
    fn other_client_errors_are_final() {
        for status in [400, 401, 403, 404, 409, 410, 413, 415, 422, 499] {
            let outbox = check(&[(Put, Send), (Reply(1, status), Refused), (Due, Wait), (Leave, Wait), (Put, Wait)]);
            assert!(!outbox.unsent());
        }
    }

    #[test]
    fn a_success_resets_the_backoff() {
        check(&[
            (Put, Send),
            (Reply(1, 500), Retry(250)),
            (Due, Send),
            (Reply(1, 500), Retry(500)),
            (Due, Send),
            (Reply(1, 201), Stored),
            (Put, Send),
            (Reply(2, 500), Retry(250)),
        ]);
    }

    #[test]
    fn a_new_answer_is_sent_without_waiting_for_the_retry() {
        check(&[(Put, Send), (Reply(1, 500), Retry(250)), (Put, Send), (Due, Wait), (Reply(2, 201), Stored)]);
    }

    #[test]
    fn leaving_sends_a_waiting_revision_once() {
        check(&[(Leave, Wait), (Put, Send), (Leave, Wait), (Put, Wait), (Leave, Send), (Leave, Wait)]);
        check(&[(Put, Send), (Reply(1, 0), Retry(250)), (Leave, Send), (Leave, Wait), (Due, Wait)]);
        check(&[(Put, Send), (Reply(1, 201), Stored), (Leave, Wait)]);
    }

    #[test]
    fn replies_may_arrive_in_any_order() {
        // The first fails after the second is sent: the reply to the second decides.
        check(&[(Put, Send), (Put, Wait), (Leave, Send), (Reply(1, 0), Wait), (Reply(2, 201), Stored)]);
        // The reply to the second arrives first: the late reply to the first changes nothing.
        let outbox = check(&[(Put, Send), (Put, Wait), (Leave, Send), (Reply(2, 201), Stored), (Reply(1, 201), Wait)]);
        assert!(!outbox.unsent());
        // The first is stored and the second fails: the second must be retried.
        let outbox =
            check(&[(Put, Send), (Put, Wait), (Leave, Send), (Reply(1, 201), Wait), (Reply(2, 0), Retry(250))]);
        assert!(outbox.unsent());
    }

    #[test]
    fn going_online_retries_only_after_a_network_failure() {
        check(&[(Put, Send), (Reply(1, 0), Retry(250)), (Online, Send), (Online, Wait)]);
        check(&[(Put, Send), (Reply(1, 503), Retry(250)), (Online, Wait)]);
        check(&[(Online, Wait)]);
    }
}
