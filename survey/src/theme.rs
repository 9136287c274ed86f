//! The colours of a survey: those the owner chose, adjusted to be readable.

mod color;
mod tokens;

pub use color::Rgb;
pub use tokens::Tokens;

/// Whether a survey follows the reader's light or dark setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scheme {
    /// Follows the reader's setting.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Scheme {
    /// All values.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The scheme with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.as_str() == name)
    }
}

/// The colours that an owner can choose; the others are derived from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Palette {
    /// Buttons, selected elements and the focus ring.
    pub accent: Option<Rgb>,
    /// Background.
    pub background: Option<Rgb>,
    /// Text.
    pub text: Option<Rgb>,
}

/// How a survey looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Theme {
    /// Light or dark.
    pub scheme: Scheme,
    /// Colours on light pages.
    pub light: Palette,
    /// Colours on dark pages; missing ones are derived from `light`.
    pub dark: Palette,
    /// Radius of the corners, in pixels.
    pub radius: Option<u8>,
}

impl Theme {
    /// Maximum corner radius, in pixels.
    pub const MAX_RADIUS: u8 = 32;

    /// The readable colours on light pages.
    #[must_use]
    pub fn light(&self) -> Tokens {
        Tokens::of(&self.light, &Tokens::LIGHT)
    }

    /// The readable colours on dark pages.
    #[must_use]
    pub fn dark(&self) -> Tokens {
        let derived = tokens::darkened(&self.light);
        let palette = Palette {
            accent: self.dark.accent.or(derived.accent),
            background: self.dark.background.or(derived.background),
            text: self.dark.text.or(derived.text),
        };
        Tokens::of(&palette, &Tokens::DARK)
    }
}
