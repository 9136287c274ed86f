// Earlier answers in later texts. Pure, so that `node --test` runs it.

/** An answer in words, for a later question that speaks of it. */
const inWords = ({ choices }, answer) =>
  answer
    ? String(
        answer.text ??
          answer.contact ??
          answer.score ??
          choices
            // Its list is bare too.
            .filter(({ id }) => [].includes.call(answer.choices, id))
            .map(({ text }) => text)
            .concat(answer.other || [])
            .join(', '),
      )
    : '…';

/** What was answered to the question with an id; `counted` has a bit for each answer that counts. */
export const recall = (id, questions, answers, counted) => {
  const at = questions.findIndex((question) => question.id === id);
  return at < 0 ? `{${id}}` : inWords(questions[at], (counted >> at) & 1 && answers[at]);
};
