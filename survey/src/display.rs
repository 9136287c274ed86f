//! Where on a page a survey stands, and what makes it appear there.

use crate::{language::Localized, theme::Theme};
use alloc::{collections::BTreeMap, string::String, vec::Vec};

/// How a survey stands on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Slides in over the page's corner.
    SlideIn,
    /// Stands inside the first element that the CSS selector finds.
    Inline {
        /// The selector.
        selector: String,
        /// Pixels kept free for it from the start, so that nothing moves when it comes; 0 = as the page says.
        height: u16,
    },
    /// A dialog above everything, after the shopper asked for it.
    Modal,
    /// A button in the corner that opens it.
    Button {
        /// What stands on the button; empty = the service's own word.
        label: Localized,
    },
}

impl Mode {
    /// The names on the wire.
    pub const NAMES: [&str; 4] = ["slide_in", "inline", "modal", "button"];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::SlideIn => "slide_in",
            Self::Inline { .. } => "inline",
            Self::Modal => "modal",
            Self::Button { .. } => "button",
        }
    }

    /// The selector of an inline survey.
    #[must_use]
    pub fn selector(&self) -> Option<&str> {
        match self {
            Self::Inline { selector, .. } => Some(selector),
            Self::SlideIn | Self::Modal | Self::Button { .. } => None,
        }
    }

    /// The height kept free for an inline survey, in pixels; 0 for the other modes.
    #[must_use]
    pub const fn height(&self) -> u16 {
        match self {
            Self::Inline { height, .. } => *height,
            Self::SlideIn | Self::Modal | Self::Button { .. } => 0,
        }
    }
}

/// The corner of the page that a survey or its button stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Corner {
    /// Where shoppers look for it.
    #[default]
    BottomRight,
    /// For shops with a chat at the right.
    BottomLeft,
    /// Above.
    TopRight,
    /// Above.
    TopLeft,
}

impl Corner {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::BottomRight, Self::BottomLeft, Self::TopRight, Self::TopLeft];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BottomRight => "bottom_right",
            Self::BottomLeft => "bottom_left",
            Self::TopRight => "top_right",
            Self::TopLeft => "top_left",
        }
    }

    /// The corner with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|corner| corner.as_str() == name)
    }
}

/// Where in the window something stands that floats over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The corner.
    pub corner: Corner,
    /// Pixels from the side.
    pub x: u8,
    /// Pixels from the top or bottom.
    pub y: u8,
    /// Its place among the layers of the page.
    pub z_index: u16,
}

impl Spot {
    /// Furthest from the edge, in pixels.
    pub const MAX_OFFSET: u8 = 200;
    /// Highest layer. Consent banners sit at 9999 or far higher: a shopper's choice about data comes first.
    pub const MAX_Z: u16 = 9_999;
}

impl Default for Spot {
    fn default() -> Self {
        // Above what shops stack (sticky headers, drawers and dialogs use 1000 to 2000).
        Self { corner: Corner::default(), x: 16, y: 16, z_index: 9_000 }
    }
}

/// What an event's property must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// This text.
    Text(String),
    /// This whole number.
    Number(i64),
    /// This.
    Flag(bool),
}

/// What makes a survey appear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// The page has loaded.
    Load,
    /// The shopper is about to leave.
    Exit,
    /// So much of the page was scrolled through.
    Scroll {
        /// 1–100.
        percent: u8,
    },
    /// A click on what the selector finds.
    Click {
        /// CSS selector.
        selector: String,
    },
    /// What the selector finds came into sight.
    Visible {
        /// CSS selector.
        selector: String,
    },
    /// The page told an event.
    Event {
        /// Its name.
        name: String,
        /// Properties that it must have, all of them.
        props: BTreeMap<String, Wanted>,
    },
    /// So long on the site, in this visit.
    Time {
        /// Seconds.
        seconds: u16,
    },
    /// So many pages of this visit.
    Pages {
        /// Pages.
        count: u8,
    },
}

impl Trigger {
    /// The names on the wire.
    pub const NAMES: [&str; 8] = ["load", "exit", "scroll", "click", "visible", "event", "time", "pages"];
    /// Most triggers of a survey.
    pub const MAX: usize = 10;
    /// Most properties of an event.
    pub const MAX_PROPS: usize = 10;
    /// Longest name of an event or property, and longest value, in characters.
    pub const MAX_NAME: usize = 100;
    /// Longest time on the site: an hour.
    pub const MAX_SECONDS: u16 = 3_600;
    /// Most pages of a visit.
    pub const MAX_COUNT: u8 = 100;

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Exit => "exit",
            Self::Scroll { .. } => "scroll",
            Self::Click { .. } => "click",
            Self::Visible { .. } => "visible",
            Self::Event { .. } => "event",
            Self::Time { .. } => "time",
            Self::Pages { .. } => "pages",
        }
    }

    /// Whether it is the shopper or the page that asks, so that a dialog above everything is no surprise.
    #[must_use]
    pub const fn asked_for(&self) -> bool {
        matches!(self, Self::Click { .. } | Self::Event { .. })
    }
}

/// Where and when a survey is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Display {
    /// How it stands on the page.
    pub mode: Mode,
    /// Where it floats, for the modes that do.
    pub spot: Spot,
    /// How it looks.
    pub theme: Theme,
    /// Patterns of the pages' paths: exact or with `*` for any run of characters, `~` before a regular expression, `!`
    /// before what must not fit; empty = every page.
    pub pages: Vec<String>,
    /// What makes it appear, any of them; empty = nothing but a call or a tap.
    pub triggers: Vec<Trigger>,
    /// Wait after the trigger, in milliseconds.
    pub delay_ms: u32,
}
