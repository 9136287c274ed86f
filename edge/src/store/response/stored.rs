//! A response as it is read from its row.

use serde::Deserialize;
use survey::submission::Verified;

/// The columns of [`ResponseRow`], for every `SELECT` that reads one.
pub(in crate::store) const RESPONSE_COLUMNS: &str = "id, survey, version, revision, complete, touchpoint, language, device, \
     source, url, answers, order_id, order_value, order_currency, customer, traits, received_at, updated_at, flags, \
     excluded, tags, verified";

/// A response as stored.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(crate) struct ResponseRow {
    pub(crate) id: String,
    pub(crate) survey: String,
    pub(crate) version: u32,
    pub(crate) revision: u32,
    /// 0 or 1.
    pub(crate) complete: u8,
    pub(crate) touchpoint: String,
    pub(crate) language: Option<String>,
    pub(crate) device: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) url: Option<String>,
    /// JSON list of [`survey::wire::StoredAnswer`].
    pub(crate) answers: String,
    pub(crate) order_id: Option<String>,
    pub(crate) order_value: Option<i64>,
    pub(crate) order_currency: Option<String>,
    pub(crate) customer: Option<String>,
    /// JSON object.
    pub(crate) traits: String,
    /// Milliseconds since 1970, of the first revision.
    pub(crate) received_at: i64,
    pub(crate) updated_at: i64,
    /// Bits.
    pub(crate) flags: u8,
    /// The owner's reason for excluding the response from every number; `None` if it counts.
    pub(crate) excluded: Option<String>,
    /// JSON list of texts, sorted; `None` if the response has no tags.
    pub(crate) tags: Option<String>,
    /// Bits of the members that the shop has signed.
    #[serde(default)]
    pub(crate) verified: u8,
}

impl ResponseRow {
    /// The members that the shop vouches for: what it has signed, and everything that it has imported.
    pub(crate) fn verified(&self) -> Verified {
        if self.source.as_deref() != Some("import") {
            return Verified::from_bits(self.verified);
        }
        let member = |is_present: bool, member| if is_present { member } else { Verified::NONE };
        member(self.customer.is_some(), Verified::CUSTOMER)
            .and(member(self.order_value.is_some(), Verified::ORDER))
            .and(member(self.traits != "{}", Verified::TRAITS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// A column that is missing from a `SELECT` would be read as `None` without an error.
    #[test]
    fn the_column_list_names_every_field() {
        let row = serde_json::json!({
            "id": "r", "survey": "s", "version": 1, "revision": 1, "complete": 0, "touchpoint": "t", "answers": "[]",
            "traits": "{}", "received_at": 0, "updated_at": 0, "flags": 0,
        });
        let row: ResponseRow = serde_json::from_value(row).unwrap();
        let row = serde_json::to_value(row).unwrap();
        let fields: BTreeSet<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(RESPONSE_COLUMNS.split(", ").collect::<BTreeSet<_>>(), fields);
    }
}
