use survey::{
    Survey,
    wire::{Definition, read_definition, read_stored},
};

/// An accepted definition survives a round trip through JSON and through the store, and satisfies its invariants.
pub fn definition(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match read_definition(text) {
        Err(problems) => crate::are_reported(&problems),
        Ok(survey) => {
            let written = serde_json::to_string(&Definition::from(&survey)).unwrap_or_default();
            assert_eq!(read_definition(&written).as_ref(), Ok(&survey), "{written}");
            assert_eq!(read_stored(&written).as_ref(), Ok(&survey), "{written}");
            check_invariants(&survey);
        }
    }
}

fn check_invariants(survey: &Survey) {
    let questions = survey.questions();
    assert!(!questions.is_empty() && questions.len() <= Survey::MAX_QUESTIONS);
    for (at, question) in questions.iter().enumerate() {
        assert!(questions.iter().take(at).all(|earlier| earlier.id != question.id), "duplicate question id");
    }
    for (at, condition) in survey.conditions().into_iter().enumerate() {
        assert!(condition.is_none_or(|when| when.question < at), "a condition refers to a later question");
    }
    assert!(survey.languages().iter().any(|language| *language == survey.language()));
}
