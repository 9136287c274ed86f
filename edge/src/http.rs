//! HTTP: the caller of a request, its parameters and body, and the reply. Knows no database.

pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod auth_throttle;
pub(crate) mod body;
pub(crate) mod called_by;
pub(crate) mod cors;
pub(crate) mod error;
pub(crate) mod page;
pub(crate) mod path;
pub(crate) mod query;
pub(crate) mod rate_limit;
pub(crate) mod reply;
pub(crate) mod runtime;
pub(crate) mod visitor;
