// The text of the link. Pure, so that `node --test` can run it.

// By language. Loaded only after an answer, so these texts are not part of a survey's view.
const WORDS = {
  ar: 'اطّلع على إجابتك أو احذفها',
  cs: 'Zobrazit nebo smazat odpověď',
  de: 'Antwort ansehen oder löschen',
  en: 'See or delete your answer',
  es: 'Ver o eliminar su respuesta',
  fr: 'Voir ou supprimer votre réponse',
  hu: 'Válasz megtekintése vagy törlése',
  it: 'Vedi o elimina la sua risposta',
  pl: 'Zobacz lub usuń swoją odpowiedź',
  ro: 'Vedeți sau ștergeți răspunsul',
  sk: 'Zobraziť alebo vymazať odpoveď',
  uk: 'Переглянути або видалити відповідь',
};

/** The text in a language of the service; English for any other language. */
export const wordsIn = (language) => {
  const [primary] = language.split('-');
  return Object.hasOwn(WORDS, primary) ? WORDS[primary] : WORDS.en;
};
