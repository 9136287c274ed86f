//! Estimates how likely it is that a person sent a submission, and decides who vouches for it.
//!
//! Never a reason to reject one: [`Flags`] are stored with the response, so that results can be read with and without
//! suspicious responses. Honest shoppers have fast thumbs, wrong clocks and pasted texts, too.

use crate::trust::Trust;

/// The suspicious properties of a submission: any number of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Flags(u8);

impl Flags {
    /// Nothing is suspicious.
    pub const NONE: Self = Self(0);
    /// Answered sooner after the survey was fetched than a person can read a question.
    pub const TOO_FAST: Self = Self(1);
    /// The times of token, id and arrival contradict each other, or the text was typed faster than a person can type.
    pub const IMPOSSIBLE_TIMING: Self = Self(2);
    /// The honeypot field, which is invisible to people, was filled in.
    pub const HONEYPOT: Self = Self(4);
    /// No token was sent: the survey was not fetched, or the widget is outdated.
    pub const NO_TOKEN: Self = Self(8);
    /// The token was not issued for this survey, or too long ago.
    pub const BAD_TOKEN: Self = Self(16);
    /// A bit of earlier versions, which had challenges. Stored rows lose it when they are renewed; it must not get
    /// another meaning.
    pub const RETIRED: u8 = 32;
    /// The token was already used by as many responses as one view may give. Only the store can set it.
    pub const TOKEN_REUSED: Self = Self(64);

    /// All flags, with their names on the wire.
    pub const ALL: [(Self, &str); 6] = [
        (Self::TOO_FAST, "too_fast"),
        (Self::IMPOSSIBLE_TIMING, "impossible_timing"),
        (Self::HONEYPOT, "honeypot"),
        (Self::NO_TOKEN, "no_token"),
        (Self::BAD_TOKEN, "bad_token"),
        (Self::TOKEN_REUSED, "token_reused"),
    ];

    /// The flags as stored.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The flags from their stored form. Unknown and retired bits are dropped.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 95)
    }

    /// The flag with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(flag, _)| *flag)
    }

    /// The wire names of these flags, in a fixed order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().filter(move |(flag, _)| self.contains(*flag)).map(|(_, name)| name)
    }

    /// The flags of both.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all flags of `other` are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether no flag is set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The state of a submission's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// No token was sent.
    Absent,
    /// The token was not issued for this survey.
    Bad,
    /// The token was issued when the survey was fetched.
    Issued {
        /// Time of issue by the service's clock, in milliseconds since 1970.
        ms: i64,
    },
}

impl Token {
    /// The time of issue of a valid token.
    #[must_use]
    pub const fn issued_ms(self) -> Option<i64> {
        match self {
            Self::Issued { ms } => Some(ms),
            Self::Absent | Self::Bad => None,
        }
    }
}

/// Input for the assessment of a submission. Times are milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signals {
    /// Time of arrival, by the service's clock.
    pub arrived_ms: i64,
    /// Time when the id was created, by the page's clock.
    pub created_ms: i64,
    /// The token's state.
    pub token: Token,
    /// Whether the request carries a secret key of the shop that may submit.
    pub is_server: bool,
    /// See [`crate::Submission::honeypot`].
    pub honeypot: bool,
    /// Total length of all typed texts, in characters.
    pub typed_chars: u32,
}

/// The result of an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assessment {
    /// Who vouches for the submission.
    pub trust: Trust,
    /// Its flags. A submission with [`Trust::None`] has at least one.
    pub flags: Flags,
}

/// Minimum time to read a question and tap an answer, in milliseconds.
pub const MIN_ANSWER_MS: i64 = 800;
/// Maximum typing speed, in characters per second.
pub const MAX_CHARS_PER_SECOND: i64 = 40;
/// Maximum clock skew of a page, in milliseconds.
pub const MAX_CLOCK_SKEW_MS: i64 = 10 * 60 * 1_000;
/// Maximum time that a submission waits on a device to be sent, in milliseconds.
pub const MAX_ID_AGE_MS: i64 = 31 * 24 * 60 * 60 * 1_000;
/// Maximum time for which a token vouches for a submission, in milliseconds.
pub const MAX_TOKEN_AGE_MS: i64 = 12 * 60 * 60 * 1_000;

/// Assesses a submission by these signals.
///
/// Within the token's age, both ends of the wait are measured by the service's clock, so a page's wrong clock cannot
/// cause a flag. The page's clock decides only for a submission that waited on a device, which spends a small budget.
#[must_use]
pub fn assess(signals: &Signals) -> Assessment {
    let mut flags = Flags::NONE;
    let mut add = |flag: Flags, is_set: bool| {
        if is_set {
            flags = flags.union(flag);
        }
    };
    add(Flags::HONEYPOT, signals.honeypot);
    let waited = signals.arrived_ms.saturating_sub(signals.created_ms);
    let has_possible_id = (-MAX_CLOCK_SKEW_MS..=MAX_ID_AGE_MS).contains(&waited);
    let trust = match signals.token {
        _ if signals.is_server => Trust::Server,
        Token::Absent => {
            add(Flags::NO_TOKEN, true);
            Trust::None
        }
        Token::Bad => {
            add(Flags::BAD_TOKEN, true);
            Trust::None
        }
        Token::Issued { ms } => {
            let since = signals.arrived_ms.saturating_sub(ms).max(0);
            add(Flags::TOO_FAST, since < MIN_ANSWER_MS);
            let typed = i64::from(signals.typed_chars).saturating_mul(1_000);
            add(Flags::IMPOSSIBLE_TIMING, typed > since.saturating_mul(MAX_CHARS_PER_SECOND));
            let until_created = signals.created_ms.saturating_sub(ms);
            if since <= MAX_TOKEN_AGE_MS {
                Trust::View
            } else if has_possible_id && (-MAX_CLOCK_SKEW_MS..=MAX_TOKEN_AGE_MS).contains(&until_created) {
                Trust::Device
            } else {
                add(Flags::BAD_TOKEN, true);
                Trust::None
            }
        }
    };
    add(Flags::IMPOSSIBLE_TIMING, trust == Trust::None && !has_possible_id);
    Assessment { trust, flags }
}
