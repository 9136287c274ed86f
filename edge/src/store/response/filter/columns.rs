//! Conditions on columns: completeness, exclusion, flags, order value, page, traits and tags.

use super::{Clause, SqlBuilder};
use std::{borrow::Cow, collections::BTreeMap, ops::RangeInclusive};
use survey::plausibility::Flags;

/// Whether the survey was completed.
pub(super) fn complete_clause<'a>(wanted: bool) -> Clause<'a> {
    let sql = SqlBuilder::with("r.complete = ?", wanted);
    Clause::on_row("complete", sql, move |row| (row.complete == 1) == wanted)
}

/// Whether the owner excluded the response from every number.
pub(super) fn excluded_clause<'a>(wanted: bool) -> Clause<'a> {
    let sql = SqlBuilder::with("(r.excluded IS NOT NULL) = ?", wanted);
    Clause::on_row("excluded", sql, move |row| row.excluded.is_some() == wanted)
}

/// By flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum FlagFilter {
    /// No condition.
    #[default]
    All,
    /// Without any flag.
    None,
    /// With at least one of these.
    Any(Flags),
}

impl FlagFilter {
    /// With at least one flag, whichever it is.
    pub(crate) const FLAGGED: Self = Self::Any(Flags::from_bits(u8::MAX));

    pub(super) fn clause<'a>(self) -> Option<Clause<'a>> {
        match self {
            Self::All => None,
            Self::None => Some(Clause::on_row("flags", SqlBuilder::new("r.flags = 0"), |row| row.flags == 0)),
            Self::Any(flags) => Some(Clause::on_row(
                "flags",
                // D1 binds every number as a float, and `&` needs an integer.
                SqlBuilder::with("(r.flags & CAST(? AS INTEGER)) <> 0", u32::from(flags.bits())),
                move |row| row.flags & flags.bits() != 0,
            )),
        }
    }
}

/// Orders in one currency, with a value in a range of minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderFilter {
    pub(crate) currency: String,
    pub(crate) range: RangeInclusive<i64>,
}

impl OrderFilter {
    pub(super) fn clause(&self) -> Clause<'_> {
        let mut sql = SqlBuilder::with("r.order_currency = ?", &self.currency);
        sql.bind(" AND r.order_value BETWEEN ?", *self.range.start());
        sql.bind(" AND ?", *self.range.end());
        Clause::on_row("order", sql, |row| {
            row.order_currency.as_ref() == Some(&self.currency)
                && row.order_value.is_some_and(|value| self.range.contains(&value))
        })
    }
}

/// By the path of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PathFilter {
    Exact(String),
    Prefix(String),
}

/// The page of `r.url`: the path, and the route in the fragment (`#/…`) as in the page patterns of surveys, both without their
/// queries.
pub(in crate::store) const PATH_SQL: &str = "(SELECT CASE instr(rest, '/') WHEN 0 THEN '/' ELSE substr(rest, instr(rest, '/')) END \
     || CASE substr(route, 1, 2) WHEN '#/' THEN substr(route, 1, instr(route || '?', '?') - 1) ELSE '' END \
     FROM (SELECT substr(url, 1, instr(url || '?', '?') - 1) AS rest, route \
     FROM (SELECT substr(url, 1, instr(url || '#', '#') - 1) AS url, substr(url, instr(url || '#', '#')) AS route \
     FROM (SELECT substr(r.url, instr(r.url, '://') + 3) AS url))))";

/// The same page of a URL that was read.
fn path_of(url: &str) -> Cow<'_, str> {
    let without_query = |text: &str| text.find('?').unwrap_or(text.len());
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (main, route) = rest.split_at(rest.find('#').unwrap_or(rest.len()));
    let path = main.get(..without_query(main)).unwrap_or_default();
    let path = path.find('/').and_then(|at| path.get(at..)).unwrap_or("/");
    if !route.starts_with("#/") {
        return Cow::Borrowed(path);
    }
    Cow::Owned([path, route.get(..without_query(route)).unwrap_or_default()].concat())
}

impl PathFilter {
    pub(super) fn clause(&self) -> Clause<'_> {
        let sql = match self {
            Self::Exact(path) => SqlBuilder::with(&format!("{PATH_SQL} = ?"), path),
            // Not LIKE or GLOB: a path may contain their wildcards.
            Self::Prefix(prefix) => {
                let mut sql = SqlBuilder::with(&format!("substr({PATH_SQL}, 1, length(?"), prefix);
                sql.bind(")) = ?", prefix);
                sql
            }
        };
        Clause::on_row("page", sql, |row| {
            row.url.as_deref().map(path_of).is_some_and(|path| match self {
                Self::Exact(wanted) => path == *wanted,
                Self::Prefix(prefix) => path.starts_with(prefix.as_str()),
            })
        })
    }
}

/// Every one of these traits has this value.
pub(super) fn traits_clause(wanted: &[(String, String)]) -> Option<Clause<'_>> {
    let mut sql = SqlBuilder::new("true");
    for (name, value) in wanted {
        sql.bind(" AND EXISTS (SELECT 1 FROM json_each(r.traits) AS v WHERE v.key = ?", name);
        sql.bind(" AND v.value = ?)", value);
    }
    let clause = Clause::new("traits", sql, |row| {
        let traits: BTreeMap<String, String> = row.parse(&row.traits)?;
        Ok(wanted.iter().all(|(name, value)| traits.get(name) == Some(value)))
    });
    (!wanted.is_empty()).then_some(clause)
}

/// The response has this tag.
pub(super) fn tag_clause(wanted: &String) -> Clause<'_> {
    let sql = SqlBuilder::with("EXISTS (SELECT 1 FROM json_each(r.tags) AS v WHERE v.value = ?)", wanted);
    Clause::new("tag", sql, move |row| {
        let tags: Vec<String> = row.tags.as_deref().map_or(Ok(Vec::new()), |tags| row.parse(tags))?;
        Ok(tags.contains(wanted))
    })
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn paths() {
        for (url, expected) in [
            ("https://shop.example/thank-you?order=1", "/thank-you"),
            ("https://shop.example", "/"),
            ("https://shop.example?a=/b", "/"),
            ("https://shop.example:8443/a/b/", "/a/b/"),
            ("http://shop.example/%C5%BC", "/%C5%BC"),
            ("https://shop.example/#/cart?utm_id=1", "/#/cart"),
            ("https://shop.example/app?utm_id=1#/cart", "/app#/cart"),
            ("https://shop.example#!/cart", "/"),
        ] {
            assert_eq!(path_of(url), expected, "{url}");
        }
    }
}
