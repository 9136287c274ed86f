//! Getting answers home: which revision is sent when, and what a reply means. Pure: time and network are the
//! caller's.

pub mod retry;

/// What the caller has to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing; a reply or the shopper comes next.
    Wait,
    /// Send the newest revision.
    Send,
    /// Call [`Outbox::due`] after so many milliseconds.
    Retry(u32),
    /// All that was given is stored.
    Stored,
    /// The service will never take it.
    Refused,
}

/// The number of the newest revision of one submission, and how far the service has got with it.
///
/// Every revision holds all answers so far, so only the newest has to arrive: one that waits is replaced, and one in
/// the air is followed. The service ignores a revision that is lower than what it has, so two in the air may overtake
/// each other.
#[derive(Debug, Default)]
pub struct Outbox {
    newest: u32,
    /// The last revision that was sent and has no reply yet; 0 = none.
    in_air: u32,
    stored: u32,
    failures: u32,
    refused: bool,
    /// The last failure was the network's, not the service's.
    cut_off: bool,
}

impl Outbox {
    /// The number of the newest revision; 0 = none yet.
    #[must_use]
    pub const fn newest(&self) -> u32 {
        self.newest
    }

    /// Whether something was given that is neither stored nor refused.
    #[must_use]
    pub const fn unsent(&self) -> bool {
        self.newest > self.stored && !self.refused
    }

    /// Takes the next revision.
    pub const fn put(&mut self) -> Step {
        self.newest += 1;
        // What is in the air is waited for: most often it arrives, and the next follows in its connection.
        if self.in_air == 0 { self.due() } else { Step::Wait }
    }

    /// The time of a retry has come.
    pub const fn due(&mut self) -> Step {
        if self.unsent() && self.in_air == 0 { self.send() } else { Step::Wait }
    }

    /// The network is back: worth a try if the network was what failed.
    pub const fn online(&mut self) -> Step {
        if self.cut_off { self.due() } else { Step::Wait }
    }

    /// The page is going away, maybe for good: nothing waits any longer.
    pub const fn leave(&mut self) -> Step {
        if self.unsent() && self.in_air != self.newest { self.send() } else { Step::Wait }
    }

    const fn send(&mut self) -> Step {
        self.in_air = self.newest;
        Step::Send
    }

    /// What the service said to a revision: `status` 0 = the network failed; `after` = the service's own wish when to
    /// come back, in milliseconds, 0 = none; `random` spreads the retries of many pages.
    pub fn reply(&mut self, revision: u32, status: u32, after: u32, random: u32) -> Step {
        if (200..300).contains(&status) {
            self.stored = self.stored.max(revision);
            self.failures = 0;
        }
        // A later one was sent meanwhile: its reply decides.
        if revision != self.in_air || self.refused {
            return Step::Wait;
        }
        self.in_air = 0;
        self.cut_off = status == 0;
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

    /// Retries without jitter (`random` = 0 gives the shortest) keep the table readable.
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
    fn revisions_follow_each_other() {
        let outbox = check(&[(Put, Send), (Reply(1, 201), Stored), (Put, Send), (Reply(2, 201), Stored)]);
        assert!(!outbox.unsent());
        assert_eq!(outbox.newest(), 2);
    }

    #[test]
    fn what_comes_while_one_is_in_the_air_waits_and_is_replaced_by_the_newest() {
        let outbox = check(&[(Put, Send), (Put, Wait), (Put, Wait), (Reply(1, 201), Send), (Reply(3, 201), Stored)]);
        assert_eq!(outbox.newest(), 3);
    }

    #[test]
    fn every_good_status_counts() {
        for status in [200, 201, 202, 204] {
            check(&[(Put, Send), (Reply(1, status), Stored)]);
        }
    }

    #[test]
    fn failures_of_network_and_service_are_tried_again() {
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
    fn other_refusals_are_final() {
        for status in [400, 401, 403, 404, 409, 413, 415, 422, 499] {
            let outbox = check(&[(Put, Send), (Reply(1, status), Refused), (Due, Wait), (Leave, Wait), (Put, Wait)]);
            assert!(!outbox.unsent());
        }
    }

    #[test]
    fn a_success_starts_the_schedule_again() {
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
    fn a_new_answer_does_not_wait_for_the_retry() {
        check(&[(Put, Send), (Reply(1, 500), Retry(250)), (Put, Send), (Due, Wait), (Reply(2, 201), Stored)]);
    }

    #[test]
    fn leaving_sends_what_waits_once() {
        check(&[(Leave, Wait), (Put, Send), (Leave, Wait), (Put, Wait), (Leave, Send), (Leave, Wait)]);
        check(&[(Put, Send), (Reply(1, 0), Retry(250)), (Leave, Send), (Leave, Wait), (Due, Wait)]);
        check(&[(Put, Send), (Reply(1, 201), Stored), (Leave, Wait)]);
    }

    #[test]
    fn replies_may_overtake_each_other() {
        // The first fails after the second was sent: the second's reply decides.
        check(&[(Put, Send), (Put, Wait), (Leave, Send), (Reply(1, 0), Wait), (Reply(2, 201), Stored)]);
        // The second arrives first; the first's late reply changes nothing.
        let outbox = check(&[(Put, Send), (Put, Wait), (Leave, Send), (Reply(2, 201), Stored), (Reply(1, 201), Wait)]);
        assert!(!outbox.unsent());
        // The second fails, the first arrived: the second is still owed.
        let outbox =
            check(&[(Put, Send), (Put, Wait), (Leave, Send), (Reply(1, 201), Wait), (Reply(2, 0), Retry(250))]);
        assert!(outbox.unsent());
    }

    #[test]
    fn the_network_coming_back_helps_only_what_it_broke() {
        check(&[(Put, Send), (Reply(1, 0), Retry(250)), (Online, Send), (Online, Wait)]);
        check(&[(Put, Send), (Reply(1, 503), Retry(250)), (Online, Wait)]);
        check(&[(Online, Wait)]);
    }
}
