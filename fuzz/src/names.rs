use survey::{
    Language, Origin, Slug, SubmissionId, contact, day::Day, plausibility::Flags, question::Channel, theme::Rgb,
};

/// An accepted origin is in canonical form: it parses to itself, and a browser that sends it is allowed.
pub fn origin(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(origin) = Origin::parse(text) else { return };
    assert_eq!(Origin::parse(origin.as_str()).as_ref(), Ok(&origin));
    assert!(origin.matches(origin.as_str()));
    assert!(origin.as_str().len() <= Origin::MAX && origin.as_str().is_ascii());
    let (scheme, host) = origin.as_str().split_once("://").unwrap_or_default();
    assert!(matches!(scheme, "https" | "http"));
    assert!(!host.is_empty() && !host.contains(['/', '@', '*', '?', '#', ' ']), "{host}");
}

/// Short values with one canonical form: ids, languages, days, contacts, colours, flags.
pub fn names(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(slug) = Slug::parse(text) {
        assert_eq!(slug.as_str(), text);
    }
    if let Ok(id) = SubmissionId::parse(text) {
        assert_eq!(SubmissionId::parse(id.as_str()).as_ref(), Ok(&id));
        assert!((0..1 << 48).contains(&id.time_ms()));
    }
    if let Ok(language) = Language::parse(text) {
        assert_eq!(Language::parse(language.as_str()).as_ref(), Ok(&language));
        assert!(language.as_str().starts_with(language.primary()));
    }
    if let Ok(day) = Day::parse(text) {
        assert_eq!(Day::parse(&day.to_string()), Ok(day));
    }
    for channel in [Channel::Email, Channel::Phone] {
        if let Some(address) = contact::normalize(channel, text) {
            assert_eq!(contact::normalize(channel, &address).as_ref(), Some(&address));
        }
    }
    if let Some(color) = Rgb::parse(text) {
        let contrast = color.contrast(Rgb::WHITE).max(color.contrast(Rgb::BLACK));
        assert!((4.5..=21.0).contains(&contrast), "black or white text is readable on every colour: {contrast}");
    }
    if let Some(flag) = Flags::parse(text) {
        assert!(flag.names().eq([text]));
    }
}
