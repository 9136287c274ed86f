//! In which form a receiver wants to be told.

use alloc::string::String;

/// The form of a body. Whatever it is, it is signed the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// `{"type","timestamp","data"}`, as Standard Webhooks has it.
    Standard,
    /// What an incoming webhook of Slack takes, and of those who copied it.
    Slack,
    /// `{"to","subject","text","html"}`, what gateways that send e-mail take.
    Email,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Slack, Self::Email];

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Slack => "slack",
            Self::Email => "email",
        }
    }

    /// The template of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.as_str() == name)
    }

    /// What it is, for a person.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Standard => "The whole event as JSON, by Standard Webhooks 1.0.0.",
            Self::Slack => "A message for an incoming webhook of Slack, or of a service that takes the same.",
            Self::Email => "To, subject, text and HTML as JSON, for a gateway that sends e-mail.",
        }
    }
}

/// Text of a shopper for Slack's `mrkdwn`: the three letters that mean something there are written as Slack wants them, so
/// that no text becomes a link or calls anybody; and what would be bold, struck or code is kept from being so.
#[must_use]
pub fn mrkdwn(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A mark only counts at the edge of a word: one that is followed by a letter of no width is at none.
            '*' | '_' | '~' | '`' => out.extend(['\u{200b}', letter, '\u{200b}']),
            letter if letter.is_control() && letter != '\n' => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

/// Text of a shopper for HTML, also within an attribute in quotation marks.
#[must_use]
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter if letter.is_control() && letter != '\n' => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_texts() {
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
    fn templates_have_names() {
        for template in Template::ALL {
            assert_eq!(Template::parse(template.as_str()), Some(template));
            assert!(template.description().ends_with('.'));
        }
        assert_eq!(Template::parse("teams"), None);
    }
}
