//! Renders text as HTML.

/// Escapes a text.
pub(in crate::build) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Renders one line; backquotes mark code.
pub(in crate::build) fn line(text: &str) -> String {
    let mut html = String::new();
    for (at, part) in text.split('`').enumerate() {
        html += &if at % 2 == 0 { escape(part) } else { format!("<code>{}</code>", escape(part)) };
    }
    html
}

/// Renders paragraphs.
pub(super) fn prose(text: &str) -> String {
    text.split("\n\n").map(|paragraph| format!("<p>{}</p>\n", line(paragraph))).collect()
}

/// The anchor of a heading.
pub(super) fn anchor(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(line("a < `b & \"c\"`"), "a &lt; <code>b &amp; &quot;c&quot;</code>");
        assert_eq!(prose("a\n\nb"), "<p>a</p>\n<p>b</p>\n");
        assert_eq!(anchor("Dead letters"), "dead-letters");
    }
}
