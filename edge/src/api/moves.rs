//! `/v1/shops/{shop}/move`: the operator moves a shop to another database, with `cargo xtask move-shop`.

#[cfg(test)]
use crate::openapi::{MovePhase, MoveRequest};
use crate::{
    app::App,
    http::{
        auth::Operator,
        body::{Json, SETTINGS},
        error::Error,
        path::Path,
        reply,
    },
    store::{MoveError, Mover, Progress},
    time::clock,
};
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use survey::{Code, Problem};

/// How long the data in the old database is kept by default: ten times as long as the location of a shop is cached.
const GRACE_S: u64 = 600;
/// The longest grace period: a day.
const MAX_GRACE_S: u64 = 86_400;

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Move))]
/// The progress of a move.
struct Reply<'a> {
    /// The shop's id.
    shop: &'a str,
    /// The binding of the old database.
    from: &'a str,
    /// The binding of the new database.
    to: &'a str,
    #[cfg_attr(test, schema(value_type = MovePhase))]
    phase: &'static str,
    /// The number of responses copied so far.
    copied: i64,
    /// The number of responses to copy.
    responses: i64,
    /// Seconds until the data in the old database may be deleted.
    wait_seconds: i64,
    /// Whether the shop has moved and the old data is deleted.
    done: bool,
}

fn reply(progress: &Progress) -> Response {
    let phase = progress.phase.as_str();
    let reply = Reply {
        shop: &progress.shop,
        from: &progress.from,
        to: &progress.to,
        phase,
        copied: progress.copied,
        responses: progress.responses,
        wait_seconds: (progress.wait_ms + 999) / 1_000,
        done: phase == "done",
    };
    reply::ok(&reply)
}

fn move_error(error: MoveError) -> Error {
    let conflict = |message: String| Error::Conflict(Problem::new(Code::Conflict, "to", message));
    match error {
        MoveError::NoShop => Error::not_found("shop", "shop"),
        MoveError::NoMove => Error::not_found("shop", "move"),
        MoveError::NoDatabase => Error::refused(Code::UnknownValue, "to", "is not a database of this deployment"),
        MoveError::Conflict(message) => conflict(message),
        MoveError::Store(error) => error.into(),
    }
}

/// Parses the binding of the new database and the grace period in milliseconds.
fn read_move(text: &str) -> Result<(String, i64), Vec<Problem>> {
    let problem = |code, at: &str, message: String| vec![Problem::new(code, at, message)];
    let body: Value =
        serde_json::from_str(text).map_err(|_| problem(Code::InvalidJson, "", "is not valid JSON".to_owned()))?;
    let to = match body.get("to") {
        Some(Value::String(to)) => to.clone(),
        Some(_) => return Err(problem(Code::WrongType, "to", "must be a string like \"DB_1\"".to_owned())),
        None => return Err(problem(Code::Missing, "to", "is required".to_owned())),
    };
    let grace = match body.get("grace_seconds") {
        None => GRACE_S,
        Some(given) => given
            .as_u64()
            .filter(|seconds| *seconds <= MAX_GRACE_S)
            .ok_or_else(|| problem(Code::OutOfRange, "grace_seconds", format!("must be 0 to {MAX_GRACE_S}")))?,
    };
    Ok((to, i64::try_from(grace * 1_000).unwrap_or(i64::MAX)))
}

/// `POST /v1/shops/{shop}/move`: starts a move, or returns the one in progress.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/shops/{shop}/move", operation_id = "startMove", tag = "Operator",
    summary = "Move a shop to another database",
    description = "Starts a move, or returns the one in progress. `cargo xtask move-shop` calls this.",
    params(
        ("shop" = String, Path, description = "The shop's id."),
    ),
    request_body = MoveRequest,
    responses(
        (status = 200, description = "The progress of the move.", body = Reply),
        (status = 404, description = "There is no such shop."),
        (status = 409, description = "The shop cannot move there now."),
    ),
))]
#[worker::send]
pub(crate) async fn start(
    _: Operator,
    app: App,
    Path(shop): Path<String>,
    body: Json<SETTINGS>,
) -> Result<Response, Error> {
    let (to, grace_ms) = body.read(read_move)?;
    let platform = app.platform();
    let progress = Mover::new(platform, &shop, clock::now_ms()).start(&to, grace_ms).await.map_err(move_error)?;
    Ok(reply(&progress))
}

/// `GET /v1/shops/{shop}/move`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/shops/{shop}/move", operation_id = "getMove", tag = "Operator",
    summary = "Get the progress of a move",
    params(
        ("shop" = String, Path, description = "The shop's id."),
    ),
    responses(
        (status = 200, description = "The progress of the move.", body = Reply),
        (status = 404, description = "There is no such move."),
        (status = 409, description = "The move is blocked."),
    ),
))]
#[worker::send]
pub(crate) async fn read(_: Operator, app: App, Path(shop): Path<String>) -> Result<Response, Error> {
    let progress = Mover::new(app.platform(), &shop, clock::now_ms()).progress().await.map_err(move_error)?;
    Ok(reply(&progress))
}

/// `POST /v1/shops/{shop}/move/step`
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/shops/{shop}/move/step", operation_id = "stepMove", tag = "Operator",
    summary = "Run one step of a move",
    params(
        ("shop" = String, Path, description = "The shop's id."),
    ),
    responses(
        (status = 200, description = "The progress of the move.", body = Reply),
        (status = 404, description = "There is no such move."),
        (status = 409, description = "The move is blocked."),
    ),
))]
#[worker::send]
pub(crate) async fn step(_: Operator, app: App, Path(shop): Path<String>) -> Result<Response, Error> {
    let progress = Mover::new(app.platform(), &shop, clock::now_ms()).step().await.map_err(move_error)?;
    Ok(reply(&progress))
}

/// `DELETE /v1/shops/{shop}/move`: cancels a move before the switch.
#[cfg_attr(test, utoipa::path(
    delete, path = "/v1/shops/{shop}/move", operation_id = "cancelMove", tag = "Operator",
    summary = "Cancel a move",
    description = "Possible before the switch. The shop stays in its database.",
    params(
        ("shop" = String, Path, description = "The shop's id."),
    ),
    responses(
        (status = 204, description = "The move is cancelled."),
        (status = 404, description = "There is no such move."),
        (status = 409, description = "The shop has already switched to the new database."),
    ),
))]
#[worker::send]
pub(crate) async fn cancel(_: Operator, app: App, Path(shop): Path<String>) -> Result<Response, Error> {
    Mover::new(app.platform(), &shop, clock::now_ms()).cancel().await.map_err(move_error)?;
    Ok(reply::no_content())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_to_move() {
        assert_eq!(read_move(r#"{"to":"DB_1"}"#).unwrap(), ("DB_1".to_owned(), 600_000));
        assert_eq!(read_move(r#"{"to":"DB_1","grace_seconds":0}"#).unwrap(), ("DB_1".to_owned(), 0));
        for bad in [
            "",
            "[]",
            "{}",
            r#"{"to":1}"#,
            r#"{"to":"DB_1","grace_seconds":-1}"#,
            r#"{"to":"DB_1","grace_seconds":86401}"#,
        ] {
            assert!(read_move(bad).is_err(), "{bad}");
        }
    }
}
