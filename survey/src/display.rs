//! Where a survey appears on a page, and what triggers it.

use crate::{language::Localized, theme::Theme};
use alloc::{collections::BTreeMap, string::String, vec::Vec};

/// How a survey is embedded in the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Slides in over the page's corner.
    SlideIn,
    /// Rendered inside the first element that matches the CSS selector.
    Inline {
        /// The selector.
        selector: String,
        /// Height reserved from the start to avoid a layout shift, in pixels; 0 = none.
        height: u16,
    },
    /// A modal dialog, opened only on request.
    Modal,
    /// A button in the corner that opens it.
    Button {
        /// The label of the button; empty = the built-in text.
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

    /// The height reserved for an inline survey, in pixels; 0 for the other modes.
    #[must_use]
    pub const fn height(&self) -> u16 {
        match self {
            Self::Inline { height, .. } => *height,
            Self::SlideIn | Self::Modal | Self::Button { .. } => 0,
        }
    }
}

/// The corner of the window for a survey or its button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Corner {
    /// Where shoppers expect it.
    #[default]
    BottomRight,
    /// For shops with a chat widget on the right.
    BottomLeft,
    /// Top right.
    TopRight,
    /// Top left.
    TopLeft,
}

impl Corner {
    /// All values.
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

/// The position of an element that floats over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// The corner.
    pub corner: Corner,
    /// Distance from the left or right edge, in pixels.
    pub x: u8,
    /// Distance from the top or bottom edge, in pixels.
    pub y: u8,
    /// Stacking order (CSS `z-index`).
    pub z_index: u16,
}

impl Placement {
    /// Maximum distance from an edge, in pixels.
    pub const MAX_OFFSET: u8 = 200;
    /// Highest `z-index`. Consent banners use 9999 or more and must stay on top.
    pub const MAX_Z: u16 = 9_999;
}

impl Default for Placement {
    fn default() -> Self {
        // Above the usual layers of shops: sticky headers, drawers and dialogs use 1000 to 2000.
        Self { corner: Corner::default(), x: 16, y: 16, z_index: 9_000 }
    }
}

/// The expected value of an event property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PropertyValue {
    /// A text.
    Text(String),
    /// An integer.
    Number(i64),
    /// A boolean.
    Flag(bool),
}

/// What makes a survey appear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// The page has loaded.
    Load,
    /// The shopper is about to leave the page.
    Exit,
    /// The shopper scrolled this far down the page.
    Scroll {
        /// 1–100.
        percent: u8,
    },
    /// A click on an element that matches the selector.
    Click {
        /// CSS selector.
        selector: String,
    },
    /// An element that matches the selector became visible.
    Visible {
        /// CSS selector.
        selector: String,
    },
    /// The page reported an event.
    Event {
        /// The event's name.
        name: String,
        /// Required properties, all of them.
        props: BTreeMap<String, PropertyValue>,
    },
    /// Time on the site in this visit.
    Time {
        /// Seconds.
        seconds: u16,
    },
    /// Pages viewed in this visit.
    Pages {
        /// Pages.
        count: u8,
    },
}

impl Trigger {
    /// The names on the wire.
    pub const NAMES: [&str; 8] = ["load", "exit", "scroll", "click", "visible", "event", "time", "pages"];
    /// Maximum triggers per survey.
    pub const MAX: usize = 10;
    /// Maximum properties per event.
    pub const MAX_PROPS: usize = 10;
    /// Maximum length of an event or property name and of a property value, in characters.
    pub const MAX_NAME: usize = 100;
    /// Maximum time on the site: one hour.
    pub const MAX_SECONDS: u16 = 3_600;
    /// Maximum number of pages.
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

    /// Whether the shopper or the page requested the survey, so that a modal dialog is expected.
    #[must_use]
    pub const fn is_requested(&self) -> bool {
        matches!(self, Self::Click { .. } | Self::Event { .. })
    }
}

/// Where and when a survey is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Display {
    /// How it is embedded in the page.
    pub mode: Mode,
    /// Position of the floating modes.
    pub placement: Placement,
    /// Colours and corners.
    pub theme: Theme,
    /// Patterns for the page's path: exact, with `*` for any run of characters, or `~` before a regular expression; `!`
    /// excludes matching pages. Empty = every page.
    pub pages: Vec<String>,
    /// Any of these makes the survey appear; empty = only a call or a tap.
    pub triggers: Vec<Trigger>,
    /// Delay after the trigger, in milliseconds.
    pub delay_ms: u32,
}
