//! A row of scores as numbers, stars or faces, in reading direction from the lowest.

use super::{
    Action, Radios,
    keys::{self, Key},
};
use crate::{
    app::Event,
    host::{self, Text, text},
    state::Answer,
};
use survey::flow::AnswerMask;

/// The button has the accessible name "3 of 10": a number alone would be read without its scale, a star not at all.
const BUTTON: [Text; 2] =
    [text!("input type=radio name=score value={n} aria-label=.ui.of"), text!("span aria-hidden=true")];

#[derive(Debug)]
pub(super) struct Scale {
    min: u8,
    max: u8,
    rtl: bool,
    /// The earlier answer.
    shown: AnswerMask,
    radios: Radios,
    /// Whether the last key was a 1, so that a 0 now means 10.
    after_one: bool,
}

impl Scale {
    pub(super) fn draw(group: u32, shown: AnswerMask) -> Self {
        // At most eleven scores, one bit each.
        let [min, max] = [text!(".q.min"), text!(".q.max")].map(|end| host::number(end).clamp(0, 10) as u8);
        let mut radios = Radios::new();
        let row = host::add(group, text!("div class=scale data-look=.q.look"), text!(""), 0);
        // Stars and faces are drawn by the style sheet.
        let words = if host::number(text!(".q.look")) > 0 { text!("") } else { text!("{n}") };
        for score in min..=max {
            let chosen = shown >> score & 1 != 0;
            let node = radios.add(row, BUTTON, words, score.into(), chosen);
            if chosen {
                // The style sheet fills the stars up to the one whose label has this class.
                host::set(row, text!("data-on"), text!(""), 0);
                host::set(node - 1, text!("class"), text!("on"), 0);
            }
            if score == min {
                host::set(node, text!("aria-describedby"), text!("low"), 0);
            }
            if score == max {
                host::set(node, text!("aria-describedby"), text!("high"), 0);
            }
        }
        let ends = host::add(group, text!("div class=ends"), text!(""), 0);
        host::add(ends, text!("span id=low"), text!(".q.low"), 0);
        host::add(ends, text!("span id=high"), text!(".q.high"), 0);
        Self { min, max, rtl: host::number(text!(".rtl")) > 0, shown, radios, after_one: false }
    }

    pub(super) const fn chosen(&self) -> AnswerMask {
        self.shown
    }

    pub(super) fn handle(&mut self, event: &Event, send: bool) -> Action {
        if send {
            return Action::Answer(Answer::Given(self.shown));
        }
        match *event {
            Event::Click { node, .. } => match self.radios.find(node) {
                Some(place) => {
                    let score = u32::from(self.min) + place;
                    host::answer(score, host::NONE);
                    Action::Answer(Answer::Given(1 << score))
                }
                None => Action::Nothing,
            },
            Event::Key { node, key } => {
                let Some(at) = self.radios.find(node) else { return Action::Nothing };
                let jump = keys::digit(key, self.after_one, self.min, self.max);
                self.after_one = key == Key::Digit(1);
                self.radios.key(at, key, self.rtl, jump.map(|score| (score - self.min).into()))
            }
            _ => Action::Nothing,
        }
    }
}
