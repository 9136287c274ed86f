//! How a survey looks: the owner's colours, and what becomes of them so that everybody can read.

mod color;
mod tokens;

pub use color::Rgb;
pub use tokens::Tokens;

/// Whether a survey follows the reader's light or dark setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scheme {
    /// As the reader has set it.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Scheme {
    /// All of them.
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

/// The colours that an owner chooses; the rest follows from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Palette {
    /// Buttons, what is chosen, the ring around what has the focus.
    pub accent: Option<Rgb>,
    /// Behind everything.
    pub background: Option<Rgb>,
    /// Text.
    pub text: Option<Rgb>,
}

/// How a survey looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Theme {
    /// Light or dark.
    pub scheme: Scheme,
    /// The shop's colours.
    pub light: Palette,
    /// Its colours in the dark, where they are not to follow from the others.
    pub dark: Palette,
    /// Radius of the corners, in pixels.
    pub radius: Option<u8>,
}

impl Theme {
    /// Roundest corners, in pixels.
    pub const MAX_RADIUS: u8 = 32;

    /// The colours on light pages, readable.
    #[must_use]
    pub fn light(&self) -> Tokens {
        Tokens::of(&self.light, &Tokens::LIGHT)
    }

    /// The colours on dark pages, readable.
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
