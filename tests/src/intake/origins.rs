//! Origins: the shop's origins are accepted in their exact form only, and nothing similar is.

use super::{Fixture, Scale, fixture::new_id};
use crate::{
    ledger::Content,
    load::{self, Call, Line},
    random::Random,
    shop::{ORIGIN, Shop},
    supervisor::Supervisor,
};

/// The shop's own origins.
const OWN: [&str; 6] = [
    ORIGIN,
    "https://sklep.example:8443",
    "http://localhost:3000",
    "https://xn--wnka-cta.pl",
    "http://127.0.0.1:5500",
    "https://a.b.c.d.example",
];

/// Origins that must be rejected.
const OTHERS: [&str; 62] = [
    // Missing, opaque or not a website.
    "",
    "null",
    "Null",
    "NULL",
    "*",
    "undefined",
    "file://",
    "about:blank",
    "data:text/html,x",
    "blob:https://shop.example/1",
    "chrome-extension://abcdefghijklmnop",
    "moz-extension://0000",
    "capacitor://localhost",
    "ionic://localhost",
    // Another scheme or port.
    "http://shop.example",
    "ws://shop.example",
    "ftp://shop.example",
    "https://shop.example:443",
    "https://shop.example:8443",
    "https://shop.example:80",
    "https://shop.example:0443",
    "https://shop.example:",
    "https://sklep.example",
    "https://sklep.example:443",
    "https://sklep.example:84430",
    "https://sklep.example:844",
    "http://localhost",
    "http://localhost:3001",
    "https://localhost:3000",
    "http://127.0.0.1",
    "http://127.0.0.1:55000",
    // The same prefix or suffix.
    "https://shop.example.evil.example",
    "https://shop.example.",
    "https://shop.exampl",
    "https://shop.examplee",
    "https://evilshop.example",
    "https://evil-shop.example",
    "https://www.shop.example",
    "https://shop.example@evil.example",
    "https://evil.example/https://shop.example",
    "https://evil.example#https://shop.example",
    "https://evil.example?https://shop.example",
    "https://shop.example%2eevil.example",
    "https://shop.example\\.evil.example",
    "https://shopxexample",
    "https://shop-example",
    "https://b.c.d.example",
    "https://x.a.b.c.d.example",
    // Another spelling.
    "HTTPS://shop.example",
    "https://SHOP.example",
    "https://Shop.Example",
    "https://shop.example/",
    "https://shop.example//",
    "https:shop.example",
    "https:/shop.example",
    "shop.example",
    "//shop.example",
    "https://user@shop.example",
    "https://shop.example https://shop.example",
    "https://shop.example,https://shop.example",
    // The same name in Unicode form (RFC 3492), and a homograph.
    "https://wnęka.pl",
    "https://ѕhop.example",
];

pub(super) fn run(supervisor: &Supervisor, _: Scale, seed: u64) -> String {
    let mut fixture = Fixture::new(supervisor);
    fixture.shop = Shop::at(supervisor.client(), &supervisor.dev().admin_token, "Origins", &OWN);
    fixture.survey = fixture.shop.publish(&crate::shop::every_kind());
    let closed = Shop::at(supervisor.client(), &supervisor.dev().admin_token, "No pages", &[]);
    let foreign = closed.publish(&crate::shop::every_kind());
    let content = Content { score: 8, words: String::new(), complete: false };
    let mut random = Random::seeded(seed);
    load::run(async {
        let mut line = Line::to(fixture.target.clone());
        for origin in OWN {
            let (status, allowed) = status_of(&mut line, &fixture, &new_id(&mut random), &content, Some(origin)).await;
            assert_eq!((status, allowed.as_str()), (201, origin), "{origin}");
        }
        for origin in OTHERS {
            let (status, _) = status_of(&mut line, &fixture, &new_id(&mut random), &content, Some(origin)).await;
            assert!(matches!(status, 400 | 403), "{origin}: {status}");
        }
        let (status, allowed) = status_of(&mut line, &fixture, &new_id(&mut random), &content, None).await;
        assert_eq!((status, allowed.as_str()), (403, ""), "without an Origin header");
        // Two Origin headers are rejected.
        let mut call = fixture.call(&new_id(&mut random), 1, &content);
        call.headers.retain(|(name, _)| *name != "authorization");
        call.headers.push(("origin", "https://evil.example".to_owned()));
        assert_eq!(line.send(&call).await.expect("a reply").status, 403);
        // An empty list allows no origin.
        let mut empty = fixture.clone();
        (empty.shop, empty.survey) = (closed, foreign);
        for origin in OWN.into_iter().chain(["", "null"]) {
            let (status, _) = status_of(&mut line, &empty, &new_id(&mut random), &content, Some(origin)).await;
            assert_eq!(status, 403, "{origin} at a shop without pages");
        }
    });
    let rows = crate::checker::count(fixture.database(), &fixture.shop_id());
    assert_eq!(rows, OWN.len());
    format!(
        "{} own origins accepted; {} others, a missing and a duplicate header rejected; a shop without pages accepts none",
        OWN.len(),
        OTHERS.len()
    )
}

/// The status, and the origin that may read the response.
async fn status_of(
    line: &mut Line,
    fixture: &Fixture,
    id: &str,
    content: &Content,
    origin: Option<&str>,
) -> (u16, String) {
    let mut call: Call = fixture.call(id, 1, content);
    // The rule is for pages, which have no secret key.
    call.headers.retain(|(name, _)| !matches!(*name, "origin" | "authorization"));
    call.headers.extend(origin.map(|origin| ("origin", origin.to_owned())));
    let answer = line.send(&call).await.unwrap_or_else(|error| panic!("{origin:?}: {error}"));
    (answer.status, answer.header("access-control-allow-origin").to_owned())
}
