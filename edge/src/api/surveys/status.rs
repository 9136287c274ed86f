//! Transitions between the statuses of a survey: draft, live, paused, archived.

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

/// A requested transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transition {
    Pause,
    Resume,
    Archive,
}

impl Transition {
    /// The resulting status, or why the transition is not allowed. `version` is 0 for a survey that was never published.
    fn from(self, status: Status, version: u32) -> Result<Status, &'static str> {
        match (self, status) {
            (Self::Archive, _) => Ok(Status::Archived),
            (Self::Pause, Status::Live | Status::Paused) => Ok(Status::Paused),
            (Self::Resume, Status::Archived) if version == 0 => Ok(Status::Draft),
            (Self::Resume, Status::Live | Status::Paused | Status::Archived) => Ok(Status::Live),
            (Self::Pause, Status::Draft) => Err("is a draft, which no page shows"),
            (Self::Pause, Status::Archived) => Err("is archived, so no page shows it"),
            (Self::Resume, Status::Draft) => Err("is a draft: publish it instead"),
        }
    }
}

/// `POST /v1/surveys/{id}/publish`: publishes the draft as a new version.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/surveys/{id}/publish", operation_id = "publishSurvey", tag = "Surveys",
    summary = "Publish the draft",
    description = "The draft becomes a new version, and pages show it within five minutes.",
    params(
        ("id" = String, Path, description = "The survey's id."),
    ),
    responses(
        (status = 200, description = "The survey.", body = SurveySchema),
        (status = 404, description = "There is no such survey."),
        (status = 409, description = "The survey has already reached `stop_after`, or it exists only for imports."),
    ),
))]
#[worker::send]
pub(crate) async fn publish(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    let row = found(&owner, &id).await?;
    check_not_imports(&row)?;
    let counts = owner.store.surveys().counts(&owner.shop, &id).await?;
    let drafted: serde_json::Value =
        serde_json::from_str(&row.definition).map_err(|error| Error::internal(format!("survey {id}: {error}")))?;
    let stop_after = drafted.pointer("/audience/stop_after").and_then(serde_json::Value::as_u64);
    if let (Some(stop_after), Some(counts)) = (stop_after, counts) {
        check_stop_after(u64::from(counts.answers), stop_after)?;
    }
    shown(owner.store.surveys().publish(&owner.shop, &id, owner.now).await?)
}

/// `POST /v1/surveys/{id}/pause`: pages stop showing the survey. Responses made before are accepted for 31 days.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/surveys/{id}/pause", operation_id = "pauseSurvey", tag = "Surveys",
    summary = "Pause a survey",
    description = "Pages stop showing the survey within five minutes. A response that was made before is accepted for 31 days; \
        any other is rejected with `survey_closed`.",
    params(
        ("id" = String, Path, description = "The survey's id."),
    ),
    responses(
        (status = 200, description = "The survey.", body = SurveySchema),
        (status = 404, description = "There is no such survey."),
        (status = 409, description = "The survey is a draft or archived."),
    ),
))]
#[worker::send]
pub(crate) async fn pause(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    change(&owner, &id, Transition::Pause).await
}

/// `POST /v1/surveys/{id}/resume`: pages show the published version again.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/surveys/{id}/resume", operation_id = "resumeSurvey", tag = "Surveys",
    summary = "Resume a survey",
    description = "Pages show the published version again. An archived survey that was never published becomes a draft.",
    params(
        ("id" = String, Path, description = "The survey's id."),
    ),
    responses(
        (status = 200, description = "The survey.", body = SurveySchema),
        (status = 404, description = "There is no such survey."),
        (status = 409, description = "The survey is a draft, has already reached `stop_after`, or exists only for imports."),
    ),
))]
#[worker::send]
pub(crate) async fn resume(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    change(&owner, &id, Transition::Resume).await
}

/// `POST /v1/surveys/{id}/archive`: hides the survey and keeps its responses.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/surveys/{id}/archive", operation_id = "archiveSurvey", tag = "Surveys",
    summary = "Archive a survey",
    description = "The survey is hidden from lists and pages. Its responses are kept. New ones are accepted or rejected as for \
        a paused survey.",
    params(
        ("id" = String, Path, description = "The survey's id."),
    ),
    responses(
        (status = 200, description = "The survey.", body = SurveySchema),
        (status = 404, description = "There is no such survey."),
        (status = 409, description = "A concurrent request changed the survey."),
    ),
))]
#[worker::send]
pub(crate) async fn archive(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    change(&owner, &id, Transition::Archive).await
}

async fn change(owner: &Owner, id: &str, transition: Transition) -> Result<Response, Error> {
    let row = found(owner, id).await?;
    let conflict = |message: &'static str| Error::Conflict(Problem::new(Code::Conflict, "status", message));
    let status = Status::parse(&row.status)
        .ok_or_else(|| Error::internal(format!("survey {id} has the status {}", row.status)))?;
    let next = transition.from(status, row.version).map_err(conflict)?;
    if next == Status::Live {
        check_not_imports(&row)?;
    }
    if next == status {
        return shown(Some(row));
    }
    if next == Status::Live
        && let Some(Counts { answers, stop_after: Some(stop_after) }) =
            owner.store.surveys().counts(&owner.shop, id).await?
    {
        check_stop_after(answers.into(), stop_after.into())?;
    }
    let moved = owner.store.surveys().set_status(&owner.shop, &row, next.as_str(), owner.now).await?;
    shown(Some(moved.ok_or_else(|| conflict("was changed by a concurrent request"))?))
}

async fn found(owner: &Owner, id: &str) -> Result<SurveyRow, Error> {
    owner.store.surveys().get(&owner.shop, id).await?.ok_or(Error::not_found("id", "survey"))
}

/// Rejects a survey that was created for imported responses: its history must not mix with submissions.
fn check_not_imports(row: &SurveyRow) -> Result<(), Error> {
    if row.imports == 0 {
        return Ok(());
    }
    let message = "was created for imported responses and is never shown: create another survey with this definition";
    Err(Error::Conflict(Problem::new(Code::Conflict, "id", message)))
}

/// Rejects a survey that has reached `stop_after`: the next response that counts would pause it.
fn check_stop_after(answers: u64, stop_after: u64) -> Result<(), Error> {
    if answers < stop_after {
        return Ok(());
    }
    let message = format!(
        "is {stop_after}, and the survey already has {answers} responses that count: publish it with a higher limit"
    );
    Err(Error::Conflict(Problem::new(Code::Conflict, "audience.stop_after", message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transitions() {
        use Status::{Archived, Draft, Live, Paused};
        for (transition, from, version, to) in [
            (Transition::Pause, Live, 1, Some(Paused)),
            (Transition::Pause, Paused, 1, Some(Paused)),
            (Transition::Pause, Draft, 0, None),
            (Transition::Pause, Archived, 1, None),
            (Transition::Resume, Paused, 1, Some(Live)),
            (Transition::Resume, Live, 1, Some(Live)),
            (Transition::Resume, Archived, 1, Some(Live)),
            (Transition::Resume, Archived, 0, Some(Draft)),
            (Transition::Resume, Draft, 0, None),
            (Transition::Archive, Draft, 0, Some(Archived)),
            (Transition::Archive, Live, 1, Some(Archived)),
            (Transition::Archive, Archived, 1, Some(Archived)),
        ] {
            assert_eq!(transition.from(from, version).ok(), to, "{transition:?} {from:?} {version}");
        }
    }
}
