use serde_json::json;
use survey::{
    Origin,
    wire::{Settings, read_quota, read_settings, read_shop, read_stored_settings},
};

/// Accepted settings and shops survive a round trip through JSON.
pub fn settings(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match read_settings(text) {
        Err(problems) => crate::are_reported(&problems),
        Ok(settings) => {
            let written = serde_json::to_string(&Settings::from(&settings)).unwrap_or_default();
            assert_eq!(read_settings(&written).as_ref(), Ok(&settings), "{written}");
            assert_eq!(read_stored_settings(&written), Ok(settings), "{written}");
        }
    }
    match read_shop(text, |_| true) {
        Err(problems) => crate::are_reported(&problems),
        Ok(shop) => {
            let written = json!({
                "name": shop.name, "language": shop.language.as_str(), "time_zone": shop.time_zone,
                "origins": shop.origins.iter().map(Origin::as_str).collect::<Vec<_>>(),
                "daily_answers": shop.daily_answers,
            });
            assert_eq!(read_shop(&written.to_string(), |_| true).as_ref(), Ok(&shop), "{written}");
        }
    }
    match read_quota(text) {
        Err(problems) => crate::are_reported(&problems),
        Ok(answers) => assert_eq!(read_quota(&json!({ "daily_answers": answers }).to_string()), Ok(answers)),
    }
}
