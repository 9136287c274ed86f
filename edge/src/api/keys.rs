//! `/v1/keys`: a shop's keys, each with what it may do. A key itself is shown once, when it is made.

mod request;

#[cfg(test)]
use crate::{
    http::page::Page,
    openapi::{KeyKind, KeyLabel, KeyRequest, KeyRotation, KeyScope, KeyStatus as KeyStatusWord},
};
use crate::{
    http::{
        auth::{Owner, Reader, Writer},
        body::{Json, SETTINGS},
        error::Error,
        page::{PageRequest, PageSize},
        path::Path,
        query::Query,
        reply,
    },
    key::{self, Kind},
    store::{Cursor, KeyError, KeyRow, KeyStatus, MAX_KEYS, NewKey, Scope},
    time::clock,
};
use axum::{extract::RawQuery, response::Response};
use serde::Serialize;
use survey::{Code, Problem};

const KNOWN: [&str; 3] = ["status", "limit", "cursor"];
const SIZE: PageSize = PageSize::up_to(100);

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Key))]
/// A key as its owner sees it.
struct Item {
    /// By this it is spoken of; it is nothing of the key.
    id: String,
    #[cfg_attr(test, schema(value_type = KeyKind))]
    kind: String,
    /// What its owner calls it.
    label: String,
    /// What it may do. A public key has none: pages send answers with it.
    #[cfg_attr(test, schema(value_type = Vec<KeyScope>))]
    scopes: Vec<&'static str>,
    #[cfg_attr(test, schema(value_type = KeyStatusWord))]
    status: String,
    #[cfg_attr(test, schema(format = DateTime))]
    created_at: String,
    /// The beginning of the hour in which it was last used.
    #[cfg_attr(test, schema(required, format = DateTime))]
    last_used_at: Option<String>,
    /// When it ends by itself.
    #[cfg_attr(test, schema(required, format = DateTime))]
    expires_at: Option<String>,
    /// When it was revoked.
    #[cfg_attr(test, schema(required, format = DateTime))]
    revoked_at: Option<String>,
    /// Of a public key, the key.
    #[cfg_attr(test, schema(required))]
    public_key: Option<String>,
    /// Whether it is the key that asks.
    current: bool,
}

impl Item {
    fn of(row: KeyRow, owner: &Owner) -> Self {
        let widest = Scope::parse(&row.scope).filter(|_| row.kind() == Kind::Secret);
        let scopes = Scope::ALL.into_iter().filter(|scope| widest.is_some_and(|widest| *scope <= widest));
        Self {
            scopes: scopes.map(Scope::as_str).collect(),
            current: row.id == owner.key.id,
            id: row.id,
            kind: row.kind,
            label: row.label,
            status: row.status,
            created_at: clock::rfc3339(row.created_at),
            last_used_at: row.used_at.map(clock::rfc3339),
            expires_at: row.expires_at.map(clock::rfc3339),
            revoked_at: row.revoked_at.map(clock::rfc3339),
            public_key: row.public_key,
        }
    }
}

impl TryFrom<(KeyRow, &Owner)> for Item {
    type Error = Error;

    fn try_from((row, owner): (KeyRow, &Owner)) -> Result<Self, Error> {
        Ok(Self::of(row, owner))
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = MadeKey))]
/// A key that was made now.
struct Made {
    #[serde(flatten)]
    item: Item,
    /// The key itself. Shown this once: of a secret key nothing but a hash is kept.
    key: String,
    /// The key whose place it takes.
    #[cfg_attr(test, schema(required))]
    replaces: Option<Item>,
}

/// One of the owner's keys.
async fn known(owner: &Owner, id: &str) -> Result<KeyRow, Error> {
    owner.store.api_keys().get(&owner.shop, id, owner.now).await?.ok_or(Error::not_found("id", "key"))
}

/// What the store keeps of a key.
fn kept(kind: Kind, key: &str) -> String {
    match kind {
        Kind::Public => key.to_owned(),
        Kind::Secret => key::hash(key),
    }
}

fn conflict(code: Code, message: impl Into<String>) -> Error {
    Error::Conflict(Problem::new(code, "", message.into()))
}

fn too_many() -> Error {
    conflict(Code::TooMany, format!("a shop has at most {MAX_KEYS} keys that work; revoke one first"))
}

fn refused(trouble: KeyError) -> Error {
    match trouble {
        KeyError::TooMany => too_many(),
        KeyError::Ended => conflict(Code::Conflict, "this key works no more; make a new one"),
        KeyError::Last => {
            let message =
                "this is the last key that can change anything; make another one with the scope 'write' first";
            conflict(Code::Conflict, message)
        }
        KeyError::Unknown => Error::not_found("id", "key"),
    }
}

/// `GET /v1/keys`: those that work, or of another status, the newest first.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/keys", operation_id = "listKeys", tag = "Keys",
    summary = "Keys of the shop",
    description = "Those that work, the newest first. A key itself is shown once, when it is made.",
    params(
        ("status" = Option<KeyStatusWord>, Query, description = "Those that ended, or `active` if left out."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "Items of a page; 50 if left out."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before, as it was."),
    ),
    responses(
        (status = 200, description = "A page of them.", body = Page<Item>),
    ),
))]
#[worker::send]
pub(crate) async fn list(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let mut query = Query::read(text.as_deref(), &KNOWN);
    let page = PageRequest::read(&mut query, SIZE);
    let status = query.get("status").map(KeyStatus::parse);
    if status == Some(None) {
        query.add(Code::UnknownValue, "status", "must be active, expired or revoked");
    }
    query.or(())?;
    let status = status.flatten().unwrap_or(KeyStatus::Active);
    let rows = owner.store.api_keys().list(&owner.shop, status, page.after.as_ref(), page.rows(), owner.now).await?;
    let rows: Vec<(KeyRow, &Owner)> = rows.into_iter().map(|row| (row, &owner)).collect();
    let cursor = |(row, _): &(KeyRow, &Owner)| Cursor { received_at: row.created_at, id: row.id.clone() };
    Ok(reply::ok(&page.page::<Item, _>(rows, cursor)?))
}

/// `GET /v1/keys/{id}`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/keys/{id}", operation_id = "getKey", tag = "Keys",
    summary = "One key",
    params(
        ("id" = String, Path, description = "The key's id."),
    ),
    responses(
        (status = 200, description = "The key.", body = Item),
        (status = 404, description = "The shop has no such key."),
    ),
))]
#[worker::send]
pub(crate) async fn read(Reader(owner): Reader, Path(id): Path<String>) -> Result<Response, Error> {
    let row = known(&owner, &id).await?;
    Ok(reply::ok(&Item::of(row, &owner)))
}

/// `POST /v1/keys`: makes one.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/keys", operation_id = "createKey", tag = "Keys",
    summary = "Make a key",
    description = "The reply is the only one that ever holds the key: of a secret one nothing but a hash is kept. A shop has at most 20 \
        keys that work.",
    request_body = KeyRequest,
    responses(
        (status = 201, description = "The key.", body = Made, headers(("location" = String, description = "Its address."))),
        (status = 409, description = "The shop has as many keys as it may have."),
    ),
))]
#[worker::send]
pub(crate) async fn create(Writer(owner): Writer, body: Json<SETTINGS>) -> Result<Response, Error> {
    let wish = body.read(|text| request::create(text, owner.now))?;
    let made = key::new_key(wish.kind, &owner.shop)?;
    let new = NewKey {
        kind: wish.kind,
        key: &kept(wish.kind, &made),
        label: &wish.label,
        scope: wish.scope,
        expires_at: wish.expires_at,
    };
    let id = owner.store.api_keys().create(&owner.shop, &new, owner.now).await?.ok_or_else(too_many)?;
    shown_once(&owner, &id, made, None).await
}

/// The reply that holds a key: the only one that ever does.
async fn shown_once(owner: &Owner, id: &str, key: String, replaces: Option<Item>) -> Result<Response, Error> {
    let item = Item::of(known(owner, id).await?, owner);
    Ok(reply::created(&format!("/v1/keys/{id}"), &Made { item, key, replaces }))
}

/// `PATCH /v1/keys/{id}`: another label.
#[cfg_attr(test, utoipa::path(
    patch, path = "/v1/keys/{id}", operation_id = "renameKey", tag = "Keys",
    summary = "Give a key another label",
    params(
        ("id" = String, Path, description = "The key's id."),
    ),
    request_body = KeyLabel,
    responses(
        (status = 200, description = "The key.", body = Item),
        (status = 404, description = "The shop has no such key."),
    ),
))]
#[worker::send]
pub(crate) async fn change(
    Writer(owner): Writer,
    Path(id): Path<String>,
    body: Json<SETTINGS>,
) -> Result<Response, Error> {
    let label = body.read(request::label)?;
    if !owner.store.api_keys().rename(&owner.shop, &id, &label).await? {
        return Err(Error::not_found("id", "key"));
    }
    let row = known(&owner, &id).await?;
    Ok(reply::ok(&Item::of(row, &owner)))
}

/// `POST /v1/keys/{id}/rotate`: a new key with the same label and scopes; the old one works on for `overlap_hours`.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/keys/{id}/rotate", operation_id = "rotateKey", tag = "Keys",
    summary = "Replace a key",
    description = "A new key with the same label and scopes. The old one works on for a while, so that nothing stands still until \
        everything has the new one.",
    params(
        ("id" = String, Path, description = "The key's id."),
    ),
    request_body = Option<KeyRotation>,
    responses(
        (status = 201, description = "The new key, and the old one with its end.", body = Made,
            headers(("location" = String, description = "Its address."))),
        (status = 404, description = "The shop has no such key."),
        (status = 409, description = "The key has ended, or the shop has too many."),
    ),
))]
#[worker::send]
pub(crate) async fn rotate(
    Writer(owner): Writer,
    Path(id): Path<String>,
    body: Option<Json<SETTINGS>>,
) -> Result<Response, Error> {
    let text = body.as_ref().map_or("", Json::text);
    let wish = request::rotation(text, owner.now).map_err(Error::Invalid)?;
    let old = known(&owner, &id).await?;
    let kind = old.kind();
    let made = key::new_key(kind, &owner.shop)?;
    let new = NewKey {
        kind,
        key: &kept(kind, &made),
        label: &old.label,
        scope: Scope::parse(&old.scope).unwrap_or(Scope::Read),
        expires_at: wish.expires_at,
    };
    let end = owner.now + wish.overlap;
    let made_id = owner.store.api_keys().rotate(&owner.shop, &old, &new, end, owner.now).await?.map_err(refused)?;
    let replaces = Item::of(known(&owner, &id).await?, &owner);
    shown_once(&owner, &made_id, made, Some(replaces)).await
}

/// `DELETE /v1/keys/{id}`: revokes it. A secret key opens nothing from now on, a public one within two minutes.
#[cfg_attr(test, utoipa::path(
    delete, path = "/v1/keys/{id}", operation_id = "revokeKey", tag = "Keys",
    summary = "End a key",
    description = "A secret key opens nothing from now on; pages lose a public one within two minutes. The last key that can change \
        anything stays.",
    params(
        ("id" = String, Path, description = "The key's id."),
    ),
    responses(
        (status = 204, description = "It has ended."),
        (status = 404, description = "The shop has no such key."),
        (status = 409, description = "It is the last key that can change anything."),
    ),
))]
#[worker::send]
pub(crate) async fn revoke(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    owner.store.api_keys().revoke(&owner.shop, &id, owner.now).await?.map_err(refused)?;
    Ok(reply::no_content())
}
