//! The widget's colours, made readable from what an owner chose.

use super::{Palette, color::Rgb};

/// Text on what is behind it: WCAG 2.2, 1.4.3.
const TEXT: f64 = 4.5;
/// Edges, icons and the ring around what has the focus: WCAG 2.2, 1.4.11.
const SHAPE: f64 = 3.0;

/// The colours that the widget draws with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tokens {
    /// Behind everything.
    pub paper: Rgb,
    /// Text: 4.5 on `paper` and on `pale`.
    pub ink: Rgb,
    /// Quiet text: 4.5 on `paper` and on `pale`.
    pub soft: Rgb,
    /// Lines that only decorate.
    pub line: Rgb,
    /// Edges of what can be used: 3 on `paper` and on `pale`.
    pub edge: Rgb,
    /// Buttons and what is chosen: 3 on `paper`.
    pub accent: Rgb,
    /// Text on `accent`: 4.5.
    pub on_accent: Rgb,
    /// Behind what the pointer is over.
    pub pale: Rgb,
}

impl Tokens {
    /// The widget's own colours on light pages, as its stylesheet has them.
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

    /// The widget's own colours on dark pages, as its stylesheet has them.
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

    /// Names of the stylesheet's variables with the colours, in the order of the fields.
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

    /// The widget's `own` colours with those of the palette in their place, each moved as little as it takes, and what
    /// stands beside them.
    pub(super) fn of(palette: &Palette, own: &Self) -> Self {
        let paper = palette.background.unwrap_or(own.paper);
        let ink = readable(palette.text.unwrap_or(own.ink), paper, TEXT);
        let accent = readable(palette.accent.unwrap_or(own.accent), paper, SHAPE);
        let same_ground = paper == own.paper && ink == own.ink;
        let soft = if same_ground { own.soft } else { first(ink, paper, FADE, |color| color.contrast(paper) >= TEXT) };
        let line = if same_ground { own.line } else { paper.mixed(ink, 0.14) };
        let edge = if same_ground { own.edge } else { first(ink, paper, 0.45, |color| color.contrast(paper) >= SHAPE) };
        let on_accent = if accent.contrast(own.on_accent) >= TEXT {
            own.on_accent
        } else if accent.contrast(Rgb::WHITE) >= TEXT {
            Rgb::WHITE
        } else {
            // Of black and white at least one has 4.58 on any colour.
            Rgb::BLACK
        };
        let on_top =
            |pale: Rgb| ink.contrast(pale) >= TEXT && soft.contrast(pale) >= TEXT && edge.contrast(pale) >= SHAPE;
        // A palette that leaves no room for a third shade does without.
        let pale = if same_ground && accent == own.accent { own.pale } else { first(paper, accent, HOVER, on_top) };
        Self { paper, ink, soft, line, edge, accent, on_accent, pale }
    }
}

/// How far quiet text fades into the background, at most.
const FADE: f64 = 0.3;
/// How much of the accent is in what the pointer is over, at most.
const HOVER: f64 = 0.12;

/// `from` with as much of `to` as `fits` allows, at most `most`.
fn first(from: Rgb, to: Rgb, most: f64, fits: impl Fn(Rgb) -> bool) -> Rgb {
    let steps = (0..=16).map(|step| from.mixed(to, most * (1.0 - f64::from(step) / 16.0)));
    steps.into_iter().find(|color| fits(*color)).unwrap_or(from)
}

/// The colour itself where it has the contrast, else the same hue as little lighter or darker as it takes. Black and
/// white are among them, and one of the two has 4.58 on any background.
fn readable(color: Rgb, background: Rgb, least: f64) -> Rgb {
    if color.contrast(background) >= least {
        return color;
    }
    let hsl = color.hsl();
    let moved = |step: i32| {
        Rgb::from(super::color::Hsl { lightness: (hsl.lightness + f64::from(step) / 255.0).clamp(0.0, 1.0), ..hsl })
    };
    let nearest = (1..=255).flat_map(|step| [moved(-step), moved(step)]);
    nearest.into_iter().find(|color| color.contrast(background) >= least).unwrap_or(Rgb::BLACK)
}

/// Under this luminance white reads better than black, at or over it black does: (L + 0.05)² = 1.05 · 0.05.
const MIDDLE: f64 = 0.179_128_784_747_792;

/// What an owner's colours are in the dark: as they are if they are dark already, else their hues on a dark ground.
pub(super) fn darkened(light: &Palette) -> Palette {
    let background = light.background.filter(|color| color.luminance() < MIDDLE);
    if background.is_some() {
        return *light;
    }
    let shade = |color: Rgb, saturation: f64, lightness: f64| {
        let hsl = color.hsl();
        // Greys have no hue of their own: there the widget's colours serve.
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

    fn promised(tokens: &Tokens) -> Result<(), String> {
        for (name, front, behind, least) in [
            ("ink on paper", tokens.ink, tokens.paper, 4.5),
            ("ink on pale", tokens.ink, tokens.pale, 4.5),
            ("soft on paper", tokens.soft, tokens.paper, 4.5),
            ("soft on pale", tokens.soft, tokens.pale, 4.5),
            ("edge on paper", tokens.edge, tokens.paper, 3.0),
            ("edge on pale", tokens.edge, tokens.pale, 3.0),
            ("accent on paper", tokens.accent, tokens.paper, 3.0),
            ("on-accent on accent", tokens.on_accent, tokens.accent, 4.5),
        ] {
            if front.contrast(behind) < least {
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
    fn the_widgets_own_colours_are_readable_and_stay() {
        let theme = Theme::default();
        assert_eq!((theme.light(), theme.dark()), (Tokens::LIGHT, Tokens::DARK));
        promised(&Tokens::LIGHT).unwrap();
        promised(&Tokens::DARK).unwrap();
    }

    #[test]
    fn readable_colours_stay_and_others_move_in_lightness_alone() {
        for (accent, background, kept) in [
            ("#0a7d33", "#ffffff", true),
            ("#d40000", "#fff8ee", true),
            ("#ffcc00", "#ffffff", false),
            ("#9fe8ff", "", false),
            ("#333333", "#222222", false),
        ] {
            let tokens = Tokens::of(&palette(accent, background, ""), &Tokens::LIGHT);
            let given = Rgb::parse(accent).unwrap();
            assert_eq!(tokens.accent == given, kept, "{accent} became {}", tokens.accent);
            let (before, after) = (given.hsl(), tokens.accent.hsl());
            // A twelfth of a sixth of the circle: rounding to eight bits moves a hue a little.
            assert!((before.hue - after.hue).abs() < 1.0 / 12.0, "{accent} became {}", tokens.accent);
            assert!(kept || tokens.accent.contrast(tokens.paper) < 3.3, "{accent} moved too far: {}", tokens.accent);
        }
    }

    #[test]
    fn an_accent_alone_changes_what_depends_on_it() {
        let theme = Theme { light: palette("#0a7d33", "", ""), ..Theme::default() };
        for (tokens, own) in [(theme.light(), Tokens::LIGHT), (theme.dark(), Tokens::DARK)] {
            let changed = tokens.named().into_iter().zip(own.named()).filter(|(one, two)| one != two);
            let names: Vec<_> = changed.map(|((name, _), _)| name).collect();
            assert!(names.iter().all(|name| ["accent", "on-accent", "pale"].contains(name)), "{names:?}");
            assert!(names.contains(&"accent") && names.contains(&"pale"));
        }
    }

    #[test]
    fn in_the_dark() {
        let dark = |light: Palette, dark: Palette| Theme { light, dark, ..Theme::default() }.dark();
        let none = Palette::default();
        // White stays the widget's own night, a colour becomes a night of its hue, a night stays as it is.
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
            // Greys, where there is no hue and the middle is the hardest.
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
        fn any_colours_can_be_read(light in any_palette(), dark in any_palette()) {
            let theme = Theme { light, dark, ..Theme::default() };
            for tokens in [theme.light(), theme.dark()] {
                prop_assert_eq!(promised(&tokens), Ok(()), "{:?}", theme);
            }
        }

        #[test]
        fn the_background_is_never_touched(light in any_palette()) {
            let theme = Theme { light, ..Theme::default() };
            prop_assert_eq!(theme.light().paper, light.background.unwrap_or(Tokens::LIGHT.paper));
        }

        #[test]
        fn readable_choices_are_never_touched(light in any_palette()) {
            let tokens = Theme { light, ..Theme::default() }.light();
            for (given, least, taken) in [(light.text, 4.5, tokens.ink), (light.accent, 3.0, tokens.accent)] {
                if let Some(given) = given.filter(|given| given.contrast(tokens.paper) >= least) {
                    prop_assert_eq!(given, taken);
                }
            }
        }
    }
}
