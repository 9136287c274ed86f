//! Who vouches for a response, and how much a shop takes of each kind in a day.

/// Who vouches for a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trust {
    /// A view token that is valid on arrival: the page fetched the survey shortly before.
    View,
    /// The shop's own server, with a secret key.
    Server,
    /// A view token that expired while the response waited on a device. Only the device's clock says so.
    Device,
    /// Nothing. Such a response is flagged, and does not count by default.
    None,
}

impl Trust {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::View, Self::Server, Self::Device, Self::None];

    /// The name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Server => "server",
            Self::Device => "device",
            Self::None => "none",
        }
    }

    /// The kind with that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trust| trust.as_str() == name)
    }

    /// Whether the response spends the small budget, which cannot use up the ordinary one.
    #[must_use]
    pub const fn spends_small_budget(self) -> bool {
        matches!(self, Self::Device | Self::None)
    }
}

/// Responses that one view token vouches for, at most. A page that stays open may show a survey again.
pub const MAX_RESPONSES_PER_VIEW: u32 = 3;
/// Funnel events that one view token vouches for, at most: every step of each response, and some repeats.
pub const MAX_EVENTS_PER_VIEW: u32 = 24;

/// What a shop takes in a day of its own time zone, of one kind of trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// New responses.
    pub responses: u32,
    /// Higher revisions of responses.
    pub revisions: u32,
    /// Growth of what is stored, in bytes.
    pub bytes: u64,
    /// Funnel events.
    pub events: u32,
}

/// The two budgets of a day. Neither can use up the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budgets {
    /// For [`Trust::View`] and [`Trust::Server`].
    pub ordinary: Budget,
    /// For [`Trust::Device`] and [`Trust::None`].
    pub small: Budget,
}

/// The small budget is this part of the ordinary one.
const SMALL_PART: u32 = 20;
/// The small budget of a shop with a low quota, in responses.
const MIN_SMALL: u32 = 10;
/// Revisions per response: one for each question of the longest survey.
const REVISIONS_PER_RESPONSE: u32 = 20;
/// Bytes per response. A long comment in two-byte letters with its context has about as many.
const BYTES_PER_RESPONSE: u64 = 4 * 1_024;
/// Events per response: few of the shoppers who see a survey answer it.
const EVENTS_PER_RESPONSE: u32 = 100;

impl Budget {
    const fn of(responses: u32) -> Self {
        Self {
            responses,
            revisions: responses.saturating_mul(REVISIONS_PER_RESPONSE),
            bytes: (responses as u64).saturating_mul(BYTES_PER_RESPONSE),
            events: responses.saturating_mul(EVENTS_PER_RESPONSE),
        }
    }
}

impl Budgets {
    /// No limits, for responses that were accepted earlier.
    pub const UNLIMITED: Self = Self { ordinary: Budget::of(u32::MAX), small: Budget::of(u32::MAX) };

    /// The budgets of a shop with this daily quota of responses.
    #[must_use]
    pub fn of(daily_responses: u32) -> Self {
        let small = (daily_responses / SMALL_PART).max(MIN_SMALL).min(daily_responses);
        Self { ordinary: Budget::of(daily_responses), small: Budget::of(small) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for trust in Trust::ALL {
            assert_eq!(Trust::parse(trust.as_str()), Some(trust));
        }
        assert_eq!(Trust::parse(""), None);
    }

    #[test]
    fn the_small_budget_is_a_twentieth_but_not_less_than_ten() {
        for (daily, small) in
            [(0, 0), (1, 1), (9, 9), (20, 10), (200, 10), (400, 20), (100_000, 5_000), (u32::MAX, u32::MAX / 20)]
        {
            let budgets = Budgets::of(daily);
            assert_eq!((budgets.ordinary.responses, budgets.small.responses), (daily, small), "{daily}");
        }
        let Budgets { ordinary, small } = Budgets::of(100_000);
        assert_eq!((ordinary.revisions, ordinary.events, ordinary.bytes), (2_000_000, 10_000_000, 409_600_000));
        assert_eq!((small.revisions, small.events, small.bytes), (100_000, 500_000, 20_480_000));
    }
}
