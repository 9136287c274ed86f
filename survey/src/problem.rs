//! What is wrong, and where.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

/// One thing that is wrong with what was sent, said so that its sender can mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable name of the kind of problem.
    pub code: Code,
    /// Where: a path like `answers[1].score`, `query.metric` or `header.authorization`; empty for the whole.
    pub at: String,
    /// What is wrong and what would be right, in English.
    pub message: Cow<'static, str>,
}

impl Problem {
    /// A problem at a place.
    pub fn new(code: Code, at: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, at: at.into(), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.at, self.message, self.code.as_str())
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// Stable machine-readable names of problems. They never change their meaning; new ones may join.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $variant,)+ }

        impl Code {
            /// Every code, for documentation and tests.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    InvalidJson = "invalid_json",
    /// A row of a CSV file that cannot be taken apart: a quote that is never closed, bytes that are no UTF-8, another
    /// number of cells than the header.
    InvalidCsv = "invalid_csv",
    /// Nested deeper than is ever needed.
    TooDeep = "too_deep",
    /// A required member is absent or null.
    Missing = "missing",
    /// A member has another JSON type than expected.
    WrongType = "wrong_type",
    /// A value that is empty where something is needed.
    Empty = "empty",
    /// A string longer than allowed.
    TooLong = "too_long",
    /// A list with more entries than allowed.
    TooMany = "too_many",
    /// A number outside its range.
    OutOfRange = "out_of_range",
    /// A string that does not have the form it must have.
    InvalidFormat = "invalid_format",
    /// A word outside the list of allowed words.
    UnknownValue = "unknown_value",
    /// The same thing twice where it may stand once.
    Duplicate = "duplicate",
    /// The survey has no question with this id.
    UnknownQuestion = "unknown_question",
    /// The form does not fit the kind: an answer's its question, a member's its place.
    WrongKind = "wrong_kind",
    /// The question has no such choice.
    UnknownChoice = "unknown_choice",
    /// The question was not asked, given the answers sent with it.
    NotAsked = "not_asked",
    /// A reference to something that is not there or not allowed here.
    InvalidReference = "invalid_reference",
    /// No such shop, survey, version, response or route.
    NotFound = "not_found",
    /// The page's origin is not on the shop's list.
    OriginNotAllowed = "origin_not_allowed",
    /// No or unreadable credentials.
    Unauthorized = "unauthorized",
    /// The key does not allow this.
    Forbidden = "forbidden",
    /// The same id and revision was stored with other content.
    Conflict = "conflict",
    /// It was erased, or is older than the shop keeps answers, and does not come back.
    Erased = "erased",
    /// The body is over the size limit.
    TooLarge = "too_large",
    /// The body's media type is not accepted.
    UnsupportedMediaType = "unsupported_media_type",
    /// The route does not know this method.
    MethodNotAllowed = "method_not_allowed",
    /// More in a time than is taken.
    TooManyRequests = "too_many_requests",
    /// Something on our side is away for the moment; try again.
    Unavailable = "unavailable",
    /// A fault of ours.
    Internal = "internal",
}

/// All problems found so far: whoever sends something learns everything at once.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Problems {
    found: Vec<Problem>,
    /// Whether there were more than are kept.
    more: bool,
}

impl Problems {
    /// Most problems that are named. People mend a few at a time, and 16 KiB of nonsense must not cost the work of
    /// comparing thousands of problems with each other.
    pub const MAX: usize = 64;

    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { found: Vec::new(), more: false }
    }

    /// Notes one more, unless it follows from a known one: the first problem of a place stays alone (a member of the
    /// wrong type is not also missing), and what has the wrong type lacks nothing inside.
    pub fn add(&mut self, code: Code, at: impl Into<String>, message: impl Into<Cow<'static, str>>) {
        if self.found.len() == Self::MAX {
            self.more = true;
            return;
        }
        let problem = Problem::new(code, at, message);
        let follows = |known: &Problem| match problem.at.strip_prefix(known.at.as_str()) {
            Some("") => true,
            Some(inside) => known.code == Code::WrongType && inside.starts_with(['.', '[']),
            None => false,
        };
        if !self.found.iter().any(follows) {
            self.found.push(problem);
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// `value` if nothing is wrong, else everything that is.
    ///
    /// # Errors
    /// The problems collected so far, in the order in which they were found.
    pub fn or<T>(self, value: T) -> Result<T, Vec<Problem>> {
        if self.found.is_empty() { Ok(value) } else { Err(self.into_vec()) }
    }

    /// The problems, in the order in which they were found.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<Problem> {
        if self.more {
            let message = "there are more problems than are named here: mend these first";
            self.found.push(Problem::new(Code::TooMany, "", message));
        }
        self.found
    }
}
