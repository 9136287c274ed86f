//! The routes of the Worker and their callers.

use crate::{
    api::{
        self, counters, dead_letters, erasures, exports, funnel, health, identity, imports, keys, metrics, moves,
        responses, settings, shops, surveys, tags, templates, webhooks,
    },
    http::{audit, auth, called_by::require, cors, error::Error},
    intake,
    pages::{hosted, loader, receipt},
};
use axum::{
    Router, middleware,
    routing::{delete, get, options, patch, post, put},
};

/// The callers of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// A page of a shop, with the shop's public key and without cookies.
    Page,
    /// A shopper with the receipt of a response.
    Receipt,
    /// Any caller: the route needs no key.
    Anyone,
    /// A shop owner with a secret key; anything but a GET needs the scope `write`.
    Owner,
    /// The operator with the deployment's token.
    Operator,
}

/// A route, for tests and for the OpenAPI document.
#[derive(Debug, Clone, Copy)]
#[allow(dead_code, reason = "the Worker asks the router; only tests and the OpenAPI document read this")]
pub(crate) struct Route {
    pub(crate) access: Access,
    /// In lower case.
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
}

/// The caller that a handler must take as its first argument, by the route's group and method.
macro_rules! caller {
    (Page $method:ident) => {
        auth::PageCaller
    };
    (Receipt $method:ident) => {
        auth::ReceiptHolder
    };
    (Anyone $method:ident) => {
        auth::Anyone
    };
    (Owner get) => {
        auth::Reader
    };
    (Owner $method:ident) => {
        auth::Writer
    };
    (Operator $method:ident) => {
        auth::Operator
    };
}

macro_rules! routes {
    ($($access:ident { $($method:ident $path:literal => $handler:path,)+ })+) => {
        /// All routes.
        #[allow(dead_code, reason = "as above")]
        pub(crate) const ROUTES: &[Route] =
            &[$($(Route { access: Access::$access, method: stringify!($method), path: $path },)+)+];

        fn routed() -> Router {
            Router::new()$(.merge(of(
                Access::$access,
                Router::new()$(.route($path, $method(require::<caller!($access $method), _, _>($handler))))+,
            )))+
        }
    };
}

/// Adds the middleware of a group of routes.
fn of(access: Access, routes: Router) -> Router {
    let routes = match access {
        // Around all routes of owners, so that no handler can forget to record a change.
        Access::Owner => routes.route_layer(middleware::from_fn(audit::watch)),
        Access::Page | Access::Receipt | Access::Anyone | Access::Operator => routes,
    };
    match access {
        Access::Page => routes.route_layer(middleware::map_response(cors::embeddable)),
        _ => routes.route_layer(middleware::map_response(cors::same_origin)),
    }
}

routes! {
    Page {
        get "/w/{file}" => loader::loader,
        get "/w/{key}/{survey}/{version}/{file}" => loader::view,
        post "/v1/submissions" => intake::submit,
        options "/v1/submissions" => intake::preflight,
        post "/v1/events" => intake::events::receive,
        options "/v1/events" => intake::preflight,
        get "/s/{survey}" => hosted::page,
    }
    Receipt {
        get "/r/{code}" => receipt::page,
        post "/r/{code}" => receipt::erase,
    }
    Anyone {
        get "/healthz" => health::process,
        get "/readyz" => health::ready,
        get "/v1/templates" => templates::list,
        get "/v1/templates/{id}" => templates::read,
    }
    Owner {
        get "/v1/shop/settings" => settings::read,
        put "/v1/shop/settings" => settings::replace,
        get "/v1/shop/identity" => identity::read,
        post "/v1/shop/identity/rotate" => identity::rotate,
        get "/v1/surveys" => surveys::list,
        post "/v1/surveys" => surveys::create,
        get "/v1/surveys/{id}" => surveys::read,
        put "/v1/surveys/{id}" => surveys::replace,
        post "/v1/surveys/{id}/publish" => surveys::status::publish,
        post "/v1/surveys/{id}/pause" => surveys::status::pause,
        post "/v1/surveys/{id}/resume" => surveys::status::resume,
        post "/v1/surveys/{id}/archive" => surveys::status::archive,
        get "/v1/responses" => responses::list,
        get "/v1/responses.csv" => responses::stream::csv,
        get "/v1/responses.ndjson" => responses::stream::ndjson,
        get "/v1/responses/{id}" => responses::read,
        patch "/v1/responses/{id}" => responses::change,
        delete "/v1/responses/{id}" => responses::remove,
        get "/v1/tags" => tags::list,
        get "/v1/erasures" => erasures::list,
        post "/v1/erasures" => erasures::create,
        get "/v1/exports" => exports::read,
        post "/v1/exports" => exports::create,
        get "/v1/imports" => imports::list,
        post "/v1/imports" => imports::create,
        delete "/v1/imports/{id}" => imports::remove,
        get "/v1/metrics" => metrics::read,
        get "/v1/funnel" => funnel::read,
        get "/v1/keys" => keys::list,
        post "/v1/keys" => keys::create,
        get "/v1/keys/{id}" => keys::read,
        patch "/v1/keys/{id}" => keys::change,
        delete "/v1/keys/{id}" => keys::revoke,
        post "/v1/keys/{id}/rotate" => keys::rotate,
        get "/v1/audit" => api::audit::list,
        get "/v1/webhooks" => webhooks::list,
        post "/v1/webhooks" => webhooks::create,
        get "/v1/webhooks/events" => webhooks::catalog::events,
        get "/v1/webhooks/templates" => webhooks::catalog::templates,
        get "/v1/webhooks/{id}" => webhooks::read,
        put "/v1/webhooks/{id}" => webhooks::replace,
        delete "/v1/webhooks/{id}" => webhooks::remove,
        post "/v1/webhooks/{id}/enable" => webhooks::enable,
        post "/v1/webhooks/{id}/rotate" => webhooks::rotate,
        post "/v1/webhooks/{id}/test" => webhooks::test_delivery::send,
        get "/v1/webhooks/{id}/deliveries" => webhooks::deliveries::list,
        post "/v1/webhooks/{id}/deliveries/{delivery}/retry" => webhooks::deliveries::retry,
        get "/v1/dead-letters" => dead_letters::list,
        delete "/v1/dead-letters/{id}" => dead_letters::remove,
        post "/v1/dead-letters/{id}/retry" => dead_letters::retry,
    }
    Operator {
        get "/v1/operator/dead-letters" => dead_letters::operator::list,
        delete "/v1/operator/dead-letters/{id}" => dead_letters::operator::remove,
        post "/v1/operator/dead-letters/{id}/retry" => dead_letters::operator::retry,
        post "/v1/shops" => shops::create,
        put "/v1/shops/{shop}/quota" => shops::quota,
        get "/v1/shops/{shop}/move" => moves::read,
        post "/v1/shops/{shop}/move" => moves::start,
        delete "/v1/shops/{shop}/move" => moves::cancel,
        post "/v1/shops/{shop}/move/step" => moves::step,
        get "/v1/counters" => counters::read,
    }
}

thread_local! {
    /// Built once per isolate, not for every request.
    static ROUTER: Router = new();
}

/// The router, shared by all requests of an isolate.
pub(crate) fn shared() -> Router {
    ROUTER.with(Clone::clone)
}

fn new() -> Router {
    routed()
        .fallback(async || Error::not_found("", "route"))
        .method_not_allowed_fallback(async || Error::MethodNotAllowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_makes_a_router() {
        // Panics if two routes clash.
        let _ = new();
        let mut owners = ROUTES.iter().filter(|route| route.access == Access::Owner);
        assert!(owners.clone().all(|route| route.path.starts_with("/v1/")));
        assert!(owners.any(|route| (route.method, route.path) == ("put", "/v1/surveys/{id}")));
    }
}
