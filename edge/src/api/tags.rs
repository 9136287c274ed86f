//! `GET /v1/tags`: the tags of responses, each with its number of responses.

#[cfg(test)]
use crate::http::page::Page;
use crate::{
    http::{
        auth::Reader,
        error::Error,
        page::{self, PageRequest, PageSize},
        query::Query,
        reply,
    },
    store::TagRow,
};
use axum::{extract::RawQuery, response::Response};
use serde::Serialize;

const SIZE: PageSize = PageSize::up_to(490).or_else(100);

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema), schema(as = Tag))]
/// A tag of responses.
struct Item {
    tag: String,
    /// The number of responses with the tag, including excluded ones.
    answers: u32,
}

impl TryFrom<TagRow> for Item {
    type Error = Error;

    fn try_from(row: TagRow) -> Result<Self, Error> {
        Ok(Self { tag: row.tag, answers: row.answers })
    }
}

/// `GET /v1/tags`
#[cfg_attr(test, utoipa::path(
    get, path = "/v1/tags", operation_id = "listTags", tag = "Responses",
    summary = "List tags",
    description = "In alphabetical order, each with its number of responses.",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 490, description = "Items per page; 100 if omitted."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page, unchanged."),
    ),
    responses(
        (status = 200, description = "A page of tags.", body = Page<Item>),
    ),
))]
#[worker::send]
pub(crate) async fn list(Reader(owner): Reader, RawQuery(text): RawQuery) -> Result<Response, Error> {
    let mut query = Query::read(text.as_deref(), &page::PARAMETERS);
    let page: PageRequest<String> = PageRequest::read(&mut query, SIZE);
    query.or(())?;
    let rows =
        owner.store.responses().tags(&owner.shop, page.after.as_deref().unwrap_or_default(), page.rows()).await?;
    Ok(reply::ok(&page.page::<Item, _>(rows, |row| row.tag.clone())?))
}
