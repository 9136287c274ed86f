//! Responses as rows of a table: one column for each question.

use super::item::{Asked, Form, Member, class_of, stored};
use crate::{
    http::error::Error,
    store::{Column as Question, ResponseRow},
    time::clock,
};
use insight::csv_writer::{Cell, CsvWriter};
use std::borrow::Cow;
use survey::{plausibility::Flags, wire::StoredAnswer};

/// Between several tags, flags or choices of one cell. None of them has it in its name.
const BETWEEN: &str = "|";

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Member(Member),
    OrderId,
    OrderValue,
    OrderCurrency,
    /// The answer to a question: its score, its text, the ids of its choices, or an address.
    Answer(String),
    /// What was written beside the choices.
    Other(String),
    /// What its score counts as.
    Class(String),
    /// Answers to questions that have no column, as JSON; nearly always empty.
    Rest,
}

/// What a cell holds.
enum Value<'a> {
    Nothing,
    Words(Cow<'a, str>),
    Number(i64),
}

impl<'a> Value<'a> {
    fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Words(text.into()))
    }

    fn joined(words: &[impl AsRef<str>]) -> Self {
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        if words.is_empty() { Self::Nothing } else { Self::Words(words.join(BETWEEN).into()) }
    }

    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Nothing => Cell::Empty,
            Self::Words(words) => Cell::Text(words),
            Self::Number(number) => Cell::Number(*number),
        }
    }
}

/// Which columns there are.
#[derive(Debug, Clone)]
pub(super) struct Table {
    columns: Vec<Column>,
}

impl Table {
    /// The columns of a form over these questions.
    pub(super) fn new(form: Form, questions: &[Question]) -> Self {
        let mut columns = Vec::new();
        for (member, _) in Member::ALL.iter().filter(|(member, _)| form.has(*member)) {
            match member {
                Member::answers => {
                    for Question { question, other, scored } in questions {
                        columns.push(Column::Answer(question.clone()));
                        columns.extend((*other == 1).then(|| Column::Other(question.clone())));
                        columns.extend((form.explains() && *scored == 1).then(|| Column::Class(question.clone())));
                    }
                    columns.push(Column::Rest);
                }
                Member::order => columns.extend([Column::OrderId, Column::OrderValue, Column::OrderCurrency]),
                member => columns.push(Column::Member(*member)),
            }
        }
        Self { columns }
    }

    /// Writes the names of the columns: the same in every language.
    pub(super) fn head(&self, sheet: &mut CsvWriter) -> Result<(), Error> {
        let names: Vec<Cow<'_, str>> = self.columns.iter().map(Column::name).collect();
        sheet.row(names.iter().map(|name| Cell::Text(name))).map_err(|error| unwritten(&error))
    }

    /// Writes a response.
    pub(super) fn row(&self, sheet: &mut CsvWriter, row: &ResponseRow, asked: Asked<'_>) -> Result<(), Error> {
        let answers: Vec<StoredAnswer> = stored(&row.id, Some(&row.answers))?;
        let values = self.columns.iter().map(|column| self.value(column, row, &answers, asked));
        let values: Vec<Value<'_>> = values.collect::<Result<_, _>>()?;
        sheet.row(values.iter().map(Value::cell)).map_err(|error| unwritten(&error))
    }

    fn value<'a>(
        &self,
        column: &Column,
        row: &'a ResponseRow,
        answers: &'a [StoredAnswer],
        asked: Asked<'_>,
    ) -> Result<Value<'a>, Error> {
        let to = |question: &str| answers.iter().find(|answer| answer.question == question);
        Ok(match column {
            Column::Member(member) => of_member(*member, row, asked)?,
            Column::OrderId => Value::text(row.order_id.as_deref()),
            Column::OrderValue => row.order_value.map_or(Value::Nothing, Value::Number),
            Column::OrderCurrency => Value::text(row.order_currency.as_deref()),
            Column::Answer(question) => to(question).map_or(Value::Nothing, answered),
            Column::Other(question) => Value::text(to(question).and_then(|answer| answer.other.as_deref())),
            Column::Class(question) => Value::text(to(question).and_then(class_of)),
            Column::Rest => self.rest(row, answers)?,
        })
    }

    fn rest(&self, row: &ResponseRow, answers: &[StoredAnswer]) -> Result<Value<'static>, Error> {
        let has_column = |answer: &StoredAnswer| {
            let has = |column: &Column| matches!(column, Column::Answer(question) if *question == answer.question);
            let has_other = |column: &Column| matches!(column, Column::Other(question) if *question == answer.question);
            self.columns.iter().any(has) && (answer.other.is_none() || self.columns.iter().any(has_other))
        };
        let rest: Vec<&StoredAnswer> = answers.iter().filter(|answer| !has_column(answer)).collect();
        if rest.is_empty() {
            return Ok(Value::Nothing);
        }
        let text = serde_json::to_string(&rest);
        text.map(|text| Value::Words(text.into())).map_err(|error| Error::internal(format!("{}: {error}", row.id)))
    }
}

impl Column {
    fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Member(member) => {
                let name = Member::ALL.iter().find(|(known, _)| known == member).map_or("", |(_, name)| *name);
                name.into()
            }
            Self::OrderId => "order_id".into(),
            Self::OrderValue => "order_value".into(),
            Self::OrderCurrency => "order_currency".into(),
            Self::Answer(question) => format!("answer.{question}").into(),
            Self::Other(question) => format!("answer.{question}.other").into(),
            Self::Class(question) => format!("answer.{question}.class").into(),
            Self::Rest => "answers.rest".into(),
        }
    }
}

fn answered(answer: &StoredAnswer) -> Value<'_> {
    match answer {
        StoredAnswer { score: Some(score), .. } => Value::Number((*score).into()),
        StoredAnswer { choices: Some(choices), .. } => Value::joined(choices),
        _ => Value::text(answer.text.as_deref().or(answer.contact.as_deref())),
    }
}

fn of_member<'a>(member: Member, row: &'a ResponseRow, asked: Asked<'_>) -> Result<Value<'a>, Error> {
    Ok(match member {
        Member::id => Value::text(Some(&row.id)),
        Member::survey => Value::text(Some(&row.survey)),
        Member::survey_name => asked.name().map_or(Value::Nothing, |name| Value::Words(name.into())),
        Member::version => Value::Number(row.version.into()),
        Member::revision => Value::Number(row.revision.into()),
        Member::complete => Value::text(Some(if row.complete == 1 { "true" } else { "false" })),
        Member::touchpoint => Value::text(Some(&row.touchpoint)),
        Member::language => Value::text(row.language.as_deref()),
        Member::device => Value::text(row.device.as_deref()),
        Member::trigger => Value::text(row.source.as_deref()),
        Member::url => Value::text(row.url.as_deref()),
        Member::customer => Value::text(row.customer.as_deref()),
        Member::traits => Value::text(Some(row.traits.as_str()).filter(|traits| *traits != "{}")),
        Member::flags => Value::joined(&Flags::from_bits(row.flags).names().collect::<Vec<_>>()),
        Member::tags => Value::joined(&stored::<Vec<String>>(&row.id, row.tags.as_deref())?),
        Member::excluded => Value::text(row.excluded.as_deref()),
        Member::received_at => Value::Words(clock::rfc3339(row.received_at).into()),
        Member::updated_at => Value::Words(clock::rfc3339(row.updated_at).into()),
        // They have several columns.
        Member::answers | Member::order => Value::Nothing,
    })
}

fn unwritten(error: &impl std::fmt::Display) -> Error {
    Error::internal(format!("writing a row: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(form: Form, row: &ResponseRow) -> String {
        let questions = [("nps", 0, 1), ("why", 0, 0), ("reason", 1, 0)].map(|(question, other, scored)| Question {
            question: question.to_owned(),
            other,
            scored,
        });
        let table = Table::new(form, &questions);
        let mut sheet = CsvWriter::new();
        table.head(&mut sheet).unwrap();
        table.row(&mut sheet, row, Asked::NOBODY).unwrap();
        String::from_utf8(sheet.finish().unwrap()).unwrap()
    }

    fn row(answers: &str) -> ResponseRow {
        let row = serde_json::json!({
            "id": "r", "survey": "s", "version": 1, "revision": 2, "complete": 0, "touchpoint": "cart", "flags": 5,
            "answers": answers, "traits": r#"{"plan":"gold"}"#, "received_at": 0, "updated_at": 1, "order_id": "-7",
            "order_value": 12990, "order_currency": "PLN", "tags": r#"["a","b"]"#, "excluded": "=test", "source": "exit",
        });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn a_question_has_a_column() {
        let answers = r#"[{"question":"nps","kind":"nps","score":3},{"question":"why","kind":"text","text":"-5, =1"},
            {"question":"reason","kind":"choice","choices":["price","delivery"],"other":"@x"}]"#;
        let expected = "id,survey,version,revision,complete,touchpoint,language,device,trigger,url,answer.nps,\
            answer.why,answer.reason,answer.reason.other,answers.rest,order_id,order_value,order_currency,customer,traits,\
            flags,tags,excluded,received_at,updated_at\r\n\
            r,s,1,2,false,cart,,,exit,,3,\"'-5, =1\",price|delivery,'@x,,'-7,12990,PLN,,\"{\"\"plan\"\":\"\"gold\"\"}\",\
            too_fast|honeypot,a|b,'=test,1970-01-01T00:00:00.000Z,1970-01-01T00:00:00.001Z\r\n";
        assert_eq!(written(Form::USUAL, &row(answers)), expected);
    }

    #[test]
    fn the_complete_form_has_classes_and_names() {
        let complete = written(Form::COMPLETE, &row(r#"[{"question":"nps","kind":"nps","score":9}]"#));
        assert!(complete.starts_with("id,survey,survey_name,version,"), "{complete}");
        assert!(complete.contains("answer.nps,answer.nps.class,answer.why,"), "{complete}");
        assert!(complete.contains(",9,promoter,"), "{complete}");
    }

    #[test]
    fn what_has_no_column_is_not_lost() {
        let text = written(Form::USUAL, &row(r#"[{"question":"new","kind":"csat","score":4}]"#));
        assert!(text.contains(r#","[{""question"":""new"",""kind"":""csat"",""score"":4}]","#), "{text}");
    }
}
