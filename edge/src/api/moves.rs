//! `/v1/shops/{shop}/move`: the operator moves a shop to another database. `cargo xtask move-shop` drives it.

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

/// How long what is left behind is kept if nobody says: ten times as long as anybody remembers where a shop was.
const GRACE_S: u64 = 600;
/// At most: a day.
const MAX_GRACE_S: u64 = 86_400;

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Move))]
/// How far a move is.
struct Reply<'a> {
    /// Id of the shop.
    shop: &'a str,
    /// Binding of the database that it leaves.
    from: &'a str,
    /// Binding of the database that it goes to.
    to: &'a str,
    #[cfg_attr(test, schema(value_type = MovePhase))]
    phase: &'static str,
    /// Responses that were written at the target.
    copied: i64,
    /// Responses that there are.
    responses: i64,
    /// Seconds until what is left behind may go.
    wait_seconds: i64,
    /// Whether the shop has moved and nothing is left behind.
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

fn refused(obstacle: MoveError) -> Error {
    let conflict = |message: String| Error::Conflict(Problem::new(Code::Conflict, "to", message));
    match obstacle {
        MoveError::NoShop => Error::not_found("shop", "shop"),
        MoveError::NoMove => Error::not_found("shop", "move"),
        MoveError::NoDatabase => Error::refused(Code::UnknownValue, "to", "is no database of this deployment"),
        MoveError::Conflict(message) => conflict(message),
        MoveError::Store(error) => error.into(),
    }
}

/// Where to, and how long what is left behind is kept, in milliseconds.
fn wanted(text: &str) -> Result<(String, i64), Vec<Problem>> {
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

/// `POST /v1/shops/{shop}/move`: begins, or finds it begun.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/shops/{shop}/move", operation_id = "startMove", tag = "Operator",
    summary = "Move a shop to another database",
    description = "Begins, or finds it begun. `cargo xtask move-shop` drives it.",
    params(
        ("shop" = String, Path, description = "The shop's id."),
    ),
    request_body = MoveRequest,
    responses(
        (status = 200, description = "How far it is.", body = Reply),
        (status = 404, description = "There is no such shop."),
        (status = 409, description = "It cannot go there now."),
    ),
))]
#[worker::send]
pub(crate) async fn start(
    _: Operator,
    app: App,
    Path(shop): Path<String>,
    body: Json<SETTINGS>,
) -> Result<Response, Error> {
    let (to, grace_ms) = body.read(wanted)?;
    let env = app.env();
    let progress = Mover::new(env, &shop, clock::now_ms()).start(&to, grace_ms).await.map_err(refused)?;
    Ok(reply(&progress))
}

/// `GET /v1/shops/{shop}/move`: how far it is.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/shops/{shop}/move", operation_id = "getMove", tag = "Operator",
    summary = "How far a move is",
    params(
        ("shop" = String, Path, description = "The shop's id."),
    ),
    responses(
        (status = 200, description = "How far it is.", body = Reply),
        (status = 404, description = "There is no such move."),
        (status = 409, description = "Something is in its way."),
    ),
))]
#[worker::send]
pub(crate) async fn read(_: Operator, app: App, Path(shop): Path<String>) -> Result<Response, Error> {
    let progress = Mover::new(app.env(), &shop, clock::now_ms()).progress().await.map_err(refused)?;
    Ok(reply(&progress))
}

/// `POST /v1/shops/{shop}/move/step`: drives it on a little.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/shops/{shop}/move/step", operation_id = "stepMove", tag = "Operator",
    summary = "Drive a move on a little",
    params(
        ("shop" = String, Path, description = "The shop's id."),
    ),
    responses(
        (status = 200, description = "How far it is.", body = Reply),
        (status = 404, description = "There is no such move."),
        (status = 409, description = "Something is in its way."),
    ),
))]
#[worker::send]
pub(crate) async fn step(_: Operator, app: App, Path(shop): Path<String>) -> Result<Response, Error> {
    let progress = Mover::new(app.env(), &shop, clock::now_ms()).step().await.map_err(refused)?;
    Ok(reply(&progress))
}

/// `DELETE /v1/shops/{shop}/move`: gives it up before the switch; the shop stays where it is.
#[cfg_attr(test, utoipa::path(
    delete, path = "/v1/shops/{shop}/move", operation_id = "cancelMove", tag = "Operator",
    summary = "Give a move up",
    description = "Before the switch; the shop stays where it is.",
    params(
        ("shop" = String, Path, description = "The shop's id."),
    ),
    responses(
        (status = 204, description = "It is given up."),
        (status = 404, description = "There is no such move."),
        (status = 409, description = "It has switched already."),
    ),
))]
#[worker::send]
pub(crate) async fn cancel(_: Operator, app: App, Path(shop): Path<String>) -> Result<Response, Error> {
    Mover::new(app.env(), &shop, clock::now_ms()).cancel().await.map_err(refused)?;
    Ok(reply::no_content())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_operator_wants() {
        assert_eq!(wanted(r#"{"to":"DB_1"}"#).unwrap(), ("DB_1".to_owned(), 600_000));
        assert_eq!(wanted(r#"{"to":"DB_1","grace_seconds":0}"#).unwrap(), ("DB_1".to_owned(), 0));
        for bad in [
            "",
            "[]",
            "{}",
            r#"{"to":1}"#,
            r#"{"to":"DB_1","grace_seconds":-1}"#,
            r#"{"to":"DB_1","grace_seconds":86401}"#,
        ] {
            assert!(wanted(bad).is_err(), "{bad}");
        }
    }
}
