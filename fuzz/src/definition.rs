use survey::{
    Survey,
    wire::{Definition, read_definition, read_stored},
};

/// A definition that is taken is the same after writing and reading, also from the store, and keeps its own promises.
pub fn definition(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match read_definition(text) {
        Err(problems) => crate::are_said(&problems),
        Ok(survey) => {
            let written = serde_json::to_string(&Definition::from(&survey)).unwrap_or_default();
            assert_eq!(read_definition(&written).as_ref(), Ok(&survey), "{written}");
            assert_eq!(read_stored(&written).as_ref(), Ok(&survey), "{written}");
            keeps(&survey);
        }
    }
}

fn keeps(survey: &Survey) {
    let questions = survey.questions();
    assert!(!questions.is_empty() && questions.len() <= Survey::MAX_QUESTIONS);
    for (at, question) in questions.iter().enumerate() {
        assert!(questions.iter().take(at).all(|earlier| earlier.id != question.id), "one id is given twice");
    }
    for (at, condition) in survey.conditions().into_iter().enumerate() {
        assert!(condition.is_none_or(|when| when.question < at), "a condition looks ahead");
    }
    assert!(survey.languages().iter().any(|language| *language == survey.language()));
}
