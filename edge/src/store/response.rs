//! Responses: how they are written, read, erased and deleted by age.

pub(super) mod erase;
mod read;
pub(crate) mod retention;
mod row;
mod write;

pub(crate) use erase::{By, Erasure, ErasureRow};
pub(crate) use row::{NewResponse, Row};
pub(crate) use write::SaveResult;
