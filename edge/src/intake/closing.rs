//! Whether a survey accepts a response at the time of its arrival.

use crate::{
    http::error::Error,
    store::{Shop, Store},
};
use survey::closing::{Decision, Evidence};

/// Whether the response spends the small daily budget, because it arrives late after the survey's end.
///
/// # Errors
/// If the survey is closed for the response, or takes no submissions at all.
pub(super) async fn check(store: &Store, shop: &Shop, survey: &str, evidence: &Evidence) -> Result<bool, Error> {
    match store.surveys().decide(shop, survey, evidence).await? {
        Some(Decision::Accepted { small_budget }) => Ok(small_budget),
        Some(Decision::Closed) => Err(Error::SurveyClosed),
        None => Err(super::unknown_survey()),
    }
}
