// Restores what the loader changed on the page. Runs after `glas('destroy')`.

/** `life` is stored with each wrapper of a `history` method and identifies it as the one of this tag. */
export default (surveys, find, life) => {
  for (const { q, h } of surveys) if (h && find(q)) find(q).style.minHeight = '';
  for (const name of ['pushState', 'replaceState']) {
    // If another script has wrapped our wrapper, it stays in that script's chain; it does nothing any more.
    const [before, owner] = history[name].glas || [];
    if (owner === life) history[name] = before;
  }
};
