// Which pages a survey belongs to. Pure, as every decision: `node --test` runs every row of them.
import { quiet } from './quiet.js';

// An address bar shows `/dziękuję`, `location.pathname` says `/dzi%C4%99kuj%C4%99`: both are read as the former.
// A stray percent sign throws.
const plain = (path) => quiet(decodeURI)(path) || path;

// `*` stands for any run of characters. Compared piece by piece: a regular expression with many stars can take
// seconds on a long path, and this runs on every page view.
const fits = (pattern, path) => {
  // Whoever writes `~` wants one all the same.
  if (pattern[0] === '~') return RegExp(pattern.slice(1)).test(path);
  const pieces = plain(pattern).split('*');
  const last = pieces.length - 1;
  let at = 0;
  return last
    ? pieces.every((piece, n) => {
        const found = n < last ? path.indexOf(piece, at) : path.length - piece.length;
        const fit = (n ? found >= at : !found) && path.startsWith(piece, found);
        at = found + piece.length;
        return fit;
      })
    : // One slash at the end more or less is the same page.
      pieces[0].replace(/\/$/, '') === path.replace(/\/$/, '');
};

/** Whether a pattern fits the path, or there are none but negated ones (`!`), and no negated one does. */
export const pageMatches = (patterns, path) => {
  let match = patterns.every((pattern) => pattern[0] === '!');
  for (const pattern of patterns) {
    const not = pattern[0] === '!';
    if (fits(not ? pattern.slice(1) : pattern, plain(path))) {
      if (not) return false;
      match = true;
    }
  }
  return match;
};
