// What the link says. Pure, so that `node --test` runs it.

// By language. Only who has answered loads them, so they are not among the words that come with a survey.
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

/** The words in a language of the service; English in any other. */
export const wordsIn = (language) => {
  const [primary] = language.split('-');
  return Object.hasOwn(WORDS, primary) ? WORDS[primary] : WORDS.en;
};
