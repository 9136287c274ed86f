//! Texts of hosted pages. They are separate from the widget's texts, which a hosted page does not load.

use survey::Language;

/// A heading and a sentence below it.
pub(in crate::pages) type Notice = (&'static str, &'static str);

/// The texts of one language.
#[derive(Debug)]
pub(in crate::pages) struct Words {
    /// The language tag.
    pub(in crate::pages) language: &'static str,
    /// The survey is closed.
    pub(super) closed: Notice,
    /// The survey does not exist.
    pub(super) unknown: Notice,
    /// An internal error.
    pub(in crate::pages) later: Notice,
    /// Shown if scripts are disabled.
    pub(super) no_script: &'static str,
}

impl Words {
    /// The fallback.
    pub(in crate::pages) const fn english() -> &'static Self {
        &ENGLISH
    }

    /// The texts in a language; English if there are none.
    pub(super) fn of(language: &Language) -> &'static Self {
        Self::known(language).unwrap_or(Self::english())
    }

    /// The texts in a language, if there are any.
    pub(in crate::pages) fn known(language: &Language) -> Option<&'static Self> {
        OTHERS.iter().chain([Self::english()]).find(|words| words.language == language.primary())
    }
}

static ENGLISH: Words = Words {
    language: "en",
    closed: ("This survey is closed", "Thank you for your interest."),
    unknown: (
        "There is no survey here",
        "The link may be incomplete. Please open it again from the message you received.",
    ),
    later: ("This page is not available right now", "Please try again in a few minutes."),
    no_script: "This survey needs JavaScript. Please enable it in your browser, then reload this page.",
};

static OTHERS: [Words; 11] = [
    Words {
        language: "pl",
        closed: ("Ta ankieta jest już zamknięta", "Dziękujemy za chęć podzielenia się opinią."),
        unknown: ("Tutaj nie ma ankiety", "Link może być niepełny. Otwórz go jeszcze raz z otrzymanej wiadomości."),
        later: ("Ta strona jest chwilowo niedostępna", "Spróbuj ponownie za kilka minut."),
        no_script: "Ta ankieta wymaga JavaScriptu. Włącz go w przeglądarce i załaduj stronę ponownie.",
    },
    Words {
        language: "ro",
        closed: ("Acest chestionar s-a încheiat", "Vă mulțumim că ați dorit să vă spuneți părerea."),
        unknown: (
            "Aici nu este niciun chestionar",
            "Linkul poate fi incomplet. Deschideți-l din nou din mesajul primit.",
        ),
        later: ("Această pagină nu este disponibilă momentan", "Încercați din nou peste câteva minute."),
        no_script: "Acest chestionar are nevoie de JavaScript. Activați-l în browser, apoi reîncărcați pagina.",
    },
    Words {
        language: "de",
        closed: ("Diese Umfrage ist beendet", "Danke, dass Sie uns Ihre Meinung sagen wollten."),
        unknown: (
            "Hier gibt es keine Umfrage",
            "Vielleicht ist der Link unvollständig. Bitte öffnen Sie ihn noch einmal aus der Nachricht.",
        ),
        later: ("Diese Seite ist gerade nicht erreichbar", "Bitte versuchen Sie es in einigen Minuten noch einmal."),
        no_script: "Diese Umfrage braucht JavaScript. Bitte schalten Sie es im Browser ein und laden Sie die Seite neu.",
    },
    Words {
        language: "fr",
        closed: ("Ce questionnaire est terminé", "Merci d’avoir voulu donner votre avis."),
        unknown: (
            "Il n’y a pas de questionnaire ici",
            "Le lien est peut-être incomplet. Veuillez l’ouvrir à nouveau depuis le message reçu.",
        ),
        later: ("Cette page n’est pas disponible pour le moment", "Veuillez réessayer dans quelques minutes."),
        no_script: "Ce questionnaire a besoin de JavaScript. Activez-le dans votre navigateur, puis rechargez la page.",
    },
    Words {
        language: "es",
        closed: ("Esta encuesta ha terminado", "Gracias por querer dar su opinión."),
        unknown: (
            "Aquí no hay ninguna encuesta",
            "Puede que el enlace esté incompleto. Ábralo de nuevo desde el mensaje que recibió.",
        ),
        later: ("Esta página no está disponible en este momento", "Inténtelo de nuevo en unos minutos."),
        no_script: "Esta encuesta necesita JavaScript. Actívelo en su navegador y vuelva a cargar la página.",
    },
    Words {
        language: "it",
        closed: ("Questo sondaggio è chiuso", "Grazie per aver voluto dare la sua opinione."),
        unknown: (
            "Qui non c’è nessun sondaggio",
            "Il link potrebbe essere incompleto. Lo apra di nuovo dal messaggio ricevuto.",
        ),
        later: ("Questa pagina al momento non è disponibile", "Riprovi tra qualche minuto."),
        no_script: "Questo sondaggio richiede JavaScript. Lo attivi nel browser e ricarichi la pagina.",
    },
    Words {
        language: "cs",
        closed: ("Tento dotazník je uzavřen", "Děkujeme, že jste nám chtěli sdělit svůj názor."),
        unknown: ("Zde žádný dotazník není", "Odkaz může být neúplný. Otevřete jej prosím znovu ze zprávy."),
        later: ("Tato stránka je právě nedostupná", "Zkuste to prosím za několik minut."),
        no_script: "Tento dotazník potřebuje JavaScript. Zapněte jej v prohlížeči a načtěte stránku znovu.",
    },
    Words {
        language: "sk",
        closed: ("Tento dotazník je uzavretý", "Ďakujeme, že ste nám chceli povedať svoj názor."),
        unknown: ("Tu žiadny dotazník nie je", "Odkaz môže byť neúplný. Otvorte ho, prosím, znova zo správy."),
        later: ("Táto stránka je práve nedostupná", "Skúste to, prosím, o niekoľko minút."),
        no_script: "Tento dotazník potrebuje JavaScript. Zapnite ho v prehliadači a načítajte stránku znova.",
    },
    Words {
        language: "hu",
        closed: ("Ez a kérdőív lezárult", "Köszönjük, hogy el szerette volna mondani a véleményét."),
        unknown: ("Itt nincs kérdőív", "Lehet, hogy a link hiányos. Kérjük, nyissa meg újra a kapott üzenetből."),
        later: ("Ez az oldal jelenleg nem érhető el", "Kérjük, próbálja újra néhány perc múlva."),
        no_script: "Ehhez a kérdőívhez JavaScript szükséges. Kapcsolja be a böngészőben, majd töltse újra az oldalt.",
    },
    Words {
        language: "uk",
        closed: ("Це опитування завершено", "Дякуємо за бажання поділитися думкою."),
        unknown: (
            "Тут немає опитування",
            "Можливо, посилання неповне. Відкрийте його ще раз з отриманого повідомлення.",
        ),
        later: ("Ця сторінка зараз недоступна", "Спробуйте ще раз за кілька хвилин."),
        no_script: "Для цього опитування потрібен JavaScript. Увімкніть його в браузері та оновіть сторінку.",
    },
    Words {
        language: "ar",
        closed: ("انتهى هذا الاستبيان", "شكرًا لرغبتك في إبداء رأيك."),
        unknown: ("لا يوجد استبيان هنا", "قد يكون الرابط غير مكتمل. يُرجى فتحه مرة أخرى من الرسالة التي وصلتك."),
        later: ("هذه الصفحة غير متاحة حاليًا", "يُرجى المحاولة مرة أخرى بعد بضع دقائق."),
        no_script: "يحتاج هذا الاستبيان إلى JavaScript. يُرجى تفعيله في المتصفح ثم إعادة تحميل الصفحة.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_the_service_has_texts() {
        for words in survey::words::ALL {
            let language = Language::parse(words.language).unwrap();
            assert!(Words::known(&language).is_some(), "{}", words.language);
        }
        assert_eq!(Words::of(&Language::parse("sv").unwrap()).language, "en");
    }
}
