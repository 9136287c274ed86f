//! Roles of columns, and the column names that tools use for them.

use super::Source;
use alloc::string::String;

/// The role of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnRole {
    /// The score.
    Score,
    /// The comment.
    Comment,
    /// When it was answered.
    At,
    /// The other tool's id of the response.
    Id,
    /// The shop's own id for its customer.
    Customer,
    /// The language of the response.
    Language,
    /// The touchpoint.
    Touchpoint,
    /// The order number.
    OrderId,
    /// The order value, as a decimal number.
    OrderValue,
    /// The currency of the order value.
    Currency,
    /// The metric of the row, for files that mix several.
    Metric,
}

impl ColumnRole {
    /// All roles, with their names on the wire.
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

    /// Column names with this role in a tool's export, normalized: those of its files and those of its API, which
    /// custom exports use.
    pub(super) const fn aliases(self, source: Source) -> &'static [&'static str] {
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
            // A customer column is only taken if it is mapped explicitly; elsewhere such a name is ambiguous.
            (Self::Customer | Self::Metric, _) => &[],
        }
    }
}
