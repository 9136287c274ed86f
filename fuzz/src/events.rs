use serde_json::json;
use survey::{Language, funnel::Batch, submission::Device, wire::read_events};

/// Accepted events survive a round trip through JSON, and there are at most as many as allowed.
pub fn events(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match read_events(text) {
        Err(problems) => crate::are_reported(&problems),
        Ok(batch) => {
            assert!((1..=Batch::MAX).contains(&batch.events.len()));
            let events = batch.events.iter().map(|event| {
                assert!(event.version > 0 && !event.survey.is_empty());
                json!({
                    "survey": event.survey, "version": event.version, "event": event.step.as_str(),
                    "device": event.device.map(Device::as_str),
                    "language": event.language.as_ref().map(Language::as_str), "token": event.token,
                })
            });
            let written = json!({ "key": batch.key, "events": events.collect::<Vec<_>>() }).to_string();
            assert_eq!(read_events(&written).as_ref(), Ok(&batch), "{written}");
        }
    }
}
