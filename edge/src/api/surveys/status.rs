//! A survey's way from draft to live, paused and archived, and back.

use super::shown;
#[cfg(test)]
use crate::openapi::Survey as SurveySchema;
use crate::{
    http::{
        auth::{Owner, Writer},
        error::Error,
        path::Path,
    },
    store::{Counts, SurveyRow},
};
use axum::response::Response;
use survey::{Code, Problem, Status};

/// What an owner wants of a published survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    Pause,
    Resume,
    Archive,
}

impl Move {
    /// Where it leads from a status; `version` is 0 for a survey that was never published.
    fn from(self, status: Status, version: u32) -> Result<Status, &'static str> {
        match (self, status) {
            (Self::Archive, _) => Ok(Status::Archived),
            (Self::Pause, Status::Live | Status::Paused) => Ok(Status::Paused),
            (Self::Resume, Status::Archived) if version == 0 => Ok(Status::Draft),
            (Self::Resume, Status::Live | Status::Paused | Status::Archived) => Ok(Status::Live),
            (Self::Pause, Status::Draft) => Err("is a draft: no page shows it"),
            (Self::Pause, Status::Archived) => Err("is archived: no page shows it"),
            (Self::Resume, Status::Draft) => Err("is a draft: publish it"),
        }
    }
}

/// `POST /v1/surveys/{id}/publish`: makes the draft a new version and shows it on pages.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/surveys/{id}/publish", operation_id = "publishSurvey", tag = "Surveys",
    summary = "Publish the draft",
    description = "It becomes a new version, and pages show it within five minutes.",
    params(
        ("id" = String, Path, description = "Id of the survey."),
    ),
    responses(
        (status = 200, description = "The survey.", body = SurveySchema),
        (status = 404, description = "There is no such survey."),
        (status = 409, description = "It has as many answers as it was to stop with."),
    ),
))]
#[worker::send]
pub(crate) async fn publish(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    let row = found(&owner, &id).await?;
    let counts = owner.store.surveys().counts(&owner.shop, &id).await?;
    let drafted: serde_json::Value =
        serde_json::from_str(&row.definition).map_err(|error| Error::internal(format!("survey {id}: {error}")))?;
    let stop_after = drafted.pointer("/audience/stop_after").and_then(serde_json::Value::as_u64);
    if let (Some(stop_after), Some(counts)) = (stop_after, counts) {
        enough(u64::from(counts.answers), stop_after)?;
    }
    shown(owner.store.surveys().publish(&owner.shop, &id, owner.now).await?)
}

/// `POST /v1/surveys/{id}/pause`: pages show it no more; answers of pages that are open are still taken.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/surveys/{id}/pause", operation_id = "pauseSurvey", tag = "Surveys",
    summary = "Pause a survey",
    description = "Pages show it no more; answers of pages that are open are still taken.",
    params(
        ("id" = String, Path, description = "Id of the survey."),
    ),
    responses(
        (status = 200, description = "The survey.", body = SurveySchema),
        (status = 404, description = "There is no such survey."),
        (status = 409, description = "It is a draft or archived."),
    ),
))]
#[worker::send]
pub(crate) async fn pause(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    change(&owner, &id, Move::Pause).await
}

/// `POST /v1/surveys/{id}/resume`: pages show the published version again.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/surveys/{id}/resume", operation_id = "resumeSurvey", tag = "Surveys",
    summary = "Resume a survey",
    description = "Pages show the published version again. An archived survey that was never published becomes a draft.",
    params(
        ("id" = String, Path, description = "Id of the survey."),
    ),
    responses(
        (status = 200, description = "The survey.", body = SurveySchema),
        (status = 404, description = "There is no such survey."),
        (status = 409, description = "It is a draft, or has as many answers as it was to stop with."),
    ),
))]
#[worker::send]
pub(crate) async fn resume(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    change(&owner, &id, Move::Resume).await
}

/// `POST /v1/surveys/{id}/archive`: out of sight, its answers stay.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/surveys/{id}/archive", operation_id = "archiveSurvey", tag = "Surveys",
    summary = "Archive a survey",
    description = "Out of sight; its answers stay.",
    params(
        ("id" = String, Path, description = "Id of the survey."),
    ),
    responses(
        (status = 200, description = "The survey.", body = SurveySchema),
        (status = 404, description = "There is no such survey."),
        (status = 409, description = "Somebody else changed it just now."),
    ),
))]
#[worker::send]
pub(crate) async fn archive(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    change(&owner, &id, Move::Archive).await
}

async fn change(owner: &Owner, id: &str, wanted: Move) -> Result<Response, Error> {
    let row = found(owner, id).await?;
    let conflict = |message: &'static str| Error::Conflict(Problem::new(Code::Conflict, "status", message));
    let status = Status::parse(&row.status)
        .ok_or_else(|| Error::internal(format!("survey {id} has the status {}", row.status)))?;
    let next = wanted.from(status, row.version).map_err(conflict)?;
    if next == status {
        return shown(Some(row));
    }
    if next == Status::Live
        && let Some(Counts { answers, stop_after: Some(stop_after) }) =
            owner.store.surveys().counts(&owner.shop, id).await?
    {
        enough(answers.into(), stop_after.into())?;
    }
    let moved = owner.store.surveys().set_status(&owner.shop, &row, next.as_str(), owner.now).await?;
    shown(Some(moved.ok_or_else(|| conflict("was changed by somebody else just now"))?))
}

async fn found(owner: &Owner, id: &str) -> Result<SurveyRow, Error> {
    owner.store.surveys().get(&owner.shop, id).await?.ok_or(Error::not_found("id", "survey"))
}

/// A survey that has what it was to stop with would be paused by the next answer.
fn enough(answers: u64, stop_after: u64) -> Result<(), Error> {
    if answers < stop_after {
        return Ok(());
    }
    let message = format!("is {stop_after}, and there are {answers} answers already: publish it with a higher one");
    Err(Error::Conflict(Problem::new(Code::Conflict, "audience.stop_after", message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves() {
        use Status::{Archived, Draft, Live, Paused};
        for (wanted, from, version, to) in [
            (Move::Pause, Live, 1, Some(Paused)),
            (Move::Pause, Paused, 1, Some(Paused)),
            (Move::Pause, Draft, 0, None),
            (Move::Pause, Archived, 1, None),
            (Move::Resume, Paused, 1, Some(Live)),
            (Move::Resume, Live, 1, Some(Live)),
            (Move::Resume, Archived, 1, Some(Live)),
            (Move::Resume, Archived, 0, Some(Draft)),
            (Move::Resume, Draft, 0, None),
            (Move::Archive, Draft, 0, Some(Archived)),
            (Move::Archive, Live, 1, Some(Archived)),
            (Move::Archive, Archived, 1, Some(Archived)),
        ] {
            assert_eq!(wanted.from(from, version).ok(), to, "{wanted:?} {from:?} {version}");
        }
    }
}
