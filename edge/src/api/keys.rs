//! `/v1/keys`: the API keys of a shop. The key itself is shown once, when it is created.

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
/// An API key.
struct Item {
    /// The id, which is not part of the key.
    id: String,
    #[cfg_attr(test, schema(value_type = KeyKind))]
    kind: String,
    /// The owner's name for it.
    label: String,
    /// What the key permits. A public key has no scopes, since pages only submit with it.
    #[cfg_attr(test, schema(value_type = Vec<KeyScope>))]
    scopes: Vec<&'static str>,
    #[cfg_attr(test, schema(value_type = KeyStatusWord))]
    status: String,
    #[cfg_attr(test, schema(format = DateTime))]
    created_at: String,
    /// When it was last used, rounded down to the hour.
    #[cfg_attr(test, schema(required, format = DateTime))]
    last_used_at: Option<String>,
    /// When it expires.
    #[cfg_attr(test, schema(required, format = DateTime))]
    expires_at: Option<String>,
    /// When it was revoked.
    #[cfg_attr(test, schema(required, format = DateTime))]
    revoked_at: Option<String>,
    /// The key itself, if it is public.
    #[cfg_attr(test, schema(required))]
    public_key: Option<String>,
    /// Whether it is the key of this request.
    current: bool,
}

impl Item {
    fn of(row: KeyRow, owner: &Owner) -> Self {
        let granted = Scope::parse(&row.scope).filter(|_| row.kind() == Kind::Secret);
        let scopes = Scope::ALL.into_iter().filter(|scope| granted.is_some_and(|granted| granted.permits(*scope)));
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
/// A key that was just created.
struct Made {
    #[serde(flatten)]
    item: Item,
    /// The key itself. It is shown only once: of a secret key only a hash is stored.
    key: String,
    /// The key that it replaces.
    #[cfg_attr(test, schema(required))]
    replaces: Option<Item>,
}

/// Finds a key of the owner.
async fn known(owner: &Owner, id: &str) -> Result<KeyRow, Error> {
    owner.store.api_keys().get(&owner.shop, id, owner.now).await?.ok_or(Error::not_found("id", "key"))
}

/// The stored form of a key: a secret one is hashed.
fn stored_form(kind: Kind, key: &str) -> String {
    match kind {
        Kind::Public => key.to_owned(),
        Kind::Secret => key::hash(key),
    }
}

fn conflict(code: Code, message: impl Into<String>) -> Error {
    Error::Conflict(Problem::new(code, "", message.into()))
}

fn too_many() -> Error {
    conflict(Code::TooMany, format!("a shop has at most {MAX_KEYS} active keys; revoke one first"))
}

fn key_error(error: KeyError) -> Error {
    match error {
        KeyError::TooMany => too_many(),
        KeyError::Ended => conflict(Code::Conflict, "this key has ended; create a new one"),
        KeyError::Last => {
            let message = "this is the last active key with the scope 'write'; create another one first";
            conflict(Code::Conflict, message)
        }
        KeyError::Unknown => Error::not_found("id", "key"),
    }
}

/// `GET /v1/keys`: newest first.
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/keys", operation_id = "listKeys", tag = "Keys",
    summary = "List keys",
    description = "Active keys, newest first. The key itself is shown only once, when it is created.",
    params(
        ("status" = Option<KeyStatusWord>, Query, description = "Only keys with this status; `active` if omitted."),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "Items per page; 50 if omitted."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page, unchanged."),
    ),
    responses(
        (status = 200, description = "A page of keys.", body = Page<Item>),
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
    summary = "Get a key",
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

/// `POST /v1/keys`
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/keys", operation_id = "createKey", tag = "Keys",
    summary = "Create a key",
    description = "Only this reply contains the key: of a secret key only a hash is stored. A shop has at most 20 active keys.",
    request_body = KeyRequest,
    responses(
        (status = 201, description = "The key.", body = Made, headers(("location" = String, description = "The path of the key."))),
        (status = 409, description = "The shop has the maximum number of keys."),
    ),
))]
#[worker::send]
pub(crate) async fn create(Writer(owner): Writer, body: Json<SETTINGS>) -> Result<Response, Error> {
    let wanted = body.read(|text| request::create(text, owner.now))?;
    let made = key::new_key(wanted.kind, &owner.shop)?;
    let new = NewKey {
        kind: wanted.kind,
        key: &stored_form(wanted.kind, &made),
        label: &wanted.label,
        scope: wanted.scope,
        expires_at: wanted.expires_at,
    };
    let id = owner.store.api_keys().create(&owner.shop, &new, owner.now).await?.ok_or_else(too_many)?;
    created_key(&owner, &id, made, None).await
}

/// The only reply that contains a key.
async fn created_key(owner: &Owner, id: &str, key: String, replaces: Option<Item>) -> Result<Response, Error> {
    let item = Item::of(known(owner, id).await?, owner);
    Ok(reply::created(&format!("/v1/keys/{id}"), &Made { item, key, replaces }))
}

/// `PATCH /v1/keys/{id}`: changes the label.
#[cfg_attr(test, utoipa::path(
    patch, path = "/v1/keys/{id}", operation_id = "renameKey", tag = "Keys",
    summary = "Rename a key",
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

/// `POST /v1/keys/{id}/rotate`: creates a key with the same label and scopes. The old one stays valid for `overlap_hours`.
#[cfg_attr(test, utoipa::path(
    post, path = "/v1/keys/{id}/rotate", operation_id = "rotateKey", tag = "Keys",
    summary = "Rotate a key",
    description = "Creates a key with the same label and scopes. The old key stays valid for a while, so that every client can \
        switch to the new one.",
    params(
        ("id" = String, Path, description = "The key's id."),
    ),
    request_body = Option<KeyRotation>,
    responses(
        (status = 201, description = "The new key, and the old one with its expiry.", body = Made,
            headers(("location" = String, description = "The path of the key."))),
        (status = 404, description = "The shop has no such key."),
        (status = 409, description = "The key has ended, or the shop has the maximum number of keys."),
    ),
))]
#[worker::send]
pub(crate) async fn rotate(
    Writer(owner): Writer,
    Path(id): Path<String>,
    body: Option<Json<SETTINGS>>,
) -> Result<Response, Error> {
    let text = body.as_ref().map_or("", Json::text);
    let wanted = request::rotation(text, owner.now).map_err(Error::Invalid)?;
    let old = known(&owner, &id).await?;
    let kind = old.kind();
    let made = key::new_key(kind, &owner.shop)?;
    let new = NewKey {
        kind,
        key: &stored_form(kind, &made),
        label: &old.label,
        scope: Scope::parse(&old.scope).unwrap_or(Scope::Read),
        expires_at: wanted.expires_at,
    };
    let end = owner.now + wanted.overlap;
    let made_id = owner.store.api_keys().rotate(&owner.shop, &old, &new, end, owner.now).await?.map_err(key_error)?;
    let replaces = Item::of(known(&owner, &id).await?, &owner);
    created_key(&owner, &made_id, made, Some(replaces)).await
}

/// `DELETE /v1/keys/{id}`: revokes the key. A secret key is rejected from now on, a public one within two minutes.
#[cfg_attr(test, utoipa::path(
    delete, path = "/v1/keys/{id}", operation_id = "revokeKey", tag = "Keys",
    summary = "Revoke a key",
    description = "A secret key is rejected immediately, a public one within two minutes. The last active key with the scope \
        `write` cannot be revoked.",
    params(
        ("id" = String, Path, description = "The key's id."),
    ),
    responses(
        (status = 204, description = "The key is revoked."),
        (status = 404, description = "The shop has no such key."),
        (status = 409, description = "It is the last active key with the scope `write`."),
    ),
))]
#[worker::send]
pub(crate) async fn revoke(Writer(owner): Writer, Path(id): Path<String>) -> Result<Response, Error> {
    owner.store.api_keys().revoke(&owner.shop, &id, owner.now).await?.map_err(key_error)?;
    Ok(reply::no_content())
}
