//! Completes the document from the route table: the credentials of each route, and the errors that its kind has.

use crate::router::{Access, ROUTES};
use utoipa::openapi::{
    Content, Deprecated, Header, HeaderBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiVersion, Ref, RefOr,
    Response, ResponseBuilder, ServerBuilder,
    path::{Operation, Parameter, PathItem},
    schema::{AdditionalProperties, ObjectBuilder, Schema, SchemaType, Type},
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

/// The description of the API.
const ABOUT: &str = "\
Customer feedback for online shops: NPS, CES and CSAT with confidence intervals, and free text.

Shop owners authenticate with a secret key (`Authorization: Bearer sk_…`), which belongs to one shop; pages of a shop use \
its public key. Times are RFC 3339 in UTC, money is whole minor units with an ISO 4217 code, ids are opaque strings. \
Lists are `{\"items\": […], \"next_cursor\": …}`: repeat the request with `cursor` until `next_cursor` is null. Errors \
are `application/problem+json` and list every problem of the request. New members may be added to replies: ignore members \
that you do not know.";

/// Errors that routes share: status, name in the document, description.
const SHARED: [(&str, &str, &str); 8] = [
    ("400", "BadRequest", "The request is invalid. The reply lists every problem."),
    ("401", "Unauthorized", "The key is missing or not valid for this route."),
    ("403", "Forbidden", "The key has the scope `read`, and the request changes something."),
    ("413", "TooLarge", "The body exceeds its limit."),
    ("415", "UnsupportedMediaType", "The media type of the body is not supported."),
    ("429", "TooManyGuesses", "Too many requests with a wrong key. A correct key is never throttled."),
    ("500", "Fault", "Internal error. It was logged; a retry may succeed."),
    ("503", "Unavailable", "Temporarily unavailable. Retry after `Retry-After` seconds."),
];

/// Bodies that reject unknown members, because ignoring a member would change what they mean.
const CLOSED: [&str; 8] = [
    "WebhookDraft",
    "SurveyFromTemplate",
    "SettingsDraft",
    "ErasureRequest",
    "ExportRequest",
    "KeyRequest",
    "KeyLabel",
    "KeyRotation",
];

/// Routes that stay for existing clients.
const DEPRECATED: [(&str, &str); 1] = [("get", "/v1/exports")];

pub(super) fn finish(mut document: OpenApi) -> OpenApi {
    document.openapi = OpenApiVersion::Version31;
    document.info = InfoBuilder::new()
        .title("Glas")
        .version("1")
        .description(Some(ABOUT))
        .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").identifier(Some("MIT OR Apache-2.0")).build()))
        .build();
    document.servers = Some(vec![ServerBuilder::new().url("/").build()]);
    copy_dead_letters_for_operator(&mut document);
    for route in ROUTES {
        let Some(item) = document.paths.paths.get_mut(route.path) else { continue };
        if let Some(operation) = operation(item, route.method).as_mut() {
            complete(operation, route.method, route.access);
            let is_deprecated = DEPRECATED.contains(&(route.method, route.path));
            operation.deprecated = is_deprecated.then_some(Deprecated::True);
        }
    }
    if let Some(components) = document.components.as_mut() {
        for (status, name, description) in SHARED {
            let mut reply = ResponseBuilder::new().description(description).build();
            failure(status, &mut reply);
            components.responses.insert(name.to_owned(), reply.into());
        }
        for (name, schema) in &mut components.schemas {
            let RefOr::T(Schema::Object(object)) = schema else { continue };
            // OpenAPI 3.1 has `examples` instead of `example`.
            object.examples.extend(object.example.take());
            if CLOSED.contains(&name.as_str()) {
                object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
            }
        }
        for (name, description) in [
            ("secretKey", "A secret key of a shop, `sk_…`."),
            ("operatorToken", "The deployment's token, held by its operator."),
        ] {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description)).build();
            components.security_schemes.insert(name.to_owned(), SecurityScheme::Http(scheme).into());
        }
    }
    document
}

/// The operator's routes of dead letters are copies of the owners' ones at another path.
fn copy_dead_letters_for_operator(document: &mut OpenApi) {
    for path in ["/v1/dead-letters", "/v1/dead-letters/{id}", "/v1/dead-letters/{id}/retry"] {
        let Some(mut item) = document.paths.paths.get(path).cloned() else { continue };
        for operation in [&mut item.get, &mut item.post, &mut item.delete].into_iter().flatten() {
            operation.tags = Some(vec!["Operator".to_owned()]);
            operation.operation_id =
                operation.operation_id.as_deref().map(|id| id.replace("DeadLetter", "OperatorDeadLetter"));
            operation.description = Some("Only dead letters that name no shop.".to_owned());
        }
        document.paths.paths.insert(path.replace("/v1/", "/v1/operator/"), item);
    }
}

fn operation<'a>(item: &'a mut PathItem, method: &str) -> &'a mut Option<Operation> {
    match method {
        "get" => &mut item.get,
        "put" => &mut item.put,
        "post" => &mut item.post,
        "delete" => &mut item.delete,
        "patch" => &mut item.patch,
        _ => &mut item.options,
    }
}

fn complete(operation: &mut Operation, method: &str, access: Access) {
    let key = match access {
        Access::Owner => Some("secretKey"),
        Access::Operator => Some("operatorToken"),
        Access::Page | Access::Receipt | Access::Anyone => None,
    };
    let none: [&str; 0] = [];
    operation.security = Some(key.map(|key| SecurityRequirement::new(key, none)).into_iter().collect());
    let parameters = operation.parameters.iter_mut().flatten();
    for parameter in parameters {
        if let RefOr::T(parameter) = parameter {
            never_null(parameter);
        }
    }
    let has_body = operation.request_body.is_some();
    let has_parameters = operation.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty());
    for (status, name, _) in SHARED {
        let applies = match status {
            "400" => has_body || has_parameters,
            "401" | "429" => key.is_some(),
            "403" => access == Access::Owner && method != "get",
            "413" | "415" => has_body,
            _ => true,
        };
        if applies {
            let reply = || RefOr::Ref(Ref::from_response_name(name));
            operation.responses.responses.entry(status.to_owned()).or_insert_with(reply);
        }
    }
    for (status, reply) in &mut operation.responses.responses {
        if let RefOr::T(reply) = reply {
            failure(status, reply);
        }
    }
}

/// Removes null from a parameter: a query string cannot contain it.
fn never_null(parameter: &mut Parameter) {
    let replaced = match parameter.schema.as_mut() {
        Some(RefOr::T(Schema::Object(object))) => {
            if let SchemaType::Array(kinds) = &object.schema_type
                && let Some(kind) = kinds.iter().find(|kind| **kind != Type::Null)
            {
                object.schema_type = SchemaType::Type(kind.clone());
            }
            None
        }
        Some(RefOr::T(Schema::OneOf(either))) => {
            either.items.iter().find(|item| matches!(item, RefOr::Ref(_))).cloned()
        }
        _ => None,
    };
    if replaced.is_some() {
        parameter.schema = replaced;
    }
}

fn failure(status: &str, reply: &mut Response) {
    let is_failure = status.starts_with(['4', '5']);
    if is_failure && reply.content.is_empty() {
        let content = Content::new(Some(RefOr::Ref(Ref::from_schema_name("Problem"))));
        reply.content.insert("application/problem+json".to_owned(), content.into());
    }
    let header = |description: &str, kind: Type| -> RefOr<Header> {
        HeaderBuilder::new()
            .description(Some(description))
            .schema(Some(ObjectBuilder::new().schema_type(kind)))
            .build()
            .into()
    };
    if matches!(status, "429" | "503") {
        reply.headers.insert("retry-after".to_owned(), header("Seconds until a retry may succeed.", Type::Integer));
    }
    if status == "401" {
        reply.headers.insert("www-authenticate".to_owned(), header("`Bearer`", Type::String));
    }
}
