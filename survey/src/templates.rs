//! Surveys to begin with: an owner takes one, changes what there is to change, and publishes it.
//!
//! Definitions as an owner could have written them, in English, Polish and Romanian.

/// A survey to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// What it is called in an address.
    pub id: &'static str,
    /// The definition: JSON, as [`crate::wire::read_definition`] reads it.
    pub definition: &'static str,
}

macro_rules! templates {
    ($($id:literal,)+) => {
        /// All of them, in the order in which an owner might want them.
        pub const ALL: &[Template] = &[$(
            Template { id: $id, definition: include_str!(concat!("../templates/", $id, ".json")) },
        )+];
    };
}

templates! {
    "post_purchase_nps",
    "delivery_csat",
    "support_ces",
    "cart_abandonment",
    "product_page",
    "returns",
    "voice_of_customer",
    "pyramid",
}

impl Template {
    /// The template with that id.
    #[must_use]
    pub fn find(id: &str) -> Option<Self> {
        ALL.iter().find(|template| template.id == id).copied()
    }
}
