//! A contact field with the shopper's consent to be contacted.

use super::{Action, Field, field::alert, keys::Key};
use crate::{
    app::Event,
    host::{self, text},
    state::Answer,
};
use survey::flow::AnswerMask;

#[derive(Debug)]
pub(super) struct Contact {
    field: Field,
    consent: Field,
    agreed: bool,
    phone: bool,
}

impl Contact {
    pub(super) fn draw(group: u32, shown: AnswerMask) -> Self {
        let phone = host::number(text!(".phone")) > 0;
        let agreed = shown != 0;
        let form = host::add(group, text!("div class=contact"), text!(""), 0);
        let label = host::add(form, text!("label"), text!(".q.label"), 0);
        // The longest e-mail address, and the longest phone number with spaces.
        let field = if phone {
            text!("input name=contact type=tel autocomplete=tel maxlength=40 required aria-describedby=missing")
        } else {
            text!("input name=contact type=email autocomplete=email maxlength=254 required aria-describedby=missing")
        };
        let field = host::add(label, field, text!(""), 0);
        let label = host::add(form, text!("label class=consent"), text!(""), 0);
        let consent = host::add(label, text!("input type=checkbox required aria-describedby=missing"), text!(""), 0);
        if agreed {
            host::set(consent, text!("checked"), text!(""), 0);
        }
        host::add(label, text!("span"), text!(".q.consent"), 0);
        let missing = alert(form);
        Self { field: Field { node: field, missing }, consent: Field { node: consent, missing }, agreed, phone }
    }

    pub(super) fn handle(&mut self, event: &Event, send: bool) -> Action {
        if send {
            return self.send();
        }
        match *event {
            Event::Click { node, checked } if node == self.consent.node => self.agreed = checked,
            Event::Input { .. } => {
                self.field.clear_error();
                self.consent.clear_error();
            }
            Event::Key { node, key: Key::Enter } if node == self.field.node => return self.send(),
            _ => {}
        }
        // The browser edits the field and checks the box.
        Action::Nothing
    }

    pub(super) const fn chosen(&self) -> AnswerMask {
        self.agreed as AnswerMask
    }

    fn send(&self) -> Action {
        if host::filled(self.field.node) == 0 {
            self.field.show_error(if self.phone { text!(".ui.invalid_phone") } else { text!(".ui.invalid_email") });
        } else if self.agreed {
            host::answer(0, self.field.node);
            return Action::Answer(Answer::Given(1));
        } else {
            self.consent.show_error(text!(".ui.agree_missing"));
        }
        Action::Done
    }
}
