//! The contact of a response that was stored before contacts had a column of their own.

/// The canonical contact in stored answers (a JSON list); `None` if there is none.
pub(in crate::store) const fn contact_of(_answers: &str) -> Option<String> {
    None
}
