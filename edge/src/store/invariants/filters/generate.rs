//! Random responses and filters from small pools of similar values, so that they meet often and differ by little.

use super::super::random::Random;
use crate::{
    store::{ChoiceFilter, FlagFilter, OrderFilter, PathFilter, ResponseFilter, ScoreFilter, TimeRange},
    time::clock::DAY_MS,
};
use insight::Metric;
use serde_json::{Value, json};
use std::ops::RangeInclusive;
use survey::plausibility::Flags;

/// First and last day of the responses.
pub(super) const DAYS: (i64, i64) = (20_000, 20_001);

const SURVEYS: [&str; 3] = ["srv_1", "srv_2", "srv_3"];
const TOUCHPOINTS: [&str; 3] = ["delivery", "purchase", "cart"];
const LANGUAGES: [&str; 4] = ["pl", "pl-PL", "ro", "en"];
const DEVICES: [&str; 3] = ["mobile", "tablet", "desktop"];
const CUSTOMERS: [&str; 4] = ["c-1", "C-1", "ż'\"%_", "c-2"];
const ORDERS: [&str; 4] = ["7", "07", "77", "o-7"];
const CURRENCIES: [&str; 3] = ["PLN", "RON", "EUR"];
const AMOUNTS: [i64; 6] = [0, 99, 100, 101, 5_000, (1 << 53) - 1];
const PATHS: [&str; 10] = ["/", "/p#/p/1", "/p", "/p/1", "/P/1", "/p/%C5%BC", "/p/ż", "/p_1", "/p/1/", "/nowhere"];
const URLS: [&str; 15] = [
    "https://a.example/p?utm_id=1#/p/1?a=1",
    "https://a.example/#!/p/1",
    "https://a.example",
    "https://a.example/",
    "https://a.example?to=/p/1",
    "https://a.example:8443/p/1",
    "https://b.example/p/1?to=https://a.example/p",
    "http://a.example/P/1",
    "https://a.example/p",
    "https://a.example/p/%C5%BC?",
    "https://a.example/p/ż",
    "https://a.example/p_1",
    "https://a.example/p%1",
    "https://a.example/p/1/",
    "https://",
];
const TRAITS: [(&str, &str); 6] =
    [("plan", "gold"), ("plan", "free"), ("Plan", "gold"), ("a\"b", "1"), ("a.b", ""), ("ż", "'")];
const TAGS: [&str; 4] = ["late", "later", "vip", "ż\""];
const CHOICES: [&str; 3] = ["price", "price_2", "size"];
const QUESTIONS: [&str; 6] = ["q1", "q2", "q3", "q4", "q5", "none"];
const TEXTS: [&str; 4] = ["Za ŻÓŁTY, za drogi", "drogi", "", "OK"];
const WORDS: [&str; 4] = ["drogi", "zolty", "za", "tanio"];

pub(super) struct Generator(Random);

/// A field of a filter that can be unset.
trait Condition {
    fn remove(&mut self);
}

impl<T: Default> Condition for T {
    fn remove(&mut self) {
        *self = T::default();
    }
}

impl Generator {
    pub(super) const fn new(seed: u64) -> Self {
        Self(Random(seed))
    }

    fn chance(&mut self, one_in: u64) -> bool {
        self.0.below(one_in) == 0
    }

    fn maybe_text(&mut self, from: &[&str]) -> Option<String> {
        self.0.maybe(from).map(str::to_owned)
    }

    fn received_at(&mut self) -> i64 {
        DAYS.0 * DAY_MS + i64::try_from(self.0.below(8)).unwrap() * DAY_MS / 4
    }

    /// A row as the intake writes it, with scores that repeat those of the answers.
    pub(super) fn response(&mut self, shop: &str, number: usize) -> Value {
        let mut answers = Vec::new();
        for (question, kind, low, high) in [("q1", "nps", 0, 10), ("q2", "nps", 0, 10), ("q3", "csat", 1, 5)] {
            if self.chance(2) {
                answers
                    .push(json!({ "question": question, "kind": kind, "score": low + self.0.below(high - low + 1) }));
            }
        }
        if self.chance(2) {
            let mut answer = json!({ "question": "q4", "kind": "choice" });
            answer["choices"] = CHOICES.into_iter().filter(|_| self.chance(3)).collect();
            if let Some(other) = self.0.maybe(&TEXTS).filter(|_| self.chance(2)) {
                answer["other"] = other.into();
            }
            answers.push(answer);
        }
        if self.chance(3) {
            answers.push(json!({ "question": "q5", "kind": "text", "text": self.0.pick(&TEXTS) }));
        }
        let scored = answers.iter().filter(|answer| answer["score"].is_u64());
        let scores: Vec<Value> =
            scored.map(|answer| json!([answer["question"], answer["kind"], answer["score"]])).collect();
        let mut traits = serde_json::Map::new();
        for (name, value) in TRAITS {
            if self.chance(4) {
                traits.insert(name.to_owned(), value.into());
            }
        }
        let order = self.chance(2).then(|| (self.0.pick(&AMOUNTS), self.0.pick(&CURRENCIES)));
        let received_at = self.received_at();
        json!({
            "shop": shop, "id": format!("r{number}"), "survey": self.0.pick(&SURVEYS), "version": 1, "revision": 1,
            "fingerprint": "f", "complete": self.chance(2), "touchpoint": self.0.pick(&TOUCHPOINTS),
            "language": self.0.maybe(&LANGUAGES), "device": self.0.maybe(&DEVICES), "source": null,
            "url": self.0.maybe(&URLS), "answers": serde_json::to_string(&answers).unwrap(),
            "scores": serde_json::to_string(&scores).unwrap(), "order_id": self.0.maybe(&ORDERS),
            "order_value": order.map(|(value, _)| value), "order_currency": order.map(|(_, currency)| currency),
            "customer": self.0.maybe(&CUSTOMERS), "traits": serde_json::to_string(&traits).unwrap(),
            "flags": self.0.pick(&[0, 0, 1, 4, 5, 16]), "day": received_at / DAY_MS, "received_at": received_at,
        })
    }

    /// Tags and the reason of an exclusion, which the owner adds later.
    pub(super) fn notes(&mut self) -> (Option<String>, Option<&'static str>) {
        let tags: Vec<&str> = TAGS.into_iter().filter(|_| self.chance(3)).collect();
        let tags = (!tags.is_empty()).then(|| serde_json::to_string(&tags).unwrap());
        (tags, self.chance(4).then_some("a test"))
    }

    /// A range that may be empty.
    fn range<T: Copy>(&mut self, from: &[T]) -> RangeInclusive<T> {
        self.0.pick(from)..=self.0.pick(from)
    }

    /// One to five conditions. Without `..`, so that a new field has to be generated.
    pub(super) fn filter(&mut self) -> ResponseFilter {
        let mut set = ResponseFilter {
            received: self.time_range(),
            survey: self.maybe_text(&SURVEYS),
            touchpoint: self.maybe_text(&TOUCHPOINTS),
            language: self.maybe_text(&LANGUAGES),
            device: self.0.maybe(&DEVICES),
            customer: self.maybe_text(&CUSTOMERS),
            order_id: self.maybe_text(&ORDERS),
            order: Some(OrderFilter { currency: self.0.pick(&CURRENCIES).to_owned(), range: self.range(&AMOUNTS) }),
            complete: Some(self.chance(2)),
            excluded: Some(self.chance(2)),
            flags: self.0.pick(&[
                FlagFilter::None,
                FlagFilter::ANY,
                FlagFilter::Any(Flags::TOO_FAST),
                FlagFilter::Any(Flags::HONEYPOT),
            ]),
            page: Some(self.path()),
            traits: self.traits(),
            tag: self.maybe_text(&TAGS),
            score: Some(self.score()),
            choice: Some(self.choice()),
            has_text: Some(self.chance(2)),
            words: WORDS.into_iter().filter(|_| self.chance(3)).map(str::to_owned).collect(),
        };
        self.keep_some(&mut set);
        set
    }

    fn keep_some(&mut self, filter: &mut ResponseFilter) {
        let ResponseFilter {
            received,
            survey,
            touchpoint,
            language,
            device,
            customer,
            order_id,
            order,
            complete,
            excluded,
            flags,
            page,
            traits,
            tag,
            score,
            choice,
            has_text,
            words,
        } = filter;
        let mut conditions: Vec<&mut dyn Condition> = vec![
            received, survey, touchpoint, language, device, customer, order_id, order, complete, excluded, flags, page,
            traits, tag, score, choice, has_text, words,
        ];
        let removed = conditions.len() - self.0.pick(&[1, 1, 2, 3, 5]);
        for _ in 0..removed {
            let at = self.0.below(conditions.len() as u64);
            conditions.swap_remove(usize::try_from(at).unwrap()).remove();
        }
    }

    fn time_range(&mut self) -> TimeRange {
        TimeRange { from: self.received_at(), to: self.received_at() }
    }

    fn path(&mut self) -> PathFilter {
        let path = self.0.pick(&PATHS).to_owned();
        if self.chance(2) { PathFilter::Exact(path) } else { PathFilter::Prefix(path) }
    }

    fn traits(&mut self) -> Vec<(String, String)> {
        let count = 1 + usize::from(self.chance(4));
        let traits = std::iter::repeat_with(|| self.0.pick(&TRAITS)).take(count);
        traits.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn score(&mut self) -> ScoreFilter {
        ScoreFilter {
            metric: self.0.maybe(&[Metric::Nps, Metric::Csat, Metric::Ces]),
            question: self.maybe_text(&QUESTIONS),
            range: self.range(&[0, 1, 3, 5, 6, 9, 10]),
        }
    }

    fn choice(&mut self) -> ChoiceFilter {
        let choice = self.maybe_text(&[CHOICES[0], CHOICES[1], CHOICES[2], ChoiceFilter::OTHER]);
        let question = if self.chance(4) { self.0.pick(&QUESTIONS) } else { "q4" };
        ChoiceFilter { question: question.to_owned(), choice }
    }
}
