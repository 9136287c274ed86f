//! The address of the page that a submission names: only one that belongs to its sender is stored.

use crate::{http::cors, store::Shop};
use http::request;
use survey::{
    Origin,
    submission::{Context, PageParameters, page_url},
};

/// Drops the page's address if it does not belong to the sender: anyone could put a link into the owner's lists and messages
/// otherwise. The response itself is kept.
pub(super) fn keep_own(context: &mut Context, shop: &Shop, survey: &str, is_server: bool, request: &request::Parts) {
    let service = cors::service_origin(&request.uri);
    let origin = if is_server { "" } else { cors::origin_of(&request.headers) };
    let sender = Sender { origin, service: service.as_deref(), survey, shop: &shop.origins };
    context.url = context.url.take().and_then(|url| sender.own(url));
}

struct Sender<'a> {
    /// The `Origin` header; empty if the shop's server sent the submission.
    origin: &'a str,
    /// The service's own origin, which serves the hosted pages.
    service: Option<&'a str>,
    /// The survey of the submission, whose hosted page has its id as path.
    survey: &'a str,
    /// The shop's origins.
    shop: &'a [Origin],
}

impl Sender<'_> {
    fn own(&self, url: String) -> Option<String> {
        let page = page_url::origin_of(&url);
        if self.origin.is_empty() {
            return self.shop.iter().any(|origin| origin.matches(page)).then_some(url);
        }
        if page != self.origin {
            None
        } else if self.service == Some(page) {
            // The query of a hosted page names the order and the customer, which the submission has in its own members,
            // where an erasure finds them.
            let url = page_url::clean(&url, &PageParameters::default())?;
            Some(self.hosted_page(&url).unwrap_or(url))
        } else {
            Some(url)
        }
    }
}

impl Sender<'_> {
    /// The address of the survey's hosted page. The id of a survey looks like a secret, so its cleaned address has none.
    fn hosted_page(&self, url: &str) -> Option<String> {
        let service = self.service?;
        let rest = url.strip_prefix(service)?.strip_prefix("/s/")?;
        let query = rest.find('?').and_then(|at| rest.get(at..)).unwrap_or("");
        Some(format!("{service}/s/{}{query}", self.survey))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_senders_own_page_is_kept() {
        let shop = [Origin::parse("https://shop.example").unwrap(), Origin::parse("https://m.shop.example").unwrap()];
        for (origin, url, expected) in [
            ("https://shop.example", "https://shop.example/a?x=1", Some("https://shop.example/a?x=1")),
            ("https://shop.example", "https://m.shop.example/a", None),
            ("https://shop.example", "https://shop.example.evil.example/a", None),
            ("https://shop.example", "https://evil.example/?https://shop.example", None),
            ("https://shop.example", "https://glas.example/s/srv_1", None),
            (
                "https://glas.example",
                "https://glas.example/s/srv_1?customer=c&utm_id=1",
                Some("https://glas.example/s/srv_1?utm_id=1"),
            ),
            ("https://glas.example", "https://glas.example/s/[secret]", Some("https://glas.example/s/srv_1")),
            ("https://glas.example", "https://glas.example/demo/cart", Some("https://glas.example/demo/cart")),
            ("https://glas.example", "https://shop.example/a", None),
            ("", "https://m.shop.example/a", Some("https://m.shop.example/a")),
            ("", "https://evil.example/a", None),
            ("", "https://glas.example/s/srv_1", None),
        ] {
            let sender = Sender { origin, service: Some("https://glas.example"), survey: "srv_1", shop: &shop };
            assert_eq!(sender.own(url.to_owned()).as_deref(), expected, "{origin} {url}");
        }
    }
}
