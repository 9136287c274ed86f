use insight::redact;
use survey::{
    Submission, SubmissionId,
    submission::{Context, page_url},
};

/// Redaction is idempotent, leaves unmasked text unchanged, and counts every mask, for texts and for page URLs.
pub fn redact(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let once = redact::text(text);
    assert_eq!(once.counts.total() == 0, once.text == text);
    let twice = redact::text(&once.text);
    assert_eq!((twice.text.as_str(), twice.counts.total()), (once.text.as_str(), 0), "{text:?} a second time");
    for (kind, count) in once.counts.each() {
        let placeholder = format!("[{kind}]");
        let added = once.text.matches(&placeholder).count().checked_sub(text.matches(&placeholder).count());
        assert_eq!(added, usize::try_from(count).ok(), "{kind} in {text:?}");
    }

    let Ok(id) = SubmissionId::parse("0192f7c0-7c5e-7b1a-9d7e-2f1c6c1f0a11") else { return };
    let url = format!("https://shop.example/{text}");
    let context = Context { url: Some(url.clone()), ..Context::default() };
    let mut page = Submission {
        id,
        client_secret: None,
        revision: 1,
        answers: Vec::new(),
        complete: false,
        context,
        token: None,
        honeypot: false,
    };
    let counts = redact::submission(&mut page);
    let mut cut = url.clone();
    page_url::cut(&mut cut);
    assert_eq!(counts.total() == 0, page.context.url.as_ref() == Some(&cut));
    let once = page.clone();
    assert_eq!(redact::submission(&mut page).total(), 0, "{url:?} a second time");
    assert_eq!(page, once);
    assert!(page.context.url.is_some_and(|url| url.starts_with("https://")));
}
