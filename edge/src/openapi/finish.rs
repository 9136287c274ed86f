//! What follows from the router: who may call, and the failures that every route of its kind has.

use crate::router::{Access, ROUTES};
use utoipa::openapi::{
    Content, Header, HeaderBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiVersion, Ref, RefOr, Response,
    ResponseBuilder, ServerBuilder,
    path::{Operation, Parameter, PathItem},
    schema::{AdditionalProperties, ObjectBuilder, Schema, SchemaType, Type},
    security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
};

/// What is said first.
const ABOUT: &str = "\
Customer feedback for online shops: NPS, CES and CSAT with their uncertainty, and what people wrote.

Owners call it with a secret key (`Authorization: Bearer sk_…`), which belongs to one shop; pages of a shop with its \
public key. Times are RFC 3339 in UTC, money is whole minor units with an ISO 4217 code, ids are opaque texts. Lists are \
`{\"items\": […], \"next_cursor\": …}`: ask again with `cursor` until `next_cursor` is null. Failures are \
`application/problem+json` and name everything that is wrong at once. New members may join a reply: ignore those that \
you do not know.";

/// Failures that routes share: status, name in the document, description.
const SHARED: [(&str, &str, &str); 8] = [
    ("400", "BadRequest", "The request has problems, all of them named."),
    ("401", "Unauthorized", "No key, or none that is valid here."),
    ("403", "Forbidden", "The key may only read, and this changes something."),
    ("413", "TooLarge", "The body is too large."),
    ("415", "UnsupportedMediaType", "The body's media type is not accepted."),
    ("429", "TooManyGuesses", "Too many wrong keys; a right one is never made to wait."),
    ("500", "Fault", "A fault on our side. It was logged; trying again may help."),
    ("503", "Unavailable", "Something is away for the moment: try again after `Retry-After` seconds."),
];

/// Bodies in which a member that nobody knows is refused, since without it they would mean something else.
const CLOSED: [&str; 7] =
    ["WebhookDraft", "SurveyFromTemplate", "SettingsDraft", "ErasureRequest", "KeyRequest", "KeyLabel", "KeyRotation"];

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
        }
    }
    if let Some(components) = document.components.as_mut() {
        for (status, name, told) in SHARED {
            let mut reply = ResponseBuilder::new().description(told).build();
            failure(status, &mut reply);
            components.responses.insert(name.to_owned(), reply.into());
        }
        for (name, schema) in &mut components.schemas {
            let RefOr::T(Schema::Object(object)) = schema else { continue };
            // The place that 3.1 has for it.
            object.examples.extend(object.example.take());
            if CLOSED.contains(&name.as_str()) {
                object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
            }
        }
        for (name, told) in [
            ("secretKey", "A secret key of a shop, `sk_…`."),
            ("operatorToken", "The deployment's token, which its operator has."),
        ] {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(told)).build();
            components.security_schemes.insert(name.to_owned(), SecurityScheme::Http(scheme).into());
        }
    }
    document
}

/// The operator's letters are those of owners at another path.
fn copy_dead_letters_for_operator(document: &mut OpenApi) {
    for path in ["/v1/dead-letters", "/v1/dead-letters/{id}", "/v1/dead-letters/{id}/retry"] {
        let Some(mut item) = document.paths.paths.get(path).cloned() else { continue };
        for operation in [&mut item.get, &mut item.post, &mut item.delete].into_iter().flatten() {
            operation.tags = Some(vec!["Operator".to_owned()]);
            operation.operation_id =
                operation.operation_id.as_deref().map(|id| id.replace("DeadLetter", "OperatorDeadLetter"));
            operation.description = Some("Of what names no shop.".to_owned());
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
        Access::Page | Access::Receipt | Access::Everybody => None,
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

/// A parameter that is left out is not null: there is no null in a query.
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
    let header = |told: &str, kind: Type| -> RefOr<Header> {
        HeaderBuilder::new().description(Some(told)).schema(Some(ObjectBuilder::new().schema_type(kind))).build().into()
    };
    if matches!(status, "429" | "503") {
        reply.headers.insert("retry-after".to_owned(), header("Seconds after which to try again.", Type::Integer));
    }
    if status == "401" {
        reply.headers.insert("www-authenticate".to_owned(), header("`Bearer`", Type::String));
    }
}
