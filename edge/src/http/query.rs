//! Query strings. An unknown parameter is an error, so a typo is never mistaken for "no filter".

use crate::{
    http::error::Error,
    time::{clock, zone::Zone},
};
use std::ops::RangeInclusive;
use survey::{Code, problem::Problems};

/// Days of a range without `from`, including the last one.
const DEFAULT_DAYS: i64 = 30;
/// The longest range: a leap year. Each day is one row of a result, and a query reads at most 500 rows.
const MAX_DAYS: i64 = 366;

/// The parameters of a request.
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
    problems: Problems,
}

impl Query {
    /// Parses a query string. Parameters outside `known` and duplicates are problems. A known name that ends with a dot
    /// matches every name with that prefix: `trait.` matches `trait.plan`.
    pub(crate) fn read(text: Option<&str>, known: &[&str]) -> Self {
        let mut problems = Problems::new();
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(text.unwrap_or("").as_bytes()) {
            let at = format!("query.{name}");
            let is_of = |known: &str| if known.ends_with('.') { is_member(&name, known) } else { name == known };
            if !known.iter().any(|known| is_of(known)) {
                let known = known.join(", ").replace(".,", ".NAME,");
                problems.add(Code::UnknownValue, at, format!("unknown parameter; expected one of: {known}"));
            } else if pairs.iter().any(|(earlier, _)| *earlier == name) {
                problems.add(Code::Duplicate, at, "is given twice");
            } else if !value.is_empty() {
                pairs.push((name.into_owned(), value.into_owned()));
            }
        }
        Self { pairs, problems }
    }

    pub(crate) fn add(&mut self, code: Code, name: &str, message: impl Into<String>) {
        self.problems.add(code, format!("query.{name}"), message.into());
    }

    /// The value of a parameter; an empty value counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The parameters with a prefix like `trait.`: each name without the prefix, and its value.
    pub(crate) fn family(&self, family: &str) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.pairs.iter().filter(move |(name, _)| is_member(name, family));
        pairs.map(|(name, value)| (name.get(family.len()..).unwrap_or_default(), value.as_str()))
    }

    /// A parameter that is `true` or `false`.
    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        let flag = match self.get(name)? {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        if flag.is_none() {
            self.add(Code::UnknownValue, name, "must be true or false");
        }
        flag
    }

    /// A whole number within a range.
    pub(crate) fn number(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let number = self.get(name)?.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            let message = format!("must be a whole number from {} to {}", range.start(), range.end());
            self.add(Code::OutOfRange, name, message);
        }
        number
    }

    /// A day like `2026-11-22`, as days since 1970.
    pub(crate) fn day(&mut self, name: &str) -> Option<i64> {
        let text = self.get(name)?;
        let day = clock::parse_day(text);
        if day.is_none() {
            self.add(Code::InvalidFormat, name, "must be a day like 2026-11-22");
        }
        day
    }

    /// The range `from` to `to`, both days inclusive.
    pub(crate) fn days(&mut self, today: i64) -> (i64, i64) {
        let (from, to) = (self.day("from"), self.day("to"));
        let to = to.unwrap_or_else(|| from.map_or(today, |from| today.max(from)));
        let from = from.unwrap_or(to - (DEFAULT_DAYS - 1));
        if from > to {
            self.add(Code::OutOfRange, "from", "must not be after 'to'");
        } else if to - from >= MAX_DAYS {
            self.add(Code::OutOfRange, "from", format!("must be at most {MAX_DAYS} days before 'to'"));
        }
        (from, to)
    }

    /// A moment (RFC 3339) or a day in the shop's time zone, in milliseconds since 1970. A day means its start, or its end
    /// if `end`, so a range of days includes both.
    pub(crate) fn moment(&mut self, name: &str, end: bool, zone: &Zone) -> Option<i64> {
        let text = self.get(name)?;
        let day = clock::parse_day(text).map(|day| zone.start_of_day(day + i64::from(end)));
        let moment = day.or_else(|| clock::parse_moment(text));
        if moment.is_none() {
            let message = "must be a day like 2026-11-22 or a moment like 2026-11-22T13:00:00Z (in a URL, '+' is %2B)";
            self.add(Code::InvalidFormat, name, message);
        }
        moment
    }

    /// Returns `value`, or every problem found.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Error> {
        self.problems.or(value).map_err(Error::Invalid)
    }
}

fn is_member(name: &str, family: &str) -> bool {
    name.len() > family.len() && name.starts_with(family)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        http::page::{PageRequest, PageSize},
        store::Cursor,
    };

    const KNOWN: [&str; 4] = ["from", "to", "limit", "cursor"];

    fn codes(text: &str, read: impl FnOnce(&mut Query)) -> Vec<(String, &'static str)> {
        let mut query = Query::read(Some(text), &KNOWN);
        read(&mut query);
        match query.or(()) {
            Err(Error::Invalid(problems)) => {
                problems.into_iter().map(|problem| (problem.at, problem.code.as_str())).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn all_problems_are_reported_at_once() {
        let found = codes("form=2026-01-01&from=yesterday&limit=0&limit=5&cursor=%20", |query| {
            query.moment("from", false, &Zone::new("UTC"));
            let _ = PageRequest::<Cursor>::read(query, PageSize::up_to(100));
        });
        let expected = [
            ("query.form", "unknown_value"),
            ("query.limit", "duplicate"),
            ("query.from", "invalid_format"),
            ("query.cursor", "invalid_format"),
        ];
        assert_eq!(found, expected.map(|(at, code)| (at.to_owned(), code)));
    }

    #[test]
    fn prefixes_flags_and_numbers() {
        let known = ["trait.", "yes", "n"];
        let mut query = Query::read(Some("trait.plan=gold&trait.a.b=&trait.x=1&yes=true&n=7"), &known);
        assert_eq!(query.family("trait.").collect::<Vec<_>>(), [("plan", "gold"), ("x", "1")]);
        assert_eq!((query.flag("yes"), query.number("n", 0..=7)), (Some(true), Some(7)));
        assert!(query.or(()).is_ok());
        for bad in ["trait.=1", "trait=1", "traits.a=1", "trait.a=1&trait.a=2", "yes=1", "n=8", "n=1.5", "n=-1"] {
            let mut query = Query::read(Some(bad), &known);
            let _ = (query.flag("yes"), query.number("n", 0..=7));
            assert!(query.or(()).is_err(), "{bad}");
        }
    }

    #[test]
    fn ranges() {
        let today = 100;
        for (text, expected, problems) in [
            ("", (71, 100), false),
            ("from=1970-04-01", (90, 100), false),
            ("to=1970-04-01", (61, 90), false),
            ("from=1970-04-01&to=1970-04-01", (90, 90), false),
            ("from=1970-04-02&to=1970-04-01", (91, 90), true),
            ("from=1970-01-01&to=1971-01-01", (0, 365), false),
            ("from=1970-01-01&to=1971-01-02", (0, 366), true),
            ("from=2000-01-01", (10_957, 10_957), false),
        ] {
            let mut query = Query::read(Some(text), &KNOWN);
            assert_eq!(query.days(today), expected, "{text}");
            assert_eq!(query.or(()).is_err(), problems, "{text}");
        }
    }

    #[test]
    fn a_range_includes_both_of_its_days() {
        let mut query = Query::read(Some("from=2026-11-22&to=2026-11-22"), &KNOWN);
        let utc = Zone::new("UTC");
        let (from, to) = (query.moment("from", false, &utc).unwrap(), query.moment("to", true, &utc).unwrap());
        assert_eq!(to - from, clock::DAY_MS);
        let mut query = Query::read(Some("to=2026-11-22T00:00:00Z"), &KNOWN);
        assert_eq!(query.moment("to", true, &utc), Some(from));
    }
}
