//! Counting answers one by one, along an index and never more than a request may cost.

use super::{
    Chosen, Counted, Facet, Filter, Page, Row, Segment, Source, Store, StoreError, Subset, Wanted, Wish, sorted,
};
use crate::db::Arg;
use crate::time::{calendar::MAX_OFFSET_MS, clock::DAY_MS};
use serde::Deserialize;

/// Answers that are looked at for one number.
pub(crate) const MOST: i64 = 100_000;

/// What follows a page's host, up to the `?`.
const PATH: &str = "(SELECT CASE instr(rest, '/') WHEN 0 THEN '/' ELSE substr(rest, instr(rest, '/')) END \
     FROM (SELECT substr(url, 1, instr(url || '?', '?') - 1) AS rest \
     FROM (SELECT substr(r.url, instr(r.url, '://') + 3) AS url)))";

/// A statement as it grows, with its arguments in their order.
struct Text {
    sql: String,
    arguments: Vec<Arg>,
}

impl Text {
    fn of(sql: &str) -> Self {
        Self { sql: sql.to_owned(), arguments: Vec::new() }
    }

    fn say(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    fn with(&mut self, sql: &str, argument: impl Into<Arg>) {
        self.sql.push_str(sql);
        self.arguments.push(argument.into());
    }

    fn with_some<T: Into<Arg>>(&mut self, sql: &str, argument: Option<T>) {
        if let Some(argument) = argument {
            self.with(sql, argument);
        }
    }

    /// The part of an index that holds all that are wanted. Days are the shop's: what is stored of a day says which.
    fn walk(&mut self, wish: &Wish<'_>) {
        let (index, condition) = index(wish);
        self.say(index);
        self.with(" WHERE r.shop = ?", wish.shop);
        match condition {
            Condition::None => {}
            Condition::Is(column, value) => {
                self.say(column);
                self.with(" = ?", value);
            }
            Condition::Flagged => self.say(" AND r.flags <> 0"),
        }
        self.with(" AND r.received_at >= ?", wish.days.0.saturating_mul(DAY_MS) - MAX_OFFSET_MS);
        self.with(" AND r.received_at < ?", (wish.days.1 + 1).saturating_mul(DAY_MS) + MAX_OFFSET_MS);
    }

    /// What a response has to be.
    fn pick(&mut self, subset: &Subset) {
        let filter = &subset.filter;
        self.say(" AND r.excluded IS NULL");
        for (sql, value) in [
            (" AND r.survey = ?", filter.survey.as_deref()),
            (" AND r.touchpoint = ?", filter.touchpoint.as_deref()),
            (" AND r.language = ?", filter.language.as_deref()),
            (" AND r.device = ?", filter.device),
            (" AND r.customer = ?", filter.customer.as_deref()),
            (" AND r.order_id = ?", filter.order_id.as_deref()),
        ] {
            self.with_some(sql, value);
        }
        if let Some(order) = &filter.order {
            self.with(" AND r.order_currency = ?", &order.currency);
            self.with(" AND r.order_value BETWEEN ?", *order.range.start());
            self.with(" AND ?", *order.range.end());
        }
        self.with_some(" AND r.complete = ?", filter.complete);
        match filter.flags {
            Wanted::All => {}
            Wanted::None => self.say(" AND r.flags = 0"),
            Wanted::Any(flags) => self.with(" AND (r.flags & CAST(? AS INTEGER)) <> 0", u32::from(flags.bits())),
        }
        if let Some((metric, range)) = &subset.class {
            self.say(" AND EXISTS (SELECT 1 FROM json_each(r.scores) AS v");
            self.with(" WHERE json_extract(v.value, '$[1]') = ?", metric.as_str());
            self.with(" AND json_extract(v.value, '$[2]') BETWEEN ?", u32::from(*range.start()));
            self.with(" AND ?)", u32::from(*range.end()));
        }
        if let Some(has_text) = filter.has_text {
            self.say(if has_text { " AND EXISTS" } else { " AND NOT EXISTS" });
            self.say(" (SELECT 1 FROM json_each(r.answers) AS v WHERE ifnull(json_extract(v.value, '$.text'),");
            self.say(" json_extract(v.value, '$.other')) IS NOT NULL)");
        }
        if let Some(Chosen { question, choice }) = &filter.chosen {
            self.say(" AND EXISTS (SELECT 1 FROM json_each(r.answers) AS v");
            self.with(" WHERE json_extract(v.value, '$.question') = ?", question);
            match choice.as_deref() {
                None => {}
                Some(Chosen::OTHER) => self.say(" AND json_extract(v.value, '$.other') IS NOT NULL"),
                Some(choice) => {
                    self.say(" AND EXISTS (SELECT 1 FROM json_each(v.value, '$.choices') AS c");
                    self.with(" WHERE c.value = ?)", choice);
                }
            }
            self.say(")");
        }
        if let Some(tag) = &filter.tag {
            self.with(" AND EXISTS (SELECT 1 FROM json_each(r.tags) AS v WHERE v.value = ?)", tag);
        }
        for (name, value) in &filter.traits {
            self.with(" AND EXISTS (SELECT 1 FROM json_each(r.traits) AS v WHERE v.key = ?", name);
            self.with(" AND v.value = ?)", value);
        }
        match &filter.page {
            None => {}
            Some(Page::Exactly(path)) => {
                self.say(" AND ");
                self.say(PATH);
                self.with(" = ?", path);
            }
            Some(Page::Below(begin)) => {
                self.say(" AND substr(");
                self.say(PATH);
                self.with(", 1, length(?", begin);
                self.with(")) = ?", begin);
            }
        }
    }

    /// Which of a response's scores are counted.
    fn score(&mut self, wish: &Wish<'_>) {
        self.with(" AND json_extract(s.value, '$[1]') = ?", wish.metric);
        if let Some(scores) = &wish.subset.filter.scores {
            self.with_some(" AND json_extract(s.value, '$[0]') = ?", scores.question.as_deref());
            self.with(" AND json_extract(s.value, '$[2]') BETWEEN ?", u32::from(*scores.range.start()));
            self.with(" AND ?", u32::from(*scores.range.end()));
        }
    }

    fn segment(&mut self, segment: Option<&Segment>) {
        match segment {
            None => self.say("NULL"),
            Some(Segment::Touchpoint) => self.say("r.touchpoint"),
            Some(Segment::Language) => self.say("r.language"),
            Some(Segment::Device) => self.say("r.device"),
            Some(Segment::Survey) => self.say("r.survey"),
            Some(Segment::Page) => self.say(PATH),
            Some(Segment::Tag) => self.say("g.value"),
            Some(Segment::Class) => self.say(
                "(SELECT CAST(json_extract(v.value, '$[2]') AS TEXT) FROM json_each(r.scores) AS v \
                 WHERE json_extract(v.value, '$[1]') = 'nps' LIMIT 1)",
            ),
            Some(Segment::Trait(name)) => {
                self.with("(SELECT v.value FROM json_each(r.traits) AS v WHERE v.key = ?)", name);
            }
        }
    }
}

/// What an index holds beside the shop's answers in the order of their time.
enum Condition<'a> {
    None,
    /// A column of one value.
    Is(&'static str, &'a str),
    Flagged,
}

/// The index that holds those that are wanted and the fewest others. It is named: D1's SQLite would take another one.
fn index<'a>(wish: &Wish<'a>) -> (&'static str, Condition<'a>) {
    match &wish.subset.filter {
        Filter { order_id: Some(id), .. } => ("responses_by_order", Condition::Is(" AND r.order_id", id)),
        Filter { customer: Some(customer), .. } => {
            ("responses_by_customer", Condition::Is(" AND r.customer", customer))
        }
        Filter { survey: Some(survey), .. } => ("responses_by_survey", Condition::Is(" AND r.survey", survey)),
        Filter { touchpoint: Some(at), .. } => ("responses_by_touchpoint", Condition::Is(" AND r.touchpoint", at)),
        Filter { flags: Wanted::Any(_), .. } => ("responses_by_flag", Condition::Flagged),
        _ => ("responses_by_time", Condition::None),
    }
}

/// How many answers would have to be looked at, as far as that matters: the index tells, no answer is read.
pub(in crate::store) fn how_many<'a>(wish: &Wish<'a>) -> (String, Vec<Arg>) {
    let mut text = Text::of("SELECT");
    text.say(" count(*) AS answers FROM (SELECT 1 FROM responses AS r INDEXED BY ");
    text.walk(wish);
    text.with(" LIMIT ?)", MOST + 1);
    (text.sql, text.arguments)
}

/// The days (kind 0) and segments (kind 1) of the answers that are asked for. `LIMIT -1` keeps a score from being taken out
/// of its JSON once for every column.
pub(in crate::store) fn statement<'a>(wish: &Wish<'a>) -> (String, Vec<Arg>) {
    let mut text = Text::of("SELECT");
    text.say(
        " k.value AS kind, CASE k.value WHEN 0 THEN day END AS day, CASE k.value WHEN 1 THEN segment END AS segment",
    );
    for score in 0..=10 {
        text.say(&format!(", sum(score = {score}) AS c{score}"));
    }
    // Of an answer that is in several segments, the first says its day.
    let is_split = wish.segment == Some(&Segment::Tag);
    text.say(" FROM (SELECT r.day, json_extract(s.value, '$[2]') AS score, ");
    text.say(if is_split { "ifnull(g.key, 0)" } else { "0" });
    text.say(" AS turn, ");
    text.segment(wish.segment);
    text.say(" AS segment FROM responses AS r INDEXED BY ");
    // The scores are a part of the response: no join chooses another order.
    let at = text.sql.len() + index(wish).0.len();
    text.walk(wish);
    let tags = if is_split { " LEFT JOIN json_each(r.tags) AS g" } else { "" };
    text.sql.insert_str(at, &format!(" CROSS JOIN json_each(r.scores) AS s{tags}"));
    text.with(" AND r.day BETWEEN ?", wish.days.0);
    text.with(" AND ?", wish.days.1);
    text.pick(wish.subset);
    text.score(wish);
    text.with(" LIMIT -1) CROSS JOIN json_each(?) AS k WHERE k.value = 1 OR turn = 0 GROUP BY 1, 2, 3", wish.kinds());
    text.with(" ORDER BY 1, 2, count(*) DESC, 3 LIMIT ?", wish.limit());
    (text.sql, text.arguments)
}

impl Store {
    /// Reads the answers of the range, at most [`MOST`].
    pub(super) async fn count_answers(&self, wish: &Wish<'_>) -> Result<Counted, StoreError> {
        #[derive(Deserialize)]
        struct Walked {
            answers: i64,
        }
        let (sql, arguments) = how_many(wish);
        let walked = self.database.row::<Walked>(&sql, &arguments).await?.map_or(0, |row| row.answers);
        if walked > MOST {
            // How many they really are is known where tallies are kept by the same value.
            let facet = match index(wish) {
                (_, Condition::None) => Facet::All,
                (_, Condition::Flagged) => Facet::Flagged,
                ("responses_by_survey", Condition::Is(_, survey)) => Facet::Survey(survey),
                ("responses_by_touchpoint", Condition::Is(_, touchpoint)) => Facet::Touchpoint(touchpoint),
                _ => return Ok(Counted::TooMany(walked)),
            };
            let days = self.days(wish, &facet).await?;
            let counted = days.iter().map(|day| day.counts.iter().sum::<i64>()).sum();
            return Ok(Counted::TooMany(walked.max(counted)));
        }
        let (sql, arguments) = statement(wish);
        Ok(Counted::Found(sorted(Source::Responses, self.database.rows::<Row>(&sql, &arguments).await?)))
    }
}
