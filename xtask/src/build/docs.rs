//! Renders the OpenAPI document as the page `/docs/`. The page needs no script and loads nothing from other origins.

#![allow(clippy::indexing_slicing, reason = "indexing a missing JSON member gives null")]

mod examples;
pub(super) mod html;
mod operations;
mod schemas;

use serde_json::Value;

use html::{escape, prose};

/// URL prefix of the error code pages.
const ERRORS: &str = "/docs/errors/";

/// Renders the page.
pub fn page(document: &Value) -> String {
    let about = document["info"]["description"].as_str().unwrap_or_default();
    let mut body = String::new();
    body += "<div class=\"wide docs\">\n";
    body += &contents(document);
    body += "<div class=\"text\">\n<div class=\"stack\"><h1>The API</h1>\n";
    body += &prose(about);
    body += "<p class=\"row\"><a class=\"button quiet\" href=\"/openapi.json\">openapi.json</a></p></div>\n";
    body += &authentication();
    body += &errors(document);
    body += PAGING;
    body += &operations::all(document);
    body += &schemas::all(document);
    body += "</div>\n</div>\n";
    frame(&body)
}

fn contents(document: &Value) -> String {
    let mut list = String::from("<nav class=\"contents\" aria-label=\"On this page\">\n<ul>\n");
    for (id, name) in [("authentication", "Authentication"), ("errors", "Errors"), ("paging", "Lists and pages")] {
        list += &format!("<li><a href=\"#{id}\">{name}</a></li>\n");
    }
    for tag in operations::tags(document) {
        list += &format!("<li><a href=\"#{}\">{}</a>\n<ul>\n", html::anchor(tag), escape(tag));
        for operation in operations::of(document, tag) {
            list += &format!("<li><a href=\"#{}\">{}</a></li>\n", operation.id, escape(operation.summary));
        }
        list += "</ul></li>\n";
    }
    list + "<li><a href=\"#schemas\">Schemas</a></li>\n</ul>\n</nav>\n"
}

fn authentication() -> String {
    section(
        "authentication",
        "Authentication",
        "<p>The shop owner’s requests carry a secret key, which is valid for one shop only:</p>\n\
         <pre><code>Authorization: Bearer sk_…</code></pre>\n\
         <p>Keep it on a server, never in a page. Requests from a shop’s pages carry the public key <code>pk_…</code> in its \
         body, and are accepted from the shop’s own origins only. The operator’s requests carry the deployment’s token in the same \
         header.</p>\n",
    )
}

fn errors(document: &Value) -> String {
    let example = &document["components"]["schemas"]["Problem"]["examples"][0];
    let example = serde_json::to_string_pretty(example).unwrap_or_default();
    let mut body = format!(
        "<p>Every failure is <code>application/problem+json</code> (RFC 9457) and lists all problems at once, \
         each with its location and a code whose meaning never changes:</p>\n<pre><code>{}</code></pre>\n<ul class=\"words\">\n",
        escape(&example)
    );
    for code in document["components"]["schemas"]["ProblemCode"]["enum"].as_array().into_iter().flatten() {
        let code = code.as_str().unwrap_or_default();
        body += &format!("<li><a href=\"{ERRORS}{code}\"><code>{code}</code></a></li>\n");
    }
    body += "</ul>\n<p><code>429</code> and <code>503</code> carry <code>Retry-After</code>. A request that \
             is repeated with the same id takes effect once.</p>\n";
    section("errors", "Errors", &body)
}

const PAGING: &str = "<section aria-labelledby=\"paging\">\n<h2 id=\"paging\">Lists and pages</h2>\n\
    <p>A list is <code>{\"items\": […], \"next_cursor\": \"…\"}</code>. Repeat the request with that value as <code>cursor=</code> until \
    it is <code>null</code>. Rows written in the meantime do not shift the pages, and no row appears twice. An unknown parameter \
    is an error, so that a typo is never read as “no filter”.</p>\n</section>\n";

fn section(id: &str, title: &str, body: &str) -> String {
    format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{body}</section>\n")
}

fn frame(body: &str) -> String {
    format!(
        "<!doctype html>
<html lang=\"en\">
<head>
  <meta charset=\"utf-8\">
  <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
  <title>Glas: the API</title>
  <meta name=\"description\" content=\"Every endpoint of the Glas API, with parameters, examples and responses.\">
  <link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">
  <link rel=\"stylesheet\" href=\"/style.css\">
  <link rel=\"stylesheet\" href=\"/docs.css\">
</head>
<body>
  <a class=\"skip\" href=\"#main\">Skip to content</a>
  <header class=\"top\">
    <div class=\"wide\">
      <a class=\"brand\" href=\"/\"><img src=\"/icon.svg\" alt=\"\" width=\"32\" height=\"32\">Glas</a>
      <nav aria-label=\"Main\">
        <a href=\"/demo/\">Demo shop</a>
        <a href=\"/install\">Install</a>
        <a href=\"/docs/\" aria-current=\"page\">API</a>
      </nav>
    </div>
  </header>
  <main id=\"main\" tabindex=\"-1\">
{body}  </main>
  <footer class=\"bottom\">
    <div class=\"wide\">
      <p>Glas is customer feedback for online shops. The name means “voice”.</p>
      <p class=\"small\">NPS® and Net Promoter® are registered trademarks of Bain &amp; Company, Inc., NICE Systems, Inc. and Fred Reichheld.</p>
    </div>
  </footer>
</body>
</html>
"
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::operations::METHODS;
    use super::*;
    use crate::paths;

    fn document() -> Value {
        let text = fs::read_to_string(paths::root().join("edge/openapi.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn every_operation_is_on_the_page() {
        let document = document();
        let page = page(&document);
        let mut operations = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in METHODS {
                let Some(id) = item[method]["operationId"].as_str() else { continue };
                operations += 1;
                assert!(page.contains(&format!("id=\"{id}\"")), "{method} {path} has an anchor");
                for parameter in item[method]["parameters"].as_array().into_iter().flatten() {
                    let name = parameter["name"].as_str().unwrap();
                    assert!(page.contains(&format!("<dt><code>{name}</code>")), "{method} {path}: {name}");
                }
            }
        }
        assert!(operations > 30);
    }

    /// Every link has a target, every id is unique, and nothing is loaded from another origin.
    #[test]
    fn every_link_resolves_and_every_element_is_closed() {
        let page = page(&document());
        let words = |before: &str| -> Vec<String> {
            page.split(before).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
        };
        let ids: Vec<String> = words(" id=\"");
        let known: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(known.len(), ids.len(), "every id is unique");
        for link in words("href=\"#") {
            assert!(known.contains(&link), "#{link} has no target");
        }
        for link in words("href=\"").into_iter().chain(words("src=\"")) {
            assert!(link.starts_with(['/', '#']), "{link} points to this site");
        }
        for opened in ["section", "ul", "dl", "details", "pre", "article", "div"] {
            let count = |tag: &str| page.matches(tag).count();
            let begun = count(&format!("<{opened}>")) + count(&format!("<{opened} "));
            assert_eq!(begun, count(&format!("</{opened}>")), "every {opened} ends");
        }
        assert!(!page.contains("<script"), "it needs none");
    }
}
