//! A way to reach the shopper, and that the shopper agrees to it.

use super::{Field, Said, field::alert, keys::Key};
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
        // As long as the longest address and the longest number with its spaces.
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

    pub(super) fn handle(&mut self, event: &Event, send: bool) -> Said {
        if send {
            return self.send();
        }
        match *event {
            Event::Click { node, checked } if node == self.consent.node => self.agreed = checked,
            Event::Input { .. } => {
                self.field.content();
                self.consent.content();
            }
            Event::Key { node, key: Key::Enter } if node == self.field.node => return self.send(),
            _ => {}
        }
        // The browser writes and ticks.
        Said::Nothing
    }

    pub(super) const fn chosen(&self) -> AnswerMask {
        self.agreed as AnswerMask
    }

    fn send(&self) -> Said {
        if host::filled(self.field.node) == 0 {
            self.field.complain(if self.phone { text!(".ui.invalid_phone") } else { text!(".ui.invalid_email") });
        } else if self.agreed {
            host::answer(0, self.field.node);
            return Said::Answer(Answer::AnswerMask(1));
        } else {
            self.consent.complain(text!(".ui.agree_missing"));
        }
        Said::Done
    }
}
