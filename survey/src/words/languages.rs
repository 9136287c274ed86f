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
    missing: "Please write it here, or choose another answer.",
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
    missing: "Napisz to tutaj albo wybierz inną odpowiedź.",
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
    missing: "Scrieți aici sau alegeți alt răspuns.",
    left: "Caractere rămase: {n}",
    region: "Părerea dumneavoastră despre {shop}",
    thanks: "Vă mulțumim!",
    nps: ("deloc probabil", "extrem de probabil"),
    ces: ("dezacord total", "acord total"),
    csat: ("foarte nemulțumit(ă)", "foarte mulțumit(ă)"),
};

/// German.
pub const GERMAN: Words = Words {
    language: "de",
    send: "Senden",
    skip: "Überspringen",
    close: "Schließen",
    of: "{n} von {max}",
    sending: "Wird gesendet …",
    saved: "Auf dieser Seite gemerkt. Wir senden es, sobald die Verbindung wieder da ist.",
    failed: "Ihre Antwort konnte nicht angenommen werden. Das tut uns leid.",
    other: "Schreiben Sie uns, was",
    missing: "Bitte schreiben Sie es hier oder wählen Sie eine andere Antwort.",
    left: "Noch {n} Zeichen",
    region: "Ihre Meinung zu {shop}",
    thanks: "Vielen Dank!",
    nps: ("überhaupt nicht wahrscheinlich", "äußerst wahrscheinlich"),
    ces: ("stimme überhaupt nicht zu", "stimme voll und ganz zu"),
    csat: ("sehr unzufrieden", "sehr zufrieden"),
};

/// French.
pub const FRENCH: Words = Words {
    language: "fr",
    send: "Envoyer",
    skip: "Passer",
    close: "Fermer",
    of: "{n} sur {max}",
    sending: "Envoi en cours…",
    saved: "Réponse gardée sur cette page. Elle sera envoyée dès le retour de la connexion.",
    failed: "Votre réponse n’a pas pu être acceptée. Nous en sommes désolés.",
    other: "Dites-nous quoi",
    missing: "Écrivez-le ici ou choisissez une autre réponse.",
    left: "Caractères restants : {n}",
    region: "Votre avis sur {shop}",
    thanks: "Merci !",
    nps: ("pas du tout probable", "extrêmement probable"),
    ces: ("pas du tout d’accord", "tout à fait d’accord"),
    csat: ("très insatisfait(e)", "très satisfait(e)"),
};

/// Spanish.
pub const SPANISH: Words = Words {
    language: "es",
    send: "Enviar",
    skip: "Omitir",
    close: "Cerrar",
    of: "{n} de {max}",
    sending: "Enviando…",
    saved: "Guardado en esta página. Se enviará en cuanto vuelva la conexión.",
    failed: "No hemos podido aceptar su respuesta. Lo sentimos.",
    other: "Díganos qué",
    missing: "Escríbalo aquí o elija otra respuesta.",
    left: "Caracteres restantes: {n}",
    region: "Su opinión sobre {shop}",
    thanks: "¡Gracias!",
    nps: ("nada probable", "sumamente probable"),
    ces: ("totalmente en desacuerdo", "totalmente de acuerdo"),
    csat: ("muy insatisfecho/a", "muy satisfecho/a"),
};

/// Italian.
pub const ITALIAN: Words = Words {
    language: "it",
    send: "Invia",
    skip: "Salta",
    close: "Chiudi",
    of: "{n} su {max}",
    sending: "Invio in corso…",
    saved: "Conservata in questa pagina. La invieremo appena torna la connessione.",
    failed: "Non è stato possibile accettare la risposta. Ci dispiace.",
    other: "Ci dica che cosa",
    missing: "Lo scriva qui oppure scelga un’altra risposta.",
    left: "Caratteri rimasti: {n}",
    region: "La sua opinione su {shop}",
    thanks: "Grazie!",
    nps: ("per niente probabile", "estremamente probabile"),
    ces: ("per niente d’accordo", "del tutto d’accordo"),
    csat: ("molto insoddisfatto/a", "molto soddisfatto/a"),
};

/// Czech.
pub const CZECH: Words = Words {
    language: "cs",
    send: "Odeslat",
    skip: "Přeskočit",
    close: "Zavřít",
    of: "{n} z {max}",
    sending: "Odesílání…",
    saved: "Uloženo na této stránce. Odešleme, jakmile se obnoví připojení.",
    failed: "Odpověď se nepodařilo přijmout. Omlouváme se.",
    other: "Napište nám co",
    missing: "Napište to sem, nebo zvolte jinou odpověď.",
    left: "Zbývá znaků: {n}",
    region: "Váš názor na {shop}",
    thanks: "Děkujeme!",
    nps: ("vůbec nepravděpodobné", "mimořádně pravděpodobné"),
    ces: ("rozhodně nesouhlasím", "rozhodně souhlasím"),
    csat: ("velmi nespokojen(a)", "velmi spokojen(a)"),
};

/// Slovak.
pub const SLOVAK: Words = Words {
    language: "sk",
    send: "Odoslať",
    skip: "Preskočiť",
    close: "Zavrieť",
    of: "{n} z {max}",
    sending: "Odosiela sa…",
    saved: "Uložené na tejto stránke. Odošleme, len čo sa obnoví pripojenie.",
    failed: "Odpoveď sa nepodarilo prijať. Ospravedlňujeme sa.",
    other: "Napíšte nám čo",
    missing: "Napíšte to sem alebo vyberte inú odpoveď.",
    left: "Zostáva znakov: {n}",
    region: "Váš názor na {shop}",
    thanks: "Ďakujeme!",
    nps: ("vôbec nepravdepodobné", "mimoriadne pravdepodobné"),
    ces: ("rozhodne nesúhlasím", "rozhodne súhlasím"),
    csat: ("veľmi nespokojný/-á", "veľmi spokojný/-á"),
};

/// Hungarian.
pub const HUNGARIAN: Words = Words {
    language: "hu",
    send: "Küldés",
    skip: "Kihagyás",
    close: "Bezárás",
    of: "{n} / {max}",
    sending: "Küldés folyamatban…",
    saved: "Ezen az oldalon megőriztük. Elküldjük, amint visszajön a kapcsolat.",
    failed: "A válaszát nem tudtuk elfogadni. Elnézést kérünk.",
    other: "Írja le, mi az",
    missing: "Írja ide, vagy válasszon másik választ.",
    left: "Hátralévő karakterek: {n}",
    region: "Az Ön véleménye erről: {shop}",
    thanks: "Köszönjük!",
    nps: ("egyáltalán nem valószínű", "rendkívül valószínű"),
    ces: ("egyáltalán nem értek egyet", "teljes mértékben egyetértek"),
    csat: ("nagyon elégedetlen", "nagyon elégedett"),
};

/// Ukrainian.
pub const UKRAINIAN: Words = Words {
    language: "uk",
    send: "Надіслати",
    skip: "Пропустити",
    close: "Закрити",
    of: "{n} з {max}",
    sending: "Надсилання…",
    saved: "Збережено на цій сторінці. Надішлемо, щойно відновиться зв’язок.",
    failed: "Не вдалося прийняти вашу відповідь. Вибачте.",
    other: "Напишіть, що саме",
    missing: "Напишіть це тут або виберіть іншу відповідь.",
    left: "Залишилося символів: {n}",
    region: "Ваша думка про {shop}",
    thanks: "Дякуємо!",
    nps: ("зовсім не ймовірно", "надзвичайно ймовірно"),
    ces: ("категорично не погоджуюся", "повністю погоджуюся"),
    csat: ("дуже незадоволений/-а", "дуже задоволений/-а"),
};

/// Arabic, written from right to left.
pub const ARABIC: Words = Words {
    language: "ar",
    send: "إرسال",
    skip: "تخطٍّ",
    close: "إغلاق",
    of: "{n} من {max}",
    sending: "جارٍ الإرسال…",
    saved: "حُفظت الإجابة في هذه الصفحة وستُرسل فور عودة الاتصال.",
    failed: "تعذّر قبول إجابتك. نعتذر عن ذلك.",
    other: "اكتب لنا ما هو",
    missing: "اكتبها هنا أو اختر إجابة أخرى.",
    left: "الأحرف المتبقية: {n}",
    region: "رأيك في {shop}",
    thanks: "شكرًا لك!",
    nps: ("غير محتمل إطلاقًا", "محتمل للغاية"),
    ces: ("لا أوافق بشدة", "أوافق بشدة"),
    csat: ("غير راضٍ جدًا", "راضٍ جدًا"),
};
