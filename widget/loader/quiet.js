/** A guest does not fill somebody else's console. */
export const quiet = (work) => (...given) => {
  try {
    return work(...given);
  } catch {
    // Nothing is lost but a survey.
  }
};
