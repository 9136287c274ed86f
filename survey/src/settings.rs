//! Settings of a shop, shared by all of its surveys.

use alloc::{string::String, vec::Vec};
use core::ops::RangeInclusive;

/// The consent that is required before anything is stored on a shopper's device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Consent {
    /// Consent from the page's consent platform or from the page itself.
    #[default]
    Auto,
    /// Consent only from the page itself, by an API call.
    Wait,
    /// Nothing is ever stored on the device.
    None,
}

impl Consent {
    /// All values.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopSettings {
    /// The consent required to store anything on a shopper's device.
    pub consent: Consent,
    /// Minimum days between any two surveys for the same shopper.
    pub cooldown_days: u16,
    /// Days after which a response is deleted. Not sent to pages.
    pub retention_days: u16,
    /// Names of the parameters that are kept in stored page addresses, besides those of campaigns. Checked by
    /// [`crate::submission::PageParameters`].
    pub page_parameters: Vec<String>,
}

impl ShopSettings {
    /// Maximum cooldown, in days.
    pub const MAX_COOLDOWN: u16 = 365;
    /// Allowed retention, in days.
    pub const RETENTION: RangeInclusive<u16> = 30..=3650;
}

impl Default for ShopSettings {
    fn default() -> Self {
        Self { consent: Consent::default(), cooldown_days: 7, retention_days: 730, page_parameters: Vec::new() }
    }
}
