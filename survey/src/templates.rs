//! Survey templates, in English, Polish and Romanian.

/// A template that a shop owner can adapt and publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// The id in the URL.
    pub id: &'static str,
    /// The definition as JSON, for [`crate::wire::read_definition`].
    pub definition: &'static str,
}

macro_rules! templates {
    ($($id:literal,)+) => {
        /// All templates, in display order.
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
