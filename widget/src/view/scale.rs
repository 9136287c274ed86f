//! A row of scores, the lowest where reading starts: as numbers, stars or faces.

use super::{
    Radios, Said,
    keys::{self, Key},
};
use crate::{
    app::Event,
    host::{self, Text, text},
    state::Answer,
};
use survey::flow::AnswerMask;

/// The button has a name of its own, "3 of 10": the bare number would be read without its scale, a star not at all.
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
    /// The last key was a 1: a 0 now means 10.
    after_one: bool,
}

impl Scale {
    pub(super) fn draw(group: u32, shown: AnswerMask) -> Self {
        // Eleven scores at most, and a bit for each.
        let [min, max] = [text!(".q.min"), text!(".q.max")].map(|end| host::number(end).clamp(0, 10) as u8);
        let mut radios = Radios::new();
        let row = host::add(group, text!("div class=scale data-look=.q.look"), text!(""), 0);
        // Stars and faces are drawn by the style sheet.
        let words = if host::number(text!(".q.look")) > 0 { text!("") } else { text!("{n}") };
        for score in min..=max {
            let chosen = shown >> score & 1 != 0;
            let node = radios.add(row, BUTTON, words, score.into(), chosen);
            if chosen {
                // Stars are filled up to the one whose label says so.
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

    pub(super) fn handle(&mut self, event: &Event, send: bool) -> Said {
        if send {
            return Said::Answer(Answer::AnswerMask(self.shown));
        }
        match *event {
            Event::Click { node, .. } => match self.radios.find(node) {
                Some(place) => {
                    let score = u32::from(self.min) + place;
                    host::answer(score, host::NONE);
                    Said::Answer(Answer::AnswerMask(1 << score))
                }
                None => Said::Nothing,
            },
            Event::Key { node, key } => {
                let Some(at) = self.radios.find(node) else { return Said::Nothing };
                let jump = keys::digit(key, self.after_one, self.min, self.max);
                self.after_one = key == Key::Digit(1);
                self.radios.key(at, key, self.rtl, jump.map(|score| (score - self.min).into()))
            }
            _ => Said::Nothing,
        }
    }
}
