//! The words themselves, one table a language.

use super::Words;

/// English.
pub const ENGLISH: Words = Words {
    language: "en",
    send: "Send",
    skip: "Skip",
    close: "Close",
    of: "{n} of {max}",
    sending: "Sending…",
    saved: "Saved on this page. It will be sent as soon as the connection is back.",
    failed: "Your answer could not be accepted. We are sorry about that.",
    other: "Tell us what",
    left: "{n} characters left",
    region: "Your opinion of {shop}",
    thanks: "Thank you!",
    nps: ("Not at all likely", "Extremely likely"),
    ces: ("Strongly disagree", "Strongly agree"),
    csat: ("Very dissatisfied", "Very satisfied"),
};

/// Polish.
pub const POLISH: Words = Words {
    language: "pl",
    send: "Wyślij",
    skip: "Pomiń",
    close: "Zamknij",
    of: "{n} z {max}",
    sending: "Wysyłanie…",
    saved: "Zapisano na tej stronie. Wyślemy, gdy tylko wróci połączenie.",
    failed: "Nie udało się przyjąć odpowiedzi. Przepraszamy.",
    other: "Napisz, co",
    left: "Pozostało znaków: {n}",
    region: "Twoja opinia o sklepie {shop}",
    thanks: "Dziękujemy!",
    nps: ("zupełnie nieprawdopodobne", "niezwykle prawdopodobne"),
    ces: ("zdecydowanie się nie zgadzam", "zdecydowanie się zgadzam"),
    csat: ("bardzo źle", "bardzo dobrze"),
};

/// Romanian.
pub const ROMANIAN: Words = Words {
    language: "ro",
    send: "Trimite",
    skip: "Omite",
    close: "Închide",
    of: "{n} din {max}",
    sending: "Se trimite…",
    saved: "Răspunsul este păstrat pe această pagină și va fi trimis când revine conexiunea.",
    failed: "Răspunsul nu a putut fi acceptat. Ne pare rău.",
    other: "Spuneți-ne ce anume",
    left: "Caractere rămase: {n}",
    region: "Părerea dumneavoastră despre {shop}",
    thanks: "Vă mulțumim!",
    nps: ("deloc probabil", "extrem de probabil"),
    ces: ("dezacord total", "acord total"),
    csat: ("foarte nemulțumit(ă)", "foarte mulțumit(ă)"),
};
