// Which pages a survey belongs to. Pure, so that `node --test` covers every case.
import { safely } from './safely.js';

// The address bar shows `/dziękuję`, `location.pathname` returns `/dzi%C4%99kuj%C4%99`: compare both decoded.
// A stray percent sign throws; such a path is compared undecoded.
const decoded = (path) => safely(decodeURI)(path) || path;

// `*` matches any run of characters. The pieces between the stars are compared one by one: a regular expression with
// many stars can take seconds on a long path, and this runs on every page view.
const fits = (pattern, path) => {
  // `~` marks a regular expression. Its cost is the owner's choice.
  if (pattern[0] === '~') return RegExp(pattern.slice(1)).test(path);
  const pieces = decoded(pattern).split('*');
  const last = pieces.length - 1;
  let at = 0;
  return last
    ? pieces.every((piece, n) => {
        const found = n < last ? path.indexOf(piece, at) : path.length - piece.length;
        const fit = (n ? found >= at : !found) && path.startsWith(piece, found);
        at = found + piece.length;
        return fit;
      })
    : // A trailing slash makes no difference.
      pieces[0].replace(/\/$/, '') === path.replace(/\/$/, '');
};

/** Whether a path matches: no negated pattern (`!`) fits it, and a positive one does if there are any. */
export const pageMatches = (patterns, path) => {
  let match = patterns.every((pattern) => pattern[0] === '!');
  for (const pattern of patterns) {
    const not = pattern[0] === '!';
    if (fits(not ? pattern.slice(1) : pattern, decoded(path))) {
      if (not) return false;
      match = true;
    }
  }
  return match;
};
