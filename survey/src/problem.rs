//! Validation problems with their place.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::fmt;

/// A problem with a request, with what the client needs to fix it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Stable name of the kind of problem.
    pub code: Code,
    /// A path like `answers[1].score`, `query.metric` or `header.authorization`; empty for the whole request.
    pub at: String,
    /// What is wrong and how to fix it, in English.
    pub message: Cow<'static, str>,
}

impl Problem {
    /// Creates a problem.
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
        /// Stable machine-readable names of problems. Their meaning never changes; new ones may be added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $variant,)+ }

        impl Code {
            /// All codes, for documentation and tests.
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
    /// A row of a CSV file cannot be parsed: an unclosed quote, invalid UTF-8, or a different number of cells than the
    /// header.
    InvalidCsv = "invalid_csv",
    /// The JSON is nested too deeply.
    TooDeep = "too_deep",
    /// A required member is missing or null.
    Missing = "missing",
    /// A member has the wrong JSON type.
    WrongType = "wrong_type",
    /// A value is empty but must not be.
    Empty = "empty",
    /// A string is longer than allowed.
    TooLong = "too_long",
    /// A list has more entries than allowed.
    TooMany = "too_many",
    /// A number is out of range.
    OutOfRange = "out_of_range",
    /// A string does not have the required format.
    InvalidFormat = "invalid_format",
    /// A value is not one of the allowed values, or a member or parameter is unknown.
    UnknownValue = "unknown_value",
    /// A value is repeated but must be unique.
    Duplicate = "duplicate",
    /// The survey has no question with this id.
    UnknownQuestion = "unknown_question",
    /// A member is not allowed here: an answer does not fit its question's kind, or a member its context.
    WrongKind = "wrong_kind",
    /// The question does not have this choice.
    UnknownChoice = "unknown_choice",
    /// The question is not asked after the other answers of the submission.
    NotAsked = "not_asked",
    /// A reference to something that does not exist or is not allowed here.
    InvalidReference = "invalid_reference",
    /// The shop, survey, version, response or route does not exist.
    NotFound = "not_found",
    /// The page's origin is not on the shop's allowlist.
    OriginNotAllowed = "origin_not_allowed",
    /// The credentials are missing or malformed.
    Unauthorized = "unauthorized",
    /// The key's scope does not allow this.
    Forbidden = "forbidden",
    /// The same id and revision is stored with other content.
    Conflict = "conflict",
    /// The response is stored with another client secret or without one, so the submission cannot revise it.
    WrongSecret = "wrong_secret",
    /// The response is too old to be revised.
    RevisionsClosed = "revisions_closed",
    /// The response was erased or is older than the retention period, and cannot be stored again.
    Erased = "erased",
    /// The survey has ended, and the response was made after the end or arrived too late.
    SurveyClosed = "survey_closed",
    /// The body exceeds the size limit.
    TooLarge = "too_large",
    /// The body's media type is not supported.
    UnsupportedMediaType = "unsupported_media_type",
    /// The route does not support this method.
    MethodNotAllowed = "method_not_allowed",
    /// The rate limit is exceeded.
    TooManyRequests = "too_many_requests",
    /// The service is temporarily unavailable; retry later.
    Unavailable = "unavailable",
    /// An unexpected error of the service.
    Internal = "internal",
}

/// Collects all problems of a request, so that the client learns about all of them at once.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Problems {
    found: Vec<Problem>,
    /// Whether problems were dropped because there were too many.
    truncated: bool,
}

impl Problems {
    /// Maximum number of problems. Bounds the work of comparing problems, which a 16 KiB body could otherwise drive
    /// into the thousands.
    pub const MAX: usize = 64;

    /// Creates an empty list.
    #[must_use]
    pub const fn new() -> Self {
        Self { found: Vec::new(), truncated: false }
    }

    /// Adds a problem, unless it is implied by an earlier one: only the first problem of a place is kept (a member of
    /// the wrong type is not also missing), and none inside a value of the wrong type.
    pub fn add(&mut self, code: Code, at: impl Into<String>, message: impl Into<Cow<'static, str>>) {
        if self.found.len() == Self::MAX {
            self.truncated = true;
            return;
        }
        let problem = Problem::new(code, at, message);
        let implies = |known: &Problem| match problem.at.strip_prefix(known.at.as_str()) {
            Some("") => true,
            Some(inside) => known.code == Code::WrongType && inside.starts_with(['.', '[']),
            None => false,
        };
        if !self.found.iter().any(implies) {
            self.found.push(problem);
        }
    }

    /// Whether there are no problems.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The number of problems.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Returns `value` if there are no problems.
    ///
    /// # Errors
    /// The problems, in the order in which they were found.
    pub fn or<T>(self, value: T) -> Result<T, Vec<Problem>> {
        if self.found.is_empty() { Ok(value) } else { Err(self.into_vec()) }
    }

    /// The problems, in the order in which they were found.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<Problem> {
        if self.truncated {
            let message = "further problems were left out; fix the listed ones first";
            self.found.push(Problem::new(Code::TooMany, "", message));
        }
        self.found
    }
}
