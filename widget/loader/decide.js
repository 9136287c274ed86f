// The loader's decisions. Pure: the page is an argument, so `node --test` runs every row of them.

// An address bar shows `/dziękuję`, `location.pathname` says `/dzi%C4%99kuj%C4%99`: both are read as the former.
const plain = (path) => {
  try {
    return decodeURI(path);
  } catch {
    return path; // A stray percent sign.
  }
};

const withoutSlash = (path) => path.replace(/\/$/, '');

// `*` stands for any run of characters. Compared piece by piece: a regular expression with many stars can take
// seconds on a long path, and this runs on every page view.
const fits = (pattern, path) => {
  const [head, ...pieces] = pattern.split('*');
  const tail = pieces.pop();
  if (tail == null) return withoutSlash(head) === withoutSlash(path);
  let at = head.length;
  return (
    path.startsWith(head) &&
    pieces.every((piece) => {
      const found = path.indexOf(piece, at);
      at = found + piece.length;
      return found >= 0;
    }) &&
    path.length - tail.length >= at &&
    path.endsWith(tail)
  );
};

/** Whether one of the patterns fits the path; no pattern at all fits every page. */
export const pageMatches = (patterns, path) =>
  !patterns.length || patterns.some((pattern) => fits(plain(pattern), plain(path)));

const low = (tag) => tag.toLowerCase().replace(/_/g, '-');

/** The first wanted language that the survey has, `pt-BR` falling to `pt`; else its fallback. */
export const pickLanguage = (wanted, has, fallback) => {
  for (const tag of wanted) {
    for (let part = low(tag || ''); part; part = part.slice(0, Math.max(0, part.lastIndexOf('-')))) {
      const found = has.find((language) => low(language) === part);
      if (found) return found;
    }
  }
  return fallback;
};

/** The survey to show now: the named one wherever it is asked for, else the first for this page; it must have a place. */
export const choose = (surveys, path, hasPlace, id) =>
  surveys.find((survey) => (id ? survey.id === id : pageMatches(survey.p, path)) && hasPlace(survey.q));
