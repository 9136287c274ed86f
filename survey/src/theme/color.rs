//! Colours and their contrast, as defined by WCAG 2.2.

use core::fmt;

/// An sRGB colour with eight bits per channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

/// Hue in sixths of the circle (0–6), saturation and lightness from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hsl {
    pub(super) hue: f64,
    pub(super) saturation: f64,
    pub(super) lightness: f64,
}

/// The linear light of a channel's value, from 0 to 1: <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>.
const LINEAR: [f64; 256] = {
    let mut table = [0.0; 256];
    let mut value = 0;
    while value < 256 {
        let part = value as f64 / 255.0;
        // 0.03928 in WCAG, 0.04045 in the sRGB standard: no eight-bit value lies between the two.
        #[allow(clippy::indexing_slicing, reason = "the loop's own bound; it runs in the compiler")]
        {
            table[value] = if part <= 0.03928 { part / 12.92 } else { to_the_2_4((part + 0.055) / 1.055) };
        }
        value += 1;
    }
    table
};

/// x to the power of 2.4, for x from 0 to 1: x² times the fifth root of x², by Newton's method, since `core` has no
/// `powf`.
const fn to_the_2_4(x: f64) -> f64 {
    let square = x * x;
    let mut root = 1.0;
    let mut step = 0;
    while step < 64 {
        let fourth = root * root * root * root;
        root -= (root * fourth - square) / (5.0 * fourth);
        step += 1;
    }
    square * root
}

impl Rgb {
    /// #ffffff
    pub const WHITE: Self = Self::new(0xff_ff_ff);
    /// #000000
    pub const BLACK: Self = Self::new(0);

    /// A colour from `0xrrggbb`.
    #[must_use]
    pub const fn new(hex: u32) -> Self {
        let [_, red, green, blue] = hex.to_be_bytes();
        Self { red, green, blue }
    }

    /// Reads `#rrggbb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let hex = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if hex { u32::from_str_radix(digits, 16).ok().map(Self::new) } else { None }
    }

    /// Relative luminance, from 0 (black) to 1 (white).
    #[must_use]
    pub fn luminance(self) -> f64 {
        let light = |value: u8| LINEAR.get(usize::from(value)).copied().unwrap_or(1.0);
        0.2126 * light(self.red) + 0.7152 * light(self.green) + 0.0722 * light(self.blue)
    }

    /// The contrast of two colours, from 1 to 21: <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Interpolates between this colour (`part` 0) and the other (1).
    pub(super) fn mixed(self, other: Self, part: f64) -> Self {
        let mix = |from: u8, to: u8| channel((f64::from(from) + (f64::from(to) - f64::from(from)) * part) / 255.0);
        Self { red: mix(self.red, other.red), green: mix(self.green, other.green), blue: mix(self.blue, other.blue) }
    }

    pub(super) fn hsl(self) -> Hsl {
        let [red, green, blue] = [self.red, self.green, self.blue].map(|value| f64::from(value) / 255.0);
        let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
        let (spread, lightness) = (most - least, f64::midpoint(most, least));
        if spread == 0.0 {
            return Hsl { hue: 0.0, saturation: 0.0, lightness };
        }
        let hue = if most == red {
            (green - blue) / spread
        } else if most == green {
            (blue - red) / spread + 2.0
        } else {
            (red - green) / spread + 4.0
        };
        let hue = if hue < 0.0 { hue + 6.0 } else { hue };
        Hsl { hue, saturation: spread / (1.0 - (2.0 * lightness - 1.0).abs()), lightness }
    }
}

impl From<Hsl> for Rgb {
    fn from(hsl: Hsl) -> Self {
        let spread = (1.0 - (2.0 * hsl.lightness - 1.0).abs()) * hsl.saturation;
        let least = hsl.lightness - spread / 2.0;
        // Distance of the hue from the channel's sector of the circle.
        let value = |own: f64| {
            let away = (hsl.hue - own).abs();
            let away = away.min(6.0 - away);
            channel(least + spread * (2.0 - away).clamp(0.0, 1.0))
        };
        Self { red: value(0.0), green: value(2.0), blue: value(4.0) }
    }
}

/// A channel's eight-bit value from 0–1.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped; a cast to u8 saturates")]
fn channel(value: f64) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use proptest::prelude::*;

    #[test]
    fn contrasts_match_published_values() {
        for (one, two, expected) in [
            ("#ffffff", "#000000", 21.0),
            ("#ffffff", "#ffffff", 1.0),
            // The greys and the blue that WCAG tutorials cite.
            ("#777777", "#ffffff", 4.478),
            ("#767676", "#ffffff", 4.542),
            ("#949494", "#ffffff", 3.033),
            ("#0000ff", "#ffffff", 8.592),
            ("#ff0000", "#ffffff", 3.998),
            ("#00ff00", "#000000", 15.304),
        ] {
            let [one_, two_] = [one, two].map(|text| Rgb::parse(text).unwrap());
            assert!((one_.contrast(two_) - expected).abs() < 5e-4, "{one} {two} {}", one_.contrast(two_));
            assert!((one_.contrast(two_) - two_.contrast(one_)).abs() < 1e-12);
        }
    }

    #[test]
    fn the_table_matches_the_formula() {
        extern crate std;
        for (value, light) in (0..=255_u8).zip(LINEAR) {
            let part = f64::from(value) / 255.0;
            let formula = if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
            assert!((light - formula).abs() < 1e-12, "{value}: {light} {formula}");
        }
    }

    #[test]
    fn colours_are_six_hex_digits_in_lower_case() {
        assert_eq!(Rgb::parse("#A3b8FF").unwrap().to_string(), "#a3b8ff");
        for bad in ["", "#", "a3b8ff", "#fff", "#a3b8f", "#a3b8ff00", "#a3b8fg", "#+3b8ff", "red", "#ąąą"] {
            assert_eq!(Rgb::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn hsl_converts_back_to_the_same_colour(hex in 0_u32..0x100_0000) {
            let color = Rgb::new(hex);
            prop_assert_eq!(Rgb::from(color.hsl()), color);
        }
    }
}
