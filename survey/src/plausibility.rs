//! How likely it is that a person answered.
//!
//! Nothing here refuses an answer. A [`Flags`] is a note beside a stored one, so that an owner can look at results with
//! and without what looks made up; people with fast thumbs, wrong clocks and pasted texts exist.

/// What is odd about a submission: any number of flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Flags(u8);

impl Flags {
    /// Nothing is odd.
    pub const NONE: Self = Self(0);
    /// Answered sooner after the survey was fetched than anybody reads a question.
    pub const TOO_FAST: Self = Self(1);
    /// The times of token, id and arrival do not fit, or more was typed than anybody types in that time.
    pub const IMPOSSIBLE_TIMING: Self = Self(2);
    /// A field that no person sees was filled in.
    pub const HONEYPOT: Self = Self(4);
    /// No token came with it: the survey was not fetched, or by a widget of old.
    pub const NO_TOKEN: Self = Self(8);
    /// A token came that was not issued for this survey, or long before.
    pub const BAD_TOKEN: Self = Self(16);
    /// A challenge was asked for and not passed. Not judged here: whoever asks for it adds it.
    pub const NO_CHALLENGE: Self = Self(32);

    /// All of them with their names on the wire.
    pub const ALL: [(Self, &str); 6] = [
        (Self::TOO_FAST, "too_fast"),
        (Self::IMPOSSIBLE_TIMING, "impossible_timing"),
        (Self::HONEYPOT, "honeypot"),
        (Self::NO_TOKEN, "no_token"),
        (Self::BAD_TOKEN, "bad_token"),
        (Self::NO_CHALLENGE, "no_challenge"),
    ];

    /// The flags as they are stored.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The flags that were stored as this number. Bits without a name are left out.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 63)
    }

    /// The flag with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(flag, _)| *flag)
    }

    /// The names of these flags on the wire, always in the same order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().filter(move |(flag, _)| self.contains(*flag)).map(|(_, name)| name)
    }

    /// These and those.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of those are among these.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether nothing is odd.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What became of the token that a submission carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// None came.
    Absent,
    /// It was not issued for this survey.
    Bad,
    /// It was issued when the survey was fetched.
    Issued {
        /// When, by the service's clock: milliseconds since 1970.
        ms: i64,
    },
}

/// What is known about how a submission came to be. Times are milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signals {
    /// When it arrived, by the service's clock.
    pub arrived_ms: i64,
    /// When its id was made, by the page's clock.
    pub made_ms: i64,
    /// Its token.
    pub token: Token,
    /// See [`crate::Submission::honeypot`].
    pub honeypot: bool,
    /// See [`crate::Submission::revision`].
    pub revision: u32,
    /// Characters in all that was typed.
    pub typed_chars: u32,
}

/// Nobody reads a question and taps an answer in less, in milliseconds.
pub const FASTEST_MS: i64 = 800;
/// Nobody types more characters in a second.
pub const FASTEST_TYPING: i64 = 40;
/// A clock may be wrong by so much, in milliseconds.
pub const CLOCKS_MS: i64 = 10 * 60 * 1_000;
/// Longest that an answer waits on a device to be sent, in milliseconds.
pub const OLDEST_ID_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
/// Longest that a page stays open between fetching a survey and its first answer, in milliseconds.
pub const OLDEST_TOKEN_MS: i64 = 12 * 60 * 60 * 1_000;

/// What is odd about a submission with these signs.
#[must_use]
pub fn assess(signals: &Signals) -> Flags {
    let mut flags = Flags::NONE;
    let mut add = |flag: Flags, odd: bool| {
        if odd {
            flags = flags.union(flag);
        }
    };
    add(Flags::HONEYPOT, signals.honeypot);
    let age = signals.arrived_ms.saturating_sub(signals.made_ms);
    add(Flags::IMPOSSIBLE_TIMING, !(-CLOCKS_MS..=OLDEST_ID_MS).contains(&age));
    match signals.token {
        Token::Absent => add(Flags::NO_TOKEN, true),
        Token::Bad => add(Flags::BAD_TOKEN, true),
        Token::Issued { ms } => {
            // Both by the service's clock, so that a page's wrong one makes nobody fast.
            let since = signals.arrived_ms.saturating_sub(ms).max(0);
            add(Flags::TOO_FAST, signals.revision <= 1 && since < FASTEST_MS);
            let typed = i64::from(signals.typed_chars).saturating_mul(1_000);
            add(Flags::IMPOSSIBLE_TIMING, typed > since.saturating_mul(FASTEST_TYPING));
            let until_made = signals.made_ms.saturating_sub(ms);
            add(Flags::IMPOSSIBLE_TIMING, until_made < -CLOCKS_MS);
            add(Flags::BAD_TOKEN, until_made > OLDEST_TOKEN_MS);
        }
    }
    flags
}
