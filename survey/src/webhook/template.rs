//! Formats of a webhook's body.

use alloc::string::String;

/// The format of a body. All formats are signed the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// `{"type","timestamp","data"}`, by Standard Webhooks.
    Standard,
    /// A message for Slack's incoming webhooks and compatible services.
    Slack,
    /// `{"to","subject","text","html"}`, for e-mail gateways.
    Email,
}

impl Template {
    /// All templates.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Slack, Self::Email];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Slack => "slack",
            Self::Email => "email",
        }
    }

    /// The template with that wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.as_str() == name)
    }

    /// A description for shop owners.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Standard => "The complete event as JSON, by Standard Webhooks 1.0.0.",
            Self::Slack => "A message for a Slack incoming webhook or a compatible service.",
            Self::Email => "Recipient, subject, text and HTML as JSON, for an e-mail gateway.",
        }
    }
}

/// Escapes text for Slack's `mrkdwn`: the three special characters as Slack requires, so that no text becomes a link or
/// a mention, and formatting marks with zero-width spaces.
#[must_use]
pub fn mrkdwn(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A mark only formats at the edge of a word; zero-width spaces keep it away from any edge.
            '*' | '_' | '~' | '`' => out.extend(['\u{200b}', character, '\u{200b}']),
            character if character.is_control() && character != '\n' => out.push(' '),
            character => out.push(character),
        }
    }
    out
}

/// Escapes text for HTML, including quoted attributes.
#[must_use]
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            character if character.is_control() && character != '\n' => out.push(' '),
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_for_slack_and_html() {
        for (text, slack, page) in [
            ("Very good", "Very good", "Very good"),
            (
                "<!channel> & <https://evil.example|click>",
                "&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;",
                "&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;",
            ),
            (
                "<img src=x onerror='a(\"b\")'>",
                "&lt;img src=x onerror='a(\"b\")'&gt;",
                "&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;&gt;",
            ),
            ("*a*", "\u{200b}*\u{200b}a\u{200b}*\u{200b}", "*a*"),
            ("two\nlines\r\u{7}", "two\nlines  ", "two\nlines  "),
            ("żółć 🙂", "żółć 🙂", "żółć 🙂"),
        ] {
            assert_eq!(mrkdwn(text), slack);
            assert_eq!(html(text), page);
        }
    }

    #[test]
    fn templates_have_names_and_descriptions() {
        for template in Template::ALL {
            assert_eq!(Template::parse(template.as_str()), Some(template));
            assert!(template.description().ends_with('.'));
        }
        assert_eq!(Template::parse("teams"), None);
    }
}
