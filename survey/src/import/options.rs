//! The options of an import, from the query string.

use super::{ColumnRole, DateFormat, timestamp};
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
    /// Any other tool; the owner maps the columns.
    Generic,
}

impl Source {
    /// All sources.
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

    /// The display name.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Delighted => "Delighted",
            Self::Survicate => "Survicate",
            Self::Generic => "a file",
        }
    }
}

/// The options of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Which tool exported it.
    pub source: Source,
    /// The survey to import into; none = the default survey for imports from this source.
    pub survey: Option<String>,
    /// Whether to validate the file without writing anything.
    pub dry_run: bool,
    /// The metric of the scores; none = the survey's, or NPS.
    pub metric: Option<Metric>,
    /// The format of dates; none = any format that is unambiguous.
    pub date_format: Option<DateFormat>,
    /// UTC offset of times without a zone, in minutes.
    pub offset_minutes: i32,
    /// The touchpoint of rows without one; none = the survey's.
    pub touchpoint: Option<Slug>,
    /// The currency of order values without one.
    pub currency: Option<String>,
    /// Column names by role; an empty name means that no column has this role.
    pub columns: BTreeMap<ColumnRole, String>,
    /// Names of traits with the columns that contain them.
    pub traits: Vec<(String, String)>,
}

/// Parameters besides `column.…` and `trait.…`.
const PARAMETERS: [&str; 8] =
    ["source", "survey", "dry_run", "metric", "date_format", "time_zone", "touchpoint", "currency"];

impl Options {
    /// Parses the query parameters.
    ///
    /// # Errors
    /// All problems found.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::new();
        let mut parameters: BTreeMap<&str, &str> = BTreeMap::new();
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
                            format!("unknown column; expected one of: {}", ColumnRole::names()),
                        );
                    }
                    Some(role) if columns.contains_key(&role) => {
                        problems.add(Code::Duplicate, at, "must not be repeated");
                    }
                    Some(role) => drop(columns.insert(role, value.to_owned())),
                }
            } else if let Some(name) = name.strip_prefix("trait.") {
                if name.is_empty() || value.is_empty() {
                    problems.add(Code::Empty, at, "must have the form trait.NAME=COLUMN, like trait.plan=Plan");
                } else if traits.iter().any(|(known, _)| known == name) {
                    problems.add(Code::Duplicate, at, "must not be repeated");
                } else {
                    traits.push((name.to_owned(), value.to_owned()));
                }
            } else if !PARAMETERS.contains(&name) {
                let known = PARAMETERS.join(", ");
                problems.add(
                    Code::UnknownValue,
                    at,
                    format!("unknown parameter; expected one of: {known}, column.…, trait.…"),
                );
            } else if parameters.insert(name, value).is_some() {
                problems.add(Code::Duplicate, at, "must not be repeated");
            }
        }
        let mut query = Query { parameters, problems };
        let source = query.read("source", "must be delighted, survicate or generic", Source::parse);
        if source.is_none() && !query.parameters.contains_key("source") {
            query.problems.add(Code::Missing, "query.source", "is required; must be delighted, survicate or generic");
        }
        let dry_run = query.read("dry_run", "must be true or false", |text| text.parse::<bool>().ok());
        let metric = query.read("metric", "must be nps, csat, ces or agree", Metric::parse);
        let date_format = query.read("date_format", "must be iso, d.m.y, d/m/y, m/d/y or unix", DateFormat::parse);
        let offset =
            query.read("time_zone", "must be UTC or an offset like +02:00 (in a URL, '+' is %2B)", offset_minutes);
        let touchpoint = query
            .read("touchpoint", "must be 1 to 40 characters of a-z, 0-9, '_' and '-'", |text| Slug::parse(text).ok());
        let currency = query.read("currency", "must be an ISO 4217 code like PLN", |text| {
            (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())).then(|| text.to_owned())
        });
        let survey = query.parameters.get("survey").filter(|id| !id.is_empty()).map(ToString::to_string);
        let options = Self {
            source: source.unwrap_or(Source::Generic),
            survey,
            dry_run: dry_run.unwrap_or(false),
            metric,
            date_format,
            offset_minutes: offset.unwrap_or(0),
            touchpoint,
            currency,
            columns,
            traits,
        };
        query.problems.or(options)
    }
}

/// The plain query parameters.
struct Query<'a> {
    parameters: BTreeMap<&'a str, &'a str>,
    problems: Problems,
}

impl Query<'_> {
    /// Parses a parameter. An empty one counts as absent.
    fn read<T>(&mut self, name: &str, message: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.parameters.get(name).filter(|text| !text.is_empty())?;
        let value = read(text);
        if value.is_none() {
            self.problems.add(Code::UnknownValue, format!("query.{name}"), message);
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
