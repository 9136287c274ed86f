//! Event types.

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $description:literal;)+) => {
        /// A type of event. The meaning of a name never changes; new types may be added here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum EventType { $($(#[$doc])* $variant,)+ }

        impl EventType {
            /// All types.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// A description for shop owners.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $description,)+ }
            }
        }
    };
}

events! {
    /// A new response was stored.
    ResponseCreated = "response.created", "A new response was stored.";
    /// A higher revision of a response was stored.
    ResponseUpdated = "response.updated",
        "A higher revision of a response was stored: the shopper continued or changed an answer.";
    /// A response was deleted.
    ResponseDeleted = "response.deleted",
        "A response was deleted: by the shopper, by the shop, or at the end of the retention period.";
}

impl EventType {
    /// The type with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Standard Webhooks: "full-stop delimited type", of letters, digits and underscores.
    #[test]
    fn names_follow_the_specification() {
        for event in EventType::ALL {
            let name = event.as_str();
            assert_eq!(EventType::parse(name), Some(*event));
            let parts = name.split('.');
            assert!(parts.clone().count() >= 2 && parts.clone().all(|part| !part.is_empty()), "{name}");
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || b"._".contains(&byte)), "{name}");
            assert!(event.description().ends_with('.'));
        }
        assert_eq!(EventType::parse("response.*"), None);
    }
}
