//! The tables with rows of a shop, and what a move does with each.
//!
//! Rows that triggers derive from the responses (tallies, parts of the funnel, counts) are not copied. The target's triggers
//! derive them again, and both sides are compared.

mod statements;

pub(super) use statements::{
    Change, PageRow, changes, checksum_of_others, checksum_of_responses, clear_all, clear_config, clear_responses,
    delete_changes, end_turn, take_turn,
};

/// The type of a key column.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Number,
}

/// A table whose rows belong to shops.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The column with the id of the shop.
    shop: &'static str,
    /// The other columns of the primary key, in their order.
    key: &'static [(&'static str, Kind)],
    /// The other columns that are copied.
    columns: &'static [&'static str],
    /// The columns that are updated if the row exists already. None of `responses`, which are deleted first.
    replaced: &'static [&'static str],
}

/// Copied in batches while the shop is in use; the target's triggers count them.
pub(super) const RESPONSES: Table = Table {
    name: "responses",
    shop: "shop",
    key: &[("id", Kind::Text)],
    columns: &[
        "survey",
        "version",
        "revision",
        "fingerprint",
        "complete",
        "touchpoint",
        "language",
        "device",
        "source",
        "url",
        "answers",
        "scores",
        "order_id",
        "order_value",
        "order_currency",
        "customer",
        "traits",
        "day",
        "received_at",
        "updated_at",
        "flags",
        "excluded",
        "import",
        "tags",
        "secret",
        "view",
        "trust",
        "verified",
        "contact",
        "form",
    ],
    replaced: &[],
};

/// Copied while the shop is frozen.
pub(super) const OTHERS: [Table; 15] = [
    Table {
        name: "shops",
        shop: "id",
        key: &[],
        columns: &[
            "name",
            "language",
            "time_zone",
            "origins",
            "created_at",
            "settings",
            "daily_answers",
            "identity_secret",
            "identity_at",
            "identity_old_secret",
            "identity_old_until",
        ],
        replaced: &[
            "name",
            "language",
            "time_zone",
            "origins",
            "settings",
            "daily_answers",
            "identity_secret",
            "identity_at",
            "identity_old_secret",
            "identity_old_until",
        ],
    },
    Table {
        name: "keys",
        shop: "shop",
        key: &[("kind", Kind::Text), ("key", Kind::Text)],
        columns: &["label", "created_at", "revoked_at", "scope", "used_at", "expires_at"],
        replaced: &["label", "revoked_at", "used_at", "expires_at"],
    },
    Table {
        name: "audit",
        shop: "shop",
        key: &[("at", Kind::Number), ("id", Kind::Text)],
        columns: &["key", "label", "action", "subject", "status"],
        replaced: &["status"],
    },
    Table {
        name: "surveys",
        shop: "shop",
        key: &[("id", Kind::Text)],
        columns: &["status", "version", "definition", "created_at", "updated_at", "closed_at", "imports"],
        replaced: &["status", "version", "definition", "updated_at", "closed_at", "imports"],
    },
    Table {
        name: "survey_versions",
        shop: "shop",
        key: &[("survey", Kind::Text), ("version", Kind::Number)],
        columns: &["definition", "published_at"],
        replaced: &["definition"],
    },
    // `answers` is counted as responses are copied. `stop_after` is set last, so that the copying does not close a survey.
    Table {
        name: "survey_counts",
        shop: "shop",
        key: &[("survey", Kind::Text)],
        columns: &["answers", "stop_after", "at"],
        replaced: &["stop_after", "at"],
    },
    // Partial and complete responses are counted as they are copied; the other columns are counts of page events.
    Table {
        name: "funnel",
        shop: "shop",
        key: &[("survey", Kind::Text), ("day", Kind::Number), ("version", Kind::Number), ("device", Kind::Text)],
        columns: &["impressions", "views", "starts", "dismissals"],
        replaced: &["impressions", "views", "starts", "dismissals"],
    },
    // Like the funnel.
    Table {
        name: "funnel_left_out",
        shop: "shop",
        key: &[
            ("survey", Kind::Text),
            ("day", Kind::Number),
            ("version", Kind::Number),
            ("device", Kind::Text),
            ("is_excluded", Kind::Number),
        ],
        columns: &["impressions", "views", "starts", "dismissals"],
        replaced: &["impressions", "views", "starts", "dismissals"],
    },
    // Includes responses that were erased since.
    Table { name: "usage", shop: "shop", key: &[("day", Kind::Number)], columns: &USAGE, replaced: &USAGE },
    Table {
        name: "tombstones",
        shop: "shop",
        key: &[("id", Kind::Text)],
        columns: &["erased_at"],
        replaced: &["erased_at"],
    },
    Table {
        name: "erasures",
        shop: "shop",
        key: &[("at", Kind::Number), ("id", Kind::Text)],
        columns: &["by", "what", "subject", "responses"],
        replaced: &["responses"],
    },
    Table {
        name: "dead_letters",
        shop: "shop",
        key: &[("id", Kind::Text)],
        columns: &["reason", "body", "at", "form"],
        replaced: &["reason", "body", "form"],
    },
    Table { name: "webhooks", shop: "shop", key: &[("id", Kind::Text)], columns: &WEBHOOK, replaced: &WEBHOOK },
    // All events were dispatched when the shop was frozen.
    Table {
        name: "deliveries",
        shop: "shop",
        key: &[("webhook", Kind::Text), ("event", Kind::Text)],
        columns: &DELIVERY,
        replaced: &DELIVERY,
    },
    Table {
        name: "imports",
        shop: "shop",
        key: &[("id", Kind::Text)],
        columns: &[
            "source",
            "survey",
            "created_at",
            "finished_at",
            "batches",
            "rows",
            "imported",
            "updated",
            "unchanged",
            "refused",
            "barred",
            "first_at",
            "last_at",
        ],
        replaced: &[
            "finished_at",
            "batches",
            "rows",
            "imported",
            "updated",
            "unchanged",
            "refused",
            "barred",
            "first_at",
            "last_at",
        ],
    },
];

const USAGE: [&str; 8] =
    ["answers", "revisions", "bytes", "events", "small_answers", "small_revisions", "small_bytes", "small_events"];

const WEBHOOK: [&str; 13] = [
    "url",
    "events",
    "template",
    "recipient",
    "description",
    "status",
    "reason",
    "secret",
    "old_secret",
    "old_until",
    "failing_since",
    "created_at",
    "updated_at",
];

const DELIVERY: [&str; 10] =
    ["type", "response", "revision", "at", "state", "attempts", "next_at", "last_at", "last_status", "last_error"];

/// Not copied, but deleted with a shop: derived by triggers, or of no use at the target. The outbox is neither copied nor
/// deleted: its events were dispatched before the shop left, and it is pruned by age.
const DERIVED: [&str; 6] = ["tallies", "configs", "move_changes", "response_contacts", "response_tags", "tags"];

impl Table {
    /// All copied columns except the shop, the key first.
    fn copied(&self) -> Vec<&'static str> {
        self.key.iter().map(|(name, _)| *name).chain(self.columns.iter().copied()).collect()
    }

    fn key_names(&self) -> Vec<&'static str> {
        self.key.iter().map(|(name, _)| *name).collect()
    }

    /// The cursor before the first row.
    pub(super) fn begin(&self) -> String {
        let least = self.key.iter().map(|(_, kind)| match kind {
            Kind::Text => "\"\"",
            Kind::Number => "-9007199254740991",
        });
        format!("[{}]", least.collect::<Vec<_>>().join(","))
    }
}

/// Every table that is cleared whole, with its column of the shop.
fn cleared() -> impl Iterator<Item = (&'static str, &'static str)> {
    DERIVED.into_iter().map(|name| (name, "shop")).chain(OTHERS.iter().map(|table| (table.name, table.shop)))
}
