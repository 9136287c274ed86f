//! What a shop says once for all of its surveys.

use core::ops::RangeInclusive;

/// What it takes before anything is written to a shopper's device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Consent {
    /// What the page's consent platform says, or the page itself.
    #[default]
    Auto,
    /// Only what the page itself says, by a call.
    Wait,
    /// Nothing is ever written.
    None,
}

impl Consent {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Wait, Self::None];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Wait => "wait",
            Self::None => "none",
        }
    }

    /// The consent with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|consent| consent.as_str() == name)
    }
}

/// A shop's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShopSettings {
    /// What it takes before anything is kept on a shopper's device.
    pub consent: Consent,
    /// Days between two surveys for the same shopper, whatever the surveys.
    pub cooldown_days: u16,
    /// Days after which an answer is deleted. Pages need not know.
    pub retention_days: u16,
    /// Whether an answer without a passed challenge (Turnstile) is flagged.
    pub challenge: bool,
}

impl ShopSettings {
    /// Longest rest between two surveys.
    pub const MAX_COOLDOWN: u16 = 365;
    /// Shortest and longest time that answers are kept.
    pub const RETENTION: RangeInclusive<u16> = 30..=3650;
}

impl Default for ShopSettings {
    fn default() -> Self {
        Self { consent: Consent::default(), cooldown_days: 7, retention_days: 730, challenge: false }
    }
}
