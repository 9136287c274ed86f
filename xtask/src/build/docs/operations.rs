//! Renders the operations, grouped by tag.

use serde_json::Value;

use super::examples::{self, resolved};
use super::html::{anchor, escape, line};
use super::schemas::{described, typed};

/// The order of the methods of a path.
pub(super) const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

pub(super) struct Operation<'a> {
    pub(super) id: &'a str,
    pub(super) summary: &'a str,
    method: &'static str,
    path: &'a str,
    operation: &'a Value,
}

pub(super) fn tags(document: &Value) -> impl Iterator<Item = &str> {
    document["tags"].as_array().into_iter().flatten().filter_map(|tag| tag["name"].as_str())
}

/// The operations of a tag.
pub(super) fn of<'a>(document: &'a Value, tag: &str) -> Vec<Operation<'a>> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in METHODS {
            let operation = &item[method];
            if operation["tags"].as_array().is_some_and(|tags| tags.iter().any(|known| known == tag)) {
                let word = |name: &str| operation[name].as_str().unwrap_or_default();
                found.push(Operation { id: word("operationId"), summary: word("summary"), method, path, operation });
            }
        }
    }
    found
}

pub(super) fn all(document: &Value) -> String {
    let mut html = String::new();
    for tag in document["tags"].as_array().into_iter().flatten() {
        let name = tag["name"].as_str().unwrap_or_default();
        let id = anchor(name);
        html += &format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{}</h2>\n", escape(name));
        html += &format!("<p>{}</p>\n", line(tag["description"].as_str().unwrap_or_default()));
        for operation in of(document, name) {
            html += &operation.html(document);
        }
        html += "</section>\n";
    }
    html
}

impl Operation<'_> {
    fn html(&self, document: &Value) -> String {
        let mut html = format!(
            "<article class=\"call\">\n<h3 id=\"{}\">{}</h3>\n<p class=\"address\"><b>{}</b> <code>{}</code></p>\n",
            self.id,
            escape(self.summary),
            self.method.to_uppercase(),
            // Allow line breaks after each path segment.
            escape(self.path).replace('/', "/<wbr>")
        );
        if let Some(description) = self.operation["description"].as_str() {
            html += &format!("<p>{}</p>\n", line(description));
        }
        html += &format!("<p class=\"small soft\">{}</p>\n", self.key());
        html += &self.parameters(document);
        html += &self.body(document);
        html += &format!("<pre><code>{}</code></pre>\n", escape(&self.curl(document)));
        html += &self.replies(document);
        html + "</article>\n"
    }

    fn scheme(&self) -> Option<&str> {
        let scheme = self.operation["security"][0].as_object()?;
        scheme.keys().next().map(String::as_str)
    }

    fn key(&self) -> &'static str {
        match self.scheme() {
            Some("secretKey") => "Requires a secret key of the shop.",
            Some(_) => "Requires the operator token.",
            None => "No authorization header.",
        }
    }

    fn parameters(&self, document: &Value) -> String {
        let parameters: Vec<&Value> = self.operation["parameters"].as_array().into_iter().flatten().collect();
        if parameters.is_empty() {
            return String::new();
        }
        let mut html = String::from("<h4>Parameters</h4>\n<dl class=\"members\">\n");
        for parameter in parameters {
            let required = if parameter["required"] == true { "" } else { " <span class=\"soft\">optional</span>" };
            // The parameter has its own description; its schema only adds the bounds.
            let mut schema = resolved(document, &parameter["schema"]).clone();
            schema["description"] = parameter["description"].clone();
            html += &format!(
                "<div><dt><code>{}</code> <span class=\"kind\">{}</span>{required}</dt>\n<dd>{}</dd></div>\n",
                escape(parameter["name"].as_str().unwrap_or_default()),
                typed(document, &parameter["schema"]),
                described(document, &schema)
            );
        }
        html + "</dl>\n"
    }

    fn body(&self, document: &Value) -> String {
        let Some((kind, content)) = self.content() else { return String::new() };
        let schema = typed(document, &content["schema"]);
        format!("<h4>Body</h4>\n<p>{schema}, as <code>{}</code>.</p>\n", escape(kind))
    }

    fn content(&self) -> Option<(&String, &Value)> {
        self.operation["requestBody"]["content"].as_object()?.iter().next()
    }

    fn curl(&self, document: &Value) -> String {
        let mut curl = String::from("curl");
        if self.method != "get" {
            curl += &format!(" -X {}", self.method.to_uppercase());
        }
        let mut query = String::new();
        for parameter in self.operation["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] == "query" && parameter["required"] == true {
                let example = examples::of(document, &parameter["schema"]);
                let name = parameter["name"].as_str().unwrap_or_default();
                query +=
                    &format!("{}{name}={}", if query.is_empty() { "?" } else { "&" }, example.as_str().unwrap_or("…"));
            }
        }
        curl += &format!(" \"$ORIGIN{}{query}\"", self.path);
        match self.scheme() {
            Some("secretKey") => curl += " \\\n  -H \"Authorization: Bearer $API_KEY\"",
            Some(_) => curl += " \\\n  -H \"Authorization: Bearer $ADMIN_TOKEN\"",
            None => {}
        }
        if let Some((kind, content)) = self.content() {
            let example = content.get("example").cloned().unwrap_or_else(|| examples::of(document, &content["schema"]));
            curl += &format!(" \\\n  -H \"Content-Type: {kind}\"");
            let text = if example.is_string() {
                example.as_str().unwrap_or_default().to_owned()
            } else {
                serde_json::to_string_pretty(&example).unwrap_or_default()
            };
            curl += &format!(" \\\n  -d '{text}'");
        }
        curl
    }

    fn replies(&self, document: &Value) -> String {
        let mut html = String::from("<h4>Responses</h4>\n<dl class=\"replies\">\n");
        let mut example = None;
        for (status, reply) in self.operation["responses"].as_object().into_iter().flatten() {
            let reply = resolved(document, reply);
            let mut shape = String::new();
            if let Some((kind, content)) = reply["content"].as_object().and_then(|content| content.iter().next())
                && kind != "application/problem+json"
            {
                shape = format!(" {}", typed(document, &content["schema"]));
                if kind == "application/json" && status.starts_with('2') && example.is_none() {
                    example = Some(examples::of(document, &content["schema"]));
                }
            }
            let said = line(reply["description"].as_str().unwrap_or_default());
            html += &format!("<div><dt>{status}</dt><dd>{said}{shape}</dd></div>\n");
        }
        html += "</dl>\n";
        if let Some(example) = example {
            let text = serde_json::to_string_pretty(&example).unwrap_or_default();
            html += &format!(
                "<details><summary>Example response</summary>\n<pre><code>{}</code></pre>\n</details>\n",
                escape(&text)
            );
        }
        html
    }
}
