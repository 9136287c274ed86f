//! Estimates how likely it is that a person sent a submission.
//!
//! Never a reason to reject one: [`Flags`] are stored with the response, so that results can be read with and without
//! suspicious responses. Honest shoppers have fast thumbs, wrong clocks and pasted texts, too.

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

    /// All flags, with their names on the wire.
    pub const ALL: [(Self, &str); 5] = [
        (Self::TOO_FAST, "too_fast"),
        (Self::IMPOSSIBLE_TIMING, "impossible_timing"),
        (Self::HONEYPOT, "honeypot"),
        (Self::NO_TOKEN, "no_token"),
        (Self::BAD_TOKEN, "bad_token"),
    ];

    /// The flags as stored.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The flags from their stored form. Unknown and retired bits are dropped.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 31)
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

/// Input for the assessment of a submission. Times are milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signals {
    /// Time of arrival, by the service's clock.
    pub arrived_ms: i64,
    /// Time when the id was created, by the page's clock.
    pub created_ms: i64,
    /// The token's state.
    pub token: Token,
    /// See [`crate::Submission::honeypot`].
    pub honeypot: bool,
    /// See [`crate::Submission::revision`].
    pub revision: u32,
    /// Total length of all typed texts, in characters.
    pub typed_chars: u32,
}

/// Minimum time to read a question and tap an answer, in milliseconds.
pub const MIN_ANSWER_MS: i64 = 800;
/// Maximum typing speed, in characters per second.
pub const MAX_CHARS_PER_SECOND: i64 = 40;
/// Maximum clock skew of a page, in milliseconds.
pub const MAX_CLOCK_SKEW_MS: i64 = 10 * 60 * 1_000;
/// Maximum time that a submission waits on a device to be sent, in milliseconds.
pub const MAX_ID_AGE_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Maximum time between fetching a survey and its first answer, in milliseconds.
pub const MAX_TOKEN_AGE_MS: i64 = 12 * 60 * 60 * 1_000;

/// Returns the flags for these signals.
#[must_use]
pub fn assess(signals: &Signals) -> Flags {
    let mut flags = Flags::NONE;
    let mut add = |flag: Flags, is_set: bool| {
        if is_set {
            flags = flags.union(flag);
        }
    };
    add(Flags::HONEYPOT, signals.honeypot);
    let age = signals.arrived_ms.saturating_sub(signals.created_ms);
    add(Flags::IMPOSSIBLE_TIMING, !(-MAX_CLOCK_SKEW_MS..=MAX_ID_AGE_MS).contains(&age));
    match signals.token {
        Token::Absent => add(Flags::NO_TOKEN, true),
        Token::Bad => add(Flags::BAD_TOKEN, true),
        Token::Issued { ms } => {
            // Both times are by the service's clock, so a page's wrong clock cannot cause a flag.
            let since = signals.arrived_ms.saturating_sub(ms).max(0);
            add(Flags::TOO_FAST, signals.revision <= 1 && since < MIN_ANSWER_MS);
            let typed = i64::from(signals.typed_chars).saturating_mul(1_000);
            add(Flags::IMPOSSIBLE_TIMING, typed > since.saturating_mul(MAX_CHARS_PER_SECOND));
            let until_created = signals.created_ms.saturating_sub(ms);
            add(Flags::IMPOSSIBLE_TIMING, until_created < -MAX_CLOCK_SKEW_MS);
            add(Flags::BAD_TOKEN, until_created > MAX_TOKEN_AGE_MS);
        }
    }
    flags
}
