//! The index along which responses are read, for lists and for counts.

use super::filter::{FlagFilter, ResponseFilter, SqlBuilder, TimeRange};

/// An index that holds a part of a shop's responses, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum AccessPath {
    Order,
    Customer,
    Tag,
    Exclusion,
    Survey,
    Touchpoint,
    Flag,
    Time,
}

impl AccessPath {
    /// Usually the most selective first.
    const BY_PREFERENCE: [Self; 8] = [
        Self::Order,
        Self::Customer,
        Self::Tag,
        Self::Exclusion,
        Self::Survey,
        Self::Touchpoint,
        Self::Flag,
        Self::Time,
    ];

    /// The path that leaves the fewest rows to scan for a page of a list.
    pub(in crate::store) fn for_list(filter: &ResponseFilter) -> Self {
        Self::first(filter, &[])
    }

    /// The path that leaves the fewest rows to scan for a metric. A metric reads one index of `responses`, so it cannot
    /// take the table of tags, and it never counts excluded responses.
    pub(in crate::store) fn for_metric(filter: &ResponseFilter) -> Self {
        Self::first(filter, &[Self::Tag, Self::Exclusion])
    }

    fn first(filter: &ResponseFilter, except: &[Self]) -> Self {
        let usable = |path: &Self| !except.contains(path) && path.holds_all(filter);
        Self::BY_PREFERENCE.into_iter().find(usable).unwrap_or(Self::Time)
    }

    /// Whether every response that passes the filter is on this path.
    const fn holds_all(self, filter: &ResponseFilter) -> bool {
        match self {
            Self::Order => filter.order_id.is_some(),
            Self::Customer => filter.customer.is_some(),
            Self::Tag => filter.tag.is_some(),
            Self::Exclusion => matches!(filter.excluded, Some(true)),
            Self::Survey => filter.survey.is_some(),
            Self::Touchpoint => filter.touchpoint.is_some(),
            Self::Flag => matches!(filter.flags, FlagFilter::Any(_)),
            Self::Time => true,
        }
    }

    /// Whether, within the time range, only responses that pass the filter are on this path.
    pub(in crate::store) fn is_exact(self, filter: &ResponseFilter) -> bool {
        let mut rest = ResponseFilter { received: TimeRange::default(), ..filter.clone() };
        match self {
            Self::Order => rest.order_id = None,
            Self::Customer => rest.customer = None,
            Self::Tag => rest.tag = None,
            Self::Exclusion => rest.excluded = None,
            Self::Survey => rest.survey = None,
            Self::Touchpoint => rest.touchpoint = None,
            Self::Flag if rest.flags == FlagFilter::FLAGGED => rest.flags = FlagFilter::All,
            Self::Flag | Self::Time => {}
        }
        rest == ResponseFilter::default()
    }

    /// The columns that order its rows: when a response was received, and its id.
    pub(in crate::store) const fn order_columns(self) -> [&'static str; 2] {
        if matches!(self, Self::Tag) { ["t.at", "t.response"] } else { ["r.received_at", "r.id"] }
    }

    /// Appends `FROM … WHERE …` up to the shop's part of the index. A time range may follow. The index is named, because
    /// D1's SQLite would otherwise always take the one by time.
    pub(in crate::store) fn enter(self, sql: &mut SqlBuilder, joins: &str, shop: &str, filter: &ResponseFilter) {
        let (source, condition, value) = match self {
            Self::Order => ("responses_by_order", "r.order_id = ?", filter.order_id.as_deref()),
            Self::Customer => ("responses_by_customer", "r.customer = ?", filter.customer.as_deref()),
            Self::Tag => ("", "t.tag = ?", filter.tag.as_deref()),
            Self::Exclusion => ("responses_by_exclusion", "r.excluded IS NOT NULL", None),
            Self::Survey => ("responses_by_survey", "r.survey = ?", filter.survey.as_deref()),
            Self::Touchpoint => ("responses_by_touchpoint", "r.touchpoint = ?", filter.touchpoint.as_deref()),
            Self::Flag => ("responses_by_flag", "r.flags <> 0", None),
            Self::Time => ("responses_by_time", "true", None),
        };
        if self == Self::Tag {
            // CROSS JOIN fixes the order: the tags' table is in the order of the list.
            sql.push("response_tags AS t CROSS JOIN responses AS r ON r.shop = t.shop AND r.id = t.response");
            sql.push(joins);
            sql.bind(" WHERE t.shop = ? AND ", shop);
        } else {
            sql.push(&format!("responses AS r INDEXED BY {source}{joins}"));
            sql.bind(" WHERE r.shop = ? AND ", shop);
        }
        sql.push(condition);
        sql.extend(value);
    }
}
