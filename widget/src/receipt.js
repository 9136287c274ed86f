// With the thanks: the way to what was kept of the answer, where the shopper reads and deletes it.
import css from '../pkg/receipt.css';
import { wordsIn } from './receipt/words.js';

/** Shows the link, if the reply brought a receipt and the thanks are still there. */
export const show = async (reply, root) => {
  try {
    const { receipt } = await reply.json();
    const panel = root.firstChild;
    if (!receipt || root.host.dataset.state !== 'thanks') return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    const link = document.createElement('a');
    link.className = 'receipt';
    // The service's origin, where the reply came from.
    link.href = new URL(`/r/${receipt}`, reply.url);
    link.target = '_blank';
    // The address is the key: it is told to nobody.
    link.rel = 'noopener noreferrer';
    link.textContent = wordsIn(panel.lang);
    // Nothing that the survey has to know.
    link.onclick = (event) => event.stopPropagation();
    // After the thanks, before the closing button.
    panel.querySelector('.live').after(link);
  } catch {
    // A reply without one, or cut off: the thanks stand for themselves.
  }
};
