//! A row of scores, the lowest where reading starts.

use super::{
    Radios, Said,
    keys::{self, Key},
};
use crate::{app::Event, host, state::Answer};
use survey::Metric;

/// The button has a name of its own, "3 of 10": the bare number would be read without its scale.
const BUTTON: [&str; 2] = ["input type=radio name=score", "span aria-hidden=true"];

#[derive(Debug)]
pub(super) struct Scale {
    metric: Metric,
    rtl: bool,
    radios: Radios,
    /// The last key was a 1: a 0 now means 10.
    after_one: bool,
}

impl Scale {
    pub(super) fn draw(group: u32, metric: Metric) -> Self {
        let mut radios = Radios::new();
        let row = host::add(group, "div class=scale", "", 0);
        for score in metric.min()..=metric.max() {
            let node = radios.add(row, BUTTON, "{n}", "{n}", score.into());
            host::set(node, "aria-label", ".ui.of", score.into());
            if score == metric.min() {
                host::set(node, "aria-describedby", "low", 0);
            }
            if score == metric.max() {
                host::set(node, "aria-describedby", "high", 0);
            }
        }
        let ends = host::add(group, "div class=ends", "", 0);
        host::add(ends, "span id=low", ".q.low", 0);
        host::add(ends, "span id=high", ".q.high", 0);
        Self { metric, rtl: host::number(".rtl") > 0, radios, after_one: false }
    }

    pub(super) fn handle(&mut self, event: &Event) -> Said {
        let min = self.metric.min();
        match *event {
            Event::Click { node, .. } => match self.radios.find(node) {
                Some(at) => {
                    let score = min + at as u8; // Eleven buttons at most.
                    host::answer(score.into(), host::NONE);
                    Said::Answer(Answer::Given(1 << score))
                }
                None => Said::Nothing,
            },
            Event::Key { node, key } => {
                let Some(at) = self.radios.find(node) else { return Said::Nothing };
                let jump = keys::digit(key, self.after_one, min, self.metric.max());
                self.after_one = key == Key::Digit(1);
                self.radios.key(at, key, self.rtl, jump.map(|score| (score - min).into()))
            }
            _ => Said::Nothing,
        }
    }
}
