//! What a shop can be told of.

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $what:literal;)+) => {
        /// A type of event. Names never change their meaning; new ones join by a line here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum EventType { $($(#[$doc])* $variant,)+ }

        impl EventType {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What happened, for a person.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $what,)+ }
            }
        }
    };
}

events! {
    /// A new response.
    ResponseCreated = "response.created", "A shopper answered: a new response is stored.";
    /// A higher revision of a response.
    ResponseUpdated = "response.updated", "A shopper went on answering, or changed an answer: a response has a higher revision.";
    /// A response that is gone.
    ResponseDeleted = "response.deleted",
        "A response is gone: erased by its shopper or by the shop, or older than the shop keeps responses.";
}

impl EventType {
    /// The type of that name.
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
    fn names_are_as_the_specification_wants() {
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
