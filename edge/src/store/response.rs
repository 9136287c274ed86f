//! Responses: how they are written, read, listed, filtered, tagged, erased and deleted by age.

pub(super) mod access_path;
pub(super) mod erase;
pub(super) mod filter;
pub(super) mod list;
mod read;
mod record;
pub(crate) mod retention;
pub(super) mod stored;
mod tags;
mod write;

pub(crate) use erase::{By, Erasure, ErasureRow};
pub(crate) use filter::{ChoiceFilter, FlagFilter, OrderFilter, PathFilter, ResponseFilter, ScoreFilter, TimeRange};
pub(crate) use list::{Cursor, SCAN_LIMIT, Selection};
pub(super) use record::CURRENT_FORM;
pub(crate) use record::{NewResponse, ResponseRecord};
pub(crate) use stored::ResponseRow;
pub(crate) use tags::{Change, PublishedQuestion, TagRow};
pub(crate) use write::SaveResult;

use super::{Responses, StoreError};
