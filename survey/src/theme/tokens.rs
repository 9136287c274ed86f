//! The widget's colours: the owner's choice, adjusted to be readable.

use super::{Palette, color::Rgb};

/// Minimum contrast of text: WCAG 2.2, 1.4.3.
const TEXT_CONTRAST: f64 = 4.5;
/// Minimum contrast of edges, icons and the focus ring: WCAG 2.2, 1.4.11.
const SHAPE_CONTRAST: f64 = 3.0;

/// The colours that the widget uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tokens {
    /// Background.
    pub paper: Rgb,
    /// Text: contrast 4.5 on `paper` and on `pale`.
    pub ink: Rgb,
    /// Secondary text: contrast 4.5 on `paper` and on `pale`.
    pub soft: Rgb,
    /// Decorative lines.
    pub line: Rgb,
    /// Edges of controls: contrast 3 on `paper` and on `pale`.
    pub edge: Rgb,
    /// Buttons and selected elements: contrast 3 on `paper`.
    pub accent: Rgb,
    /// Text on `accent`: contrast 4.5.
    pub on_accent: Rgb,
    /// Background on hover.
    pub pale: Rgb,
}

impl Tokens {
    /// The default colours on light pages, equal to those in the widget's stylesheet.
    pub const LIGHT: Self = Self {
        paper: Rgb::WHITE,
        ink: Rgb::new(0x12_1a_2c),
        soft: Rgb::new(0x49_54_6c),
        line: Rgb::new(0xd8_df_eb),
        edge: Rgb::new(0x74_80_9a),
        accent: Rgb::new(0x24_43_b8),
        on_accent: Rgb::WHITE,
        pale: Rgb::new(0xe4_ea_fb),
    };

    /// The default colours on dark pages, equal to those in the widget's stylesheet.
    pub const DARK: Self = Self {
        paper: Rgb::new(0x17_1e_2d),
        ink: Rgb::new(0xe8_ed_f7),
        soft: Rgb::new(0xad_b8_ce),
        line: Rgb::new(0x2c_37_4c),
        edge: Rgb::new(0x7b_89_a6),
        accent: Rgb::new(0xa3_b8_ff),
        on_accent: Rgb::new(0x0d_17_38),
        pale: Rgb::new(0x1f_2a_48),
    };

    /// The colours with the names of their CSS variables, in the order of the fields.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, Rgb); 8] {
        [
            ("paper", self.paper),
            ("ink", self.ink),
            ("soft", self.soft),
            ("line", self.line),
            ("edge", self.edge),
            ("accent", self.accent),
            ("on-accent", self.on_accent),
            ("pale", self.pale),
        ]
    }

    /// Applies a palette to the default colours: adjusts each colour as little as necessary and derives the others.
    pub(super) fn of(palette: &Palette, default: &Self) -> Self {
        let paper = palette.background.unwrap_or(default.paper);
        let ink = readable(palette.text.unwrap_or(default.ink), paper, TEXT_CONTRAST);
        let accent = readable(palette.accent.unwrap_or(default.accent), paper, SHAPE_CONTRAST);
        let is_default = paper == default.paper && ink == default.ink;
        let soft = if is_default {
            default.soft
        } else {
            strongest_mix(ink, paper, FADE, |color| color.contrast(paper) >= TEXT_CONTRAST)
        };
        let line = if is_default { default.line } else { paper.mixed(ink, 0.14) };
        let edge = if is_default {
            default.edge
        } else {
            strongest_mix(ink, paper, 0.45, |color| color.contrast(paper) >= SHAPE_CONTRAST)
        };
        let on_accent = if accent.contrast(default.on_accent) >= TEXT_CONTRAST {
            default.on_accent
        } else if accent.contrast(Rgb::WHITE) >= TEXT_CONTRAST {
            Rgb::WHITE
        } else {
            // Black or white has a contrast of at least 4.58 on any colour.
            Rgb::BLACK
        };
        let is_readable = |pale: Rgb| {
            ink.contrast(pale) >= TEXT_CONTRAST
                && soft.contrast(pale) >= TEXT_CONTRAST
                && edge.contrast(pale) >= SHAPE_CONTRAST
        };
        // Falls back to `paper` if the palette leaves no room for a third shade.
        let pale = if is_default && accent == default.accent {
            default.pale
        } else {
            strongest_mix(paper, accent, HOVER, is_readable)
        };
        Self { paper, ink, soft, line, edge, accent, on_accent, pale }
    }
}

/// Maximum share of the background in secondary text.
const FADE: f64 = 0.3;
/// Maximum share of the accent in the hover background.
const HOVER: f64 = 0.12;

/// `from` mixed with as much of `to` as `fits` allows, at most `max`.
fn strongest_mix(from: Rgb, to: Rgb, max: f64, fits: impl Fn(Rgb) -> bool) -> Rgb {
    let steps = (0..=16).map(|step| from.mixed(to, max * (1.0 - f64::from(step) / 16.0)));
    steps.into_iter().find(|color| fits(*color)).unwrap_or(from)
}

/// The colour itself if its contrast is high enough, else the nearest lighter or darker one of the same hue. Always
/// finds one: black or white has a contrast of 4.58 on any background.
fn readable(color: Rgb, background: Rgb, min_contrast: f64) -> Rgb {
    if color.contrast(background) >= min_contrast {
        return color;
    }
    let hsl = color.hsl();
    let moved = |step: i32| {
        Rgb::from(super::color::Hsl { lightness: (hsl.lightness + f64::from(step) / 255.0).clamp(0.0, 1.0), ..hsl })
    };
    let nearest = (1..=255).flat_map(|step| [moved(-step), moved(step)]);
    nearest.into_iter().find(|color| color.contrast(background) >= min_contrast).unwrap_or(Rgb::BLACK)
}

/// White is more readable below this luminance, black at or above it: (L + 0.05)² = 1.05 · 0.05.
const MIDDLE: f64 = 0.179_128_784_747_792;

/// Derives a dark palette: unchanged if it is already dark, else the same hues on a dark background.
pub(super) fn darkened(light: &Palette) -> Palette {
    let background = light.background.filter(|color| color.luminance() < MIDDLE);
    if background.is_some() {
        return *light;
    }
    let shade = |color: Rgb, saturation: f64, lightness: f64| {
        let hsl = color.hsl();
        // Greys have no hue; the default colours apply.
        (hsl.saturation > 0.0)
            .then(|| super::color::Hsl { saturation: hsl.saturation.min(saturation), lightness, ..hsl }.into())
    };
    Palette {
        accent: light.accent,
        background: light.background.and_then(|color| shade(color, 0.3, 0.13)),
        text: light.text.and_then(|color| shade(color, 0.4, 0.93)),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Theme, *};
    use alloc::{format, string::String, vec::Vec};
    use proptest::prelude::*;

    fn check_contrasts(tokens: &Tokens) -> Result<(), String> {
        for (name, front, behind, min) in [
            ("ink on paper", tokens.ink, tokens.paper, 4.5),
            ("ink on pale", tokens.ink, tokens.pale, 4.5),
            ("soft on paper", tokens.soft, tokens.paper, 4.5),
            ("soft on pale", tokens.soft, tokens.pale, 4.5),
            ("edge on paper", tokens.edge, tokens.paper, 3.0),
            ("edge on pale", tokens.edge, tokens.pale, 3.0),
            ("accent on paper", tokens.accent, tokens.paper, 3.0),
            ("on-accent on accent", tokens.on_accent, tokens.accent, 4.5),
        ] {
            if front.contrast(behind) < min {
                return Err(format!("{name}: {front} {behind} {:.2}", front.contrast(behind)));
            }
        }
        Ok(())
    }

    fn palette(accent: &str, background: &str, text: &str) -> Palette {
        let [accent, background, text] = [accent, background, text].map(Rgb::parse);
        Palette { accent, background, text }
    }

    #[test]
    fn default_colours_are_readable_and_unchanged() {
        let theme = Theme::default();
        assert_eq!((theme.light(), theme.dark()), (Tokens::LIGHT, Tokens::DARK));
        check_contrasts(&Tokens::LIGHT).unwrap();
        check_contrasts(&Tokens::DARK).unwrap();
    }

    #[test]
    fn unreadable_colours_change_only_in_lightness() {
        for (accent, background, is_unchanged) in [
            ("#0a7d33", "#ffffff", true),
            ("#d40000", "#fff8ee", true),
            ("#ffcc00", "#ffffff", false),
            ("#9fe8ff", "", false),
            ("#333333", "#222222", false),
        ] {
            let tokens = Tokens::of(&palette(accent, background, ""), &Tokens::LIGHT);
            let chosen = Rgb::parse(accent).unwrap();
            assert_eq!(tokens.accent == chosen, is_unchanged, "{accent} became {}", tokens.accent);
            let (before, after) = (chosen.hsl(), tokens.accent.hsl());
            // Tolerance for rounding to eight bits, in sixths of the circle.
            assert!((before.hue - after.hue).abs() < 1.0 / 12.0, "{accent} became {}", tokens.accent);
            assert!(
                is_unchanged || tokens.accent.contrast(tokens.paper) < 3.3,
                "{accent} moved too far: {}",
                tokens.accent
            );
        }
    }

    #[test]
    fn an_accent_changes_only_the_colours_derived_from_it() {
        let theme = Theme { light: palette("#0a7d33", "", ""), ..Theme::default() };
        for (tokens, default) in [(theme.light(), Tokens::LIGHT), (theme.dark(), Tokens::DARK)] {
            let changed = tokens.named().into_iter().zip(default.named()).filter(|(one, two)| one != two);
            let names: Vec<_> = changed.map(|((name, _), _)| name).collect();
            assert!(names.iter().all(|name| ["accent", "on-accent", "pale"].contains(name)), "{names:?}");
            assert!(names.contains(&"accent") && names.contains(&"pale"));
        }
    }

    #[test]
    fn dark_palettes_are_derived_from_light_ones() {
        let dark = |light: Palette, dark: Palette| Theme { light, dark, ..Theme::default() }.dark();
        let none = Palette::default();
        // White gives the default dark background, a colour a dark shade of its hue, and a dark background stays as it
        // is.
        assert_eq!(dark(palette("", "#ffffff", ""), none).paper, Tokens::DARK.paper);
        let green = dark(palette("", "#f0fff4", ""), none).paper;
        assert!(green.green > green.red && green.green > green.blue && green.luminance() < 0.03, "{green}");
        assert_eq!(dark(palette("", "#101010", "#eeeeee"), none).paper, Rgb::new(0x10_10_10));
        assert_eq!(dark(palette("", "#ffffff", ""), palette("", "#000000", "")).paper, Rgb::BLACK);
        let tokens = dark(palette("#0a7d33", "", "#222222"), palette("#ffd27d", "", ""));
        assert_eq!((tokens.accent, tokens.ink), (Rgb::new(0xff_d2_7d), Tokens::DARK.ink));
    }

    fn any_color() -> impl Strategy<Value = Option<Rgb>> {
        prop_oneof![
            1 => Just(None),
            4 => (0_u32..0x100_0000).prop_map(|hex| Some(Rgb::new(hex))),
            // Greys have no hue, and medium greys are the hardest to contrast with.
            1 => (0_u8..=255).prop_map(|grey| Some(Rgb { red: grey, green: grey, blue: grey })),
        ]
    }

    fn any_palette() -> impl Strategy<Value = Palette> {
        (any_color(), any_color(), any_color()).prop_map(|(accent, background, text)| Palette {
            accent,
            background,
            text,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn every_palette_becomes_readable(light in any_palette(), dark in any_palette()) {
            let theme = Theme { light, dark, ..Theme::default() };
            for tokens in [theme.light(), theme.dark()] {
                prop_assert_eq!(check_contrasts(&tokens), Ok(()), "{:?}", theme);
            }
        }

        #[test]
        fn the_background_is_never_changed(light in any_palette()) {
            let theme = Theme { light, ..Theme::default() };
            prop_assert_eq!(theme.light().paper, light.background.unwrap_or(Tokens::LIGHT.paper));
        }

        #[test]
        fn readable_colours_are_never_changed(light in any_palette()) {
            let tokens = Theme { light, ..Theme::default() }.light();
            for (chosen, min, token) in [(light.text, 4.5, tokens.ink), (light.accent, 3.0, tokens.accent)] {
                if let Some(chosen) = chosen.filter(|chosen| chosen.contrast(tokens.paper) >= min) {
                    prop_assert_eq!(chosen, token);
                }
            }
        }
    }
}
