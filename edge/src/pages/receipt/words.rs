//! Texts of the receipt page, in every language of the service.

use crate::pages::hosted::words::Notice;
use survey::Language;
/// The texts of one language.
#[derive(Debug)]
pub(super) struct Words {
    /// The language tag.
    pub(super) language: &'static str,
    /// The heading of the answers.
    pub(super) kept: &'static str,
    /// Shown if personal data was masked.
    pub(super) masked: &'static str,
    /// The label of the button.
    pub(super) delete: &'static str,
    /// The description of the button.
    pub(super) at_once: &'static str,
    /// The response was deleted.
    pub(super) deleted: Notice,
    /// The code or its response does not exist.
    pub(super) nothing: Notice,
    /// The response was accepted and is not stored yet.
    pub(super) queued: Notice,
}

impl Words {
    /// The texts in a language; English if there are none.
    pub(super) fn of(language: &Language) -> &'static Self {
        Self::known(language).unwrap_or(&ENGLISH)
    }

    /// The fallback.
    pub(super) const fn english() -> &'static Self {
        &ENGLISH
    }

    /// The texts in a language, if there are any.
    pub(super) fn known(language: &Language) -> Option<&'static Self> {
        OTHERS.iter().chain([&ENGLISH]).find(|words| words.language == language.primary())
    }
}

static ENGLISH: Words = Words {
    language: "en",
    kept: "Your answer, as stored",
    masked: "Text in square brackets was removed before your answer was stored.",
    delete: "Delete my answer",
    at_once: "It is deleted immediately and cannot be restored.",
    deleted: ("Your answer is deleted", "Nothing is stored under this code any more."),
    nothing: ("Nothing is stored under this code", "The answer was deleted, or the link is incomplete."),
    queued: ("Your answer is on its way", "You will see it here in a few minutes. You can delete it already."),
};

static OTHERS: [Words; 11] = [
    Words {
        language: "pl",
        kept: "Twoja odpowiedź, tak jak jest zapisana",
        masked: "To, co było w miejscu nawiasów kwadratowych, usunięto przed zapisaniem odpowiedzi.",
        delete: "Usuń moją odpowiedź",
        at_once: "Zostanie usunięta od razu i nie da się jej przywrócić.",
        deleted: ("Twoja odpowiedź została usunięta", "Pod tym kodem nic już nie jest zapisane."),
        nothing: ("Pod tym kodem nic nie jest zapisane", "Odpowiedź usunięto albo link jest niepełny."),
        queued: ("Twoja odpowiedź jest w drodze", "Pojawi się tutaj za kilka minut. Już teraz możesz ją usunąć."),
    },
    Words {
        language: "ro",
        kept: "Răspunsul dumneavoastră, așa cum este păstrat",
        masked: "Ce apare între paranteze drepte a fost eliminat înainte ca răspunsul să fie păstrat.",
        delete: "Șterge răspunsul meu",
        at_once: "Este șters imediat și nu mai poate fi recuperat.",
        deleted: ("Răspunsul dumneavoastră a fost șters", "Sub acest cod nu se mai păstrează nimic."),
        nothing: ("Sub acest cod nu se păstrează nimic", "Răspunsul a fost șters sau linkul este incomplet."),
        queued: (
            "Răspunsul dumneavoastră este pe drum",
            "Îl veți vedea aici peste câteva minute. Îl puteți șterge deja.",
        ),
    },
    Words {
        language: "de",
        kept: "Ihre Antwort, so wie sie gespeichert ist",
        masked: "Was in eckigen Klammern steht, wurde vor dem Speichern entfernt.",
        delete: "Meine Antwort löschen",
        at_once: "Sie wird sofort gelöscht und lässt sich nicht wiederherstellen.",
        deleted: ("Ihre Antwort ist gelöscht", "Unter diesem Code ist nichts mehr gespeichert."),
        nothing: (
            "Unter diesem Code ist nichts gespeichert",
            "Die Antwort wurde gelöscht, oder der Link ist unvollständig.",
        ),
        queued: (
            "Ihre Antwort ist unterwegs",
            "In einigen Minuten sehen Sie sie hier. Löschen können Sie sie schon jetzt.",
        ),
    },
    Words {
        language: "fr",
        kept: "Votre réponse, telle qu’elle est conservée",
        masked: "Ce qui figure entre crochets a été retiré avant la conservation de votre réponse.",
        delete: "Supprimer ma réponse",
        at_once: "Elle est supprimée aussitôt et ne peut pas être récupérée.",
        deleted: ("Votre réponse est supprimée", "Plus rien n’est conservé sous ce code."),
        nothing: ("Rien n’est conservé sous ce code", "La réponse a été supprimée, ou le lien est incomplet."),
        queued: (
            "Votre réponse est en route",
            "Vous la verrez ici dans quelques minutes. Vous pouvez déjà la supprimer.",
        ),
    },
    Words {
        language: "es",
        kept: "Su respuesta, tal como se conserva",
        masked: "Lo que aparece entre corchetes se eliminó antes de guardar su respuesta.",
        delete: "Eliminar mi respuesta",
        at_once: "Se elimina de inmediato y no se puede recuperar.",
        deleted: ("Su respuesta se ha eliminado", "Ya no se conserva nada con este código."),
        nothing: ("No se conserva nada con este código", "La respuesta se eliminó o el enlace está incompleto."),
        queued: ("Su respuesta está en camino", "La verá aquí en unos minutos. Ya puede eliminarla."),
    },
    Words {
        language: "it",
        kept: "La sua risposta, così come è conservata",
        masked: "Ciò che compare tra parentesi quadre è stato rimosso prima di conservare la risposta.",
        delete: "Elimina la mia risposta",
        at_once: "Viene eliminata subito e non può essere recuperata.",
        deleted: ("La sua risposta è stata eliminata", "Con questo codice non è più conservato nulla."),
        nothing: (
            "Con questo codice non è conservato nulla",
            "La risposta è stata eliminata oppure il link è incompleto.",
        ),
        queued: ("La sua risposta è in arrivo", "La vedrà qui tra qualche minuto. Può già eliminarla."),
    },
    Words {
        language: "cs",
        kept: "Vaše odpověď tak, jak je uložena",
        masked: "To, co je v hranatých závorkách, bylo před uložením odpovědi odstraněno.",
        delete: "Smazat moji odpověď",
        at_once: "Smaže se hned a nelze ji obnovit.",
        deleted: ("Vaše odpověď je smazána", "Pod tímto kódem už není nic uloženo."),
        nothing: ("Pod tímto kódem není nic uloženo", "Odpověď byla smazána, nebo je odkaz neúplný."),
        queued: ("Vaše odpověď je na cestě", "Za několik minut ji tu uvidíte. Smazat ji můžete už teď."),
    },
    Words {
        language: "sk",
        kept: "Vaša odpoveď tak, ako je uložená",
        masked: "To, čo je v hranatých zátvorkách, sa pred uložením odpovede odstránilo.",
        delete: "Vymazať moju odpoveď",
        at_once: "Vymaže sa hneď a nedá sa obnoviť.",
        deleted: ("Vaša odpoveď je vymazaná", "Pod týmto kódom už nie je nič uložené."),
        nothing: ("Pod týmto kódom nie je nič uložené", "Odpoveď bola vymazaná alebo je odkaz neúplný."),
        queued: ("Vaša odpoveď je na ceste", "O niekoľko minút ju tu uvidíte. Vymazať ju môžete už teraz."),
    },
    Words {
        language: "hu",
        kept: "Az Ön válasza, ahogyan megőrizzük",
        masked: "Ami szögletes zárójelben áll, azt a válasz megőrzése előtt eltávolítottuk.",
        delete: "A válaszom törlése",
        at_once: "Azonnal töröljük, és nem állítható vissza.",
        deleted: ("A válaszát töröltük", "Ehhez a kódhoz már semmi sincs megőrizve."),
        nothing: ("Ehhez a kódhoz semmi sincs megőrizve", "A választ törölték, vagy a link hiányos."),
        queued: ("A válasza úton van", "Néhány perc múlva itt látja. Már most is törölheti."),
    },
    Words {
        language: "uk",
        kept: "Ваша відповідь, як її збережено",
        masked: "Те, що стоїть у квадратних дужках, вилучено перед збереженням відповіді.",
        delete: "Видалити мою відповідь",
        at_once: "Її буде видалено одразу й без можливості відновлення.",
        deleted: ("Вашу відповідь видалено", "За цим кодом більше нічого не зберігається."),
        nothing: ("За цим кодом нічого не зберігається", "Відповідь видалено, або посилання неповне."),
        queued: ("Ваша відповідь у дорозі", "Ви побачите її тут за кілька хвилин. Видалити її можна вже зараз."),
    },
    Words {
        language: "ar",
        kept: "إجابتك كما هي محفوظة",
        masked: "ما يظهر بين قوسين مربعين حُذف قبل حفظ إجابتك.",
        delete: "احذف إجابتي",
        at_once: "تُحذف فورًا ولا يمكن استعادتها.",
        deleted: ("حُذفت إجابتك", "لم يعد هناك شيء محفوظ تحت هذا الرمز."),
        nothing: ("لا شيء محفوظ تحت هذا الرمز", "حُذفت الإجابة، أو أن الرابط غير مكتمل."),
        queued: ("إجابتك في الطريق", "ستراها هنا خلال بضع دقائق. يمكنك حذفها من الآن."),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_the_service_has_texts() {
        for words in survey::words::ALL {
            let language = Language::parse(words.language).unwrap();
            let known = Words::known(&language).unwrap();
            for word in [known.kept, known.masked, known.delete, known.at_once, known.deleted.0, known.nothing.1] {
                assert!(!word.is_empty() && !word.contains('{'), "{}", words.language);
            }
        }
        assert_eq!(Words::of(&Language::parse("sv").unwrap()).language, "en");
    }
}
