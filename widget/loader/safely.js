/** Wraps a function so that it never throws: a guest must not fill the console of the page. */
export const safely = (work) => (...given) => {
  try {
    return work(...given);
  } catch {
    // At worst a survey is not shown.
  }
};
