// Inserts earlier answers into later texts. Pure, so that `node --test` can run it.

/** An answer in words. */
const inWords = ({ choices }, answer) =>
  answer
    ? String(
        answer.text ??
          answer.contact ??
          answer.score ??
          choices
            // The list has no prototype either; see `bare` in `payload.js`.
            .filter(({ id }) => [].includes.call(answer.choices, id))
            .map(({ text }) => text)
            .concat(answer.other || [])
            .join(', '),
      )
    : '…';

/** The answer to the question with this id, in words. `counted` has a bit for each answer that counts. */
export const recall = (id, questions, answers, counted) => {
  const at = questions.findIndex((question) => question.id === id);
  return at < 0 ? `{${id}}` : inWords(questions[at], (counted >> at) & 1 && answers[at]);
};
