//! What the owner says about a file, beside it.

use super::{ColumnRole, Form, timestamp};
use crate::{
    id::Slug,
    metric::Metric,
    problem::{Code, Problem, Problems},
};
use alloc::{
    borrow::ToOwned,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

/// Which tool exported a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Delighted.
    Delighted,
    /// Survicate.
    Survicate,
    /// Any other: the owner says what stands where.
    Generic,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Delighted, Self::Survicate, Self::Generic];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delighted => "delighted",
            Self::Survicate => "survicate",
            Self::Generic => "generic",
        }
    }

    /// The source with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == name)
    }

    /// What people call it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Delighted => "Delighted",
            Self::Survicate => "Survicate",
            Self::Generic => "a file",
        }
    }
}

/// What the owner says about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Which tool exported it.
    pub source: Source,
    /// The survey that its answers go to; none = the one that imports from this source make.
    pub survey: Option<String>,
    /// Whether to read it and write nothing.
    pub dry_run: bool,
    /// On which scale its scores are; none = the survey's, or NPS.
    pub metric: Option<Metric>,
    /// How its days are written; none = as long as there is no doubt.
    pub form: Option<Form>,
    /// How far ahead of UTC times without a zone are, in minutes.
    pub offset_minutes: i32,
    /// The stage of the journey for rows that name none; none = the survey's.
    pub touchpoint: Option<Slug>,
    /// The currency of order values whose row names none.
    pub currency: Option<String>,
    /// Columns by what stands in them, as the owner calls them; empty where nothing is to be taken for it.
    pub columns: BTreeMap<ColumnRole, String>,
    /// Names of traits and the columns in which they stand.
    pub traits: Vec<(String, String)>,
}

/// Parameters besides `column.…` and `trait.…`.
const KNOWN: [&str; 8] =
    ["source", "survey", "dry_run", "metric", "date_format", "time_zone", "touchpoint", "currency"];

impl Options {
    /// Reads the parameters of a request.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::new();
        let mut given: BTreeMap<&str, &str> = BTreeMap::new();
        let (mut columns, mut traits) = (BTreeMap::new(), Vec::<(String, String)>::new());
        for (name, value) in pairs {
            let at = format!("query.{name}");
            let value = value.trim();
            if let Some(role) = name.strip_prefix("column.") {
                match ColumnRole::parse(role) {
                    None => {
                        problems.add(
                            Code::UnknownValue,
                            at,
                            format!("is no column here; there are {}", ColumnRole::names()),
                        );
                    }
                    Some(role) if columns.contains_key(&role) => problems.add(Code::Duplicate, at, "is given twice"),
                    Some(role) => drop(columns.insert(role, value.to_owned())),
                }
            } else if let Some(name) = name.strip_prefix("trait.") {
                if name.is_empty() || value.is_empty() {
                    problems.add(Code::Empty, at, "must be like trait.plan=Plan: a name and the name of a column");
                } else if traits.iter().any(|(known, _)| known == name) {
                    problems.add(Code::Duplicate, at, "is given twice");
                } else {
                    traits.push((name.to_owned(), value.to_owned()));
                }
            } else if !KNOWN.contains(&name) {
                let known = KNOWN.join(", ");
                problems.add(
                    Code::UnknownValue,
                    at,
                    format!("is no parameter here; there are {known}, column.…, trait.…"),
                );
            } else if given.insert(name, value).is_some() {
                problems.add(Code::Duplicate, at, "is given twice");
            }
        }
        let mut word = Word { given, problems };
        let source = word.read("source", "must be delighted, survicate or generic", Source::parse);
        if source.is_none() && !word.given.contains_key("source") {
            word.problems.add(Code::Missing, "query.source", "is required: delighted, survicate or generic");
        }
        let dry_run = word.read("dry_run", "must be true or false", |text| text.parse::<bool>().ok());
        let metric = word.read("metric", "must be nps, csat, ces or agree", Metric::parse);
        let form = word.read("date_format", "must be iso, d.m.y, d/m/y, m/d/y or unix", Form::parse);
        let offset =
            word.read("time_zone", "must be UTC or an offset like +02:00 (in a URL, '+' is %2B)", offset_minutes);
        let touchpoint =
            word.read("touchpoint", "must be a name of 1 to 40 characters of a-z, 0-9, '_' and '-'", |text| {
                Slug::parse(text).ok()
            });
        let currency = word.read("currency", "must be an ISO 4217 code like PLN", |text| {
            (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())).then(|| text.to_owned())
        });
        let survey = word.given.get("survey").filter(|id| !id.is_empty()).map(ToString::to_string);
        let options = Self {
            source: source.unwrap_or(Source::Generic),
            survey,
            dry_run: dry_run.unwrap_or(false),
            metric,
            form,
            offset_minutes: offset.unwrap_or(0),
            touchpoint,
            currency,
            columns,
            traits,
        };
        word.problems.or(options)
    }
}

/// Parameters that are one word of a list.
struct Word<'a> {
    given: BTreeMap<&'a str, &'a str>,
    problems: Problems,
}

impl Word<'_> {
    /// An empty one counts as absent.
    fn read<T>(&mut self, name: &str, wrong: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.given.get(name).filter(|text| !text.is_empty())?;
        let value = read(text);
        if value.is_none() {
            self.problems.add(Code::UnknownValue, format!("query.{name}"), wrong);
        }
        value
    }
}

fn offset_minutes(text: &str) -> Option<i32> {
    if matches!(text, "UTC" | "Z") {
        return Some(0);
    }
    i32::try_from(timestamp::offset(text)? / 60_000).ok()
}
