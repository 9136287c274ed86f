//! Validates the owner's colours.

use super::Check;
use crate::{
    problem::Code,
    survey::{DraftPalette, DraftTheme},
    theme::{Palette, Rgb, Scheme, Theme},
};
use alloc::format;

impl Check {
    pub(super) fn theme(&mut self, draft: &DraftTheme) -> Option<Theme> {
        let at = "display.theme";
        let scheme = self.word(draft.scheme.as_deref(), Scheme::parse, "display.theme.scheme", "auto, light or dark");
        let light = self.palette(&draft.light, at);
        let dark = self.palette(&draft.dark, "display.theme.dark");
        let radius = match draft.radius {
            Some(radius) => Some(self.within(radius, [0, Theme::MAX_RADIUS], "display.theme.radius")?),
            None => None,
        };
        Some(Theme { scheme: scheme?, light, dark, radius })
    }

    fn palette(&mut self, draft: &DraftPalette, at: &str) -> Palette {
        let mut color = |text: &Option<alloc::string::String>, name: &str| {
            let text = text.as_deref()?;
            let color = Rgb::parse(text);
            if color.is_none() {
                self.problem(Code::InvalidFormat, format!("{at}.{name}"), "must be a colour like #2443b8");
            }
            color
        };
        Palette {
            accent: color(&draft.accent, "accent"),
            background: color(&draft.background, "background"),
            text: color(&draft.text, "text"),
        }
    }
}
