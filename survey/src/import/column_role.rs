//! What a column may hold, and by which names that is known.

use super::Source;
use alloc::string::String;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnRole {
    /// The score.
    Score,
    /// Own words.
    Comment,
    /// When it was answered.
    At,
    /// What the other tool calls the answer.
    Id,
    /// The shop's own id for its customer.
    Customer,
    /// The language of the answer.
    Language,
    /// The stage of the journey.
    Touchpoint,
    /// The order's number.
    OrderId,
    /// The order's value, as people write it.
    OrderValue,
    /// The currency of that.
    Currency,
    /// Which metric it is, where a file may hold several.
    Metric,
}

impl ColumnRole {
    /// All of them, with their names on the wire.
    pub const ALL: [(Self, &'static str); 11] = [
        (Self::Score, "score"),
        (Self::Comment, "comment"),
        (Self::At, "at"),
        (Self::Id, "id"),
        (Self::Customer, "customer"),
        (Self::Language, "language"),
        (Self::Touchpoint, "touchpoint"),
        (Self::OrderId, "order_id"),
        (Self::OrderValue, "order_value"),
        (Self::Currency, "currency"),
        (Self::Metric, "metric"),
    ];

    /// The role with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(role, _)| role)
    }

    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(role, _)| *role == self).map_or("", |(_, name)| name)
    }

    pub(super) fn names() -> String {
        Self::ALL.map(|(_, name)| name).join(", ")
    }

    /// Names of columns that mean this role in what a tool exports, without spaces and signs: those of its files, and those
    /// of its API, with which people make files of their own.
    pub(super) const fn known(self, source: Source) -> &'static [&'static str] {
        match (self, source) {
            (Self::Score, Source::Delighted) => &["score", "responsescore", "rating", "npsscore"],
            (Self::Score, _) => &["score", "rating", "nps", "npsscore", "csat", "ces"],
            (Self::Comment, Source::Delighted) => &["comment", "responsecomment", "comments"],
            (Self::Comment, _) => &["comment", "comments", "feedback"],
            (Self::At, Source::Delighted) => &[
                "createdat",
                "responsecreatedat",
                "surveyresponsecreatedat",
                "respondedat",
                "responsedate",
                "responsetime",
                "submittedat",
                "date",
                "datetime",
                "time",
                "timestamp",
            ],
            (Self::At, _) => &[
                "date",
                "datetime",
                "dateutc",
                "datetimeutc",
                "time",
                "timestamp",
                "createdat",
                "answeredat",
                "submittedat",
                "collectedat",
                "respondedat",
                "responsedate",
                "at",
            ],
            (Self::Id, Source::Delighted) => &["surveyresponseid", "responseid", "id"],
            (Self::Id, _) => &["responseuuid", "responseid", "answerid", "uuid", "id"],
            (Self::Language, _) => &["language", "locale", "surveylanguage"],
            (Self::Metric, Source::Delighted) => &["surveytype"],
            (Self::Touchpoint, _) => &["touchpoint"],
            (Self::Currency, _) => &["currency", "ordercurrency"],
            (Self::OrderValue, _) => &["ordervalue"],
            (Self::OrderId, _) => &["orderid", "ordernumber"],
            // Who somebody is is told on purpose only, and elsewhere a word like that may mean anything.
            (Self::Customer | Self::Metric, _) => &[],
        }
    }
}
