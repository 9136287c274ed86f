//! A row of scores, the lowest where reading starts.

use super::{Radios, Said, keys};
use crate::{
    app::Event,
    host,
    json::decimal,
    options::{View, fill},
    state::Answer,
};
use survey::Metric;

#[derive(Debug)]
pub(super) struct Scale {
    metric: Metric,
    rtl: bool,
    radios: Radios,
    /// The last key was a 1: a 0 now means 10.
    after_one: bool,
}

impl Scale {
    /// `ends`: what the lowest and the highest score mean.
    pub(super) fn draw(group: u32, metric: Metric, ends: [&str; 2], view: &View) -> Self {
        let rtl = view.right_to_left();
        let mut scale = Self { metric, rtl, radios: Radios::default(), after_one: false };
        let row = host::add(group, "div class=scale", "");
        let of = fill(view.word("of"), "{max}", metric.max().into());
        for score in metric.min()..=metric.max() {
            let label = host::add(row, "label", "");
            let text = decimal(score.into());
            let node = scale.radios.add(label, "score", &text);
            host::set(node, "aria-label", &fill(&of, "{n}", score.into()));
            if score == metric.min() {
                host::set(node, "aria-describedby", "low");
            }
            if score == metric.max() {
                host::set(node, "aria-describedby", "high");
            }
            host::add(label, "span aria-hidden=true", &text);
        }
        let [low, high] = ends;
        let words = host::add(group, "div class=ends", "");
        host::add(words, "span id=low", low);
        host::add(words, "span id=high", high);
        scale
    }

    pub(super) fn handle(&mut self, event: &Event<'_>) -> Said {
        let min = self.metric.min();
        match event {
            Event::Click { node, .. } => match self.radios.find(*node) {
                // Eleven buttons at most.
                Some(at) => Said::Answer(Some(Answer::Score(min + at as u8))),
                None => Said::Nothing,
            },
            Event::Key { node, key } => {
                let Some(at) = self.radios.find(*node) else { return Said::Nothing };
                let jump = keys::digit(key, self.after_one, min, self.metric.max());
                self.after_one = *key == "1";
                self.radios.key(at, key, self.rtl, jump.map(|score| usize::from(score - min)))
            }
            _ => Said::Nothing,
        }
    }
}
