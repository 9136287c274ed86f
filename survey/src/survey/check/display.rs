//! Validates where and when a survey is shown.

use super::{Check, Survey};
use crate::{
    display::{Corner, Display, Mode, Placement},
    problem::Code,
    survey::{DraftDisplay, Texts},
};
use alloc::{format, string::String};

/// Maximum reserved height of an inline survey, in pixels.
const MAX_HEIGHT: u16 = 2_000;

impl Check {
    pub(super) fn display(&mut self, draft: DraftDisplay) -> Option<Display> {
        let opens_on_load = !matches!(draft.mode.as_deref(), Some("modal" | "button"));
        let mode = self.mode(draft.mode.as_deref(), draft.selector, draft.height, draft.label);
        let placement = self.placement(draft.corner.as_deref(), draft.offset_x, draft.offset_y, draft.z_index);
        let theme = self.theme(&draft.theme);
        let triggers = self.triggers(draft.triggers, draft.trigger.as_deref(), opens_on_load);
        if let Some(mode) = &mode {
            self.check_mode(mode, &triggers);
        }
        let delay_ms = self.number(draft.delay_ms, 0, [0, Survey::MAX_DELAY_MS], "display.delay_ms");
        self.at_most(Survey::MAX_PAGES, draft.pages.len(), "display.pages", "patterns");
        for (index, page) in draft.pages.iter().enumerate() {
            self.pattern(page, &format!("display.pages[{index}]"));
        }
        Some(Display {
            mode: mode?,
            placement: placement?,
            theme: theme?,
            pages: draft.pages,
            triggers,
            delay_ms: delay_ms?,
        })
    }

    fn mode(
        &mut self,
        name: Option<&str>,
        selector: Option<String>,
        height: Option<i64>,
        label: Option<Texts>,
    ) -> Option<Mode> {
        match name {
            None | Some("slide_in") => Some(Mode::SlideIn),
            Some("inline") => {
                let selector = self.required_line(selector, "display.selector", Survey::MAX_PATTERN);
                let height = self.number(height, 0, [0, MAX_HEIGHT], "display.height");
                Some(Mode::Inline { selector: selector?, height: height? })
            }
            Some("modal") => Some(Mode::Modal),
            Some("button") => Some(Mode::Button { label: self.optional_texts(label, "display.label") }),
            Some(_) => {
                let message = format!("must be one of: {}", Mode::NAMES.join(", "));
                self.problem(Code::UnknownValue, "display.mode", message);
                None
            }
        }
    }

    fn placement(
        &mut self,
        corner: Option<&str>,
        x: Option<i64>,
        y: Option<i64>,
        z_index: Option<i64>,
    ) -> Option<Placement> {
        let words = "bottom_right, bottom_left, top_right or top_left";
        let default = Placement::default();
        let offset = [0, Placement::MAX_OFFSET];
        let corner = self.word(corner, Corner::parse, "display.corner", words);
        let x = self.number(x, default.x, offset, "display.offset.x");
        let y = self.number(y, default.y, offset, "display.offset.y");
        let z_index = self.number(z_index, default.z_index, [1, Placement::MAX_Z], "display.z_index");
        Some(Placement { corner: corner?, x: x?, y: y?, z_index: z_index? })
    }
}
