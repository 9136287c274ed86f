// The link below the thanks to the receipt, where the shopper can read and delete the stored response.
import css from '../pkg/receipt.css';
import { wordsIn } from './receipt/words.js';

/** Shows the link, if the reply contains a receipt and the thanks are still shown. */
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
    // Relative to the service, which the reply came from.
    link.href = new URL(`/r/${receipt}`, reply.url);
    link.target = '_blank';
    // The URL is the credential, so it must not be sent as a referrer.
    link.rel = 'noopener noreferrer';
    link.textContent = wordsIn(panel.lang);
    // The survey does not handle this click.
    link.onclick = (event) => event.stopPropagation();
    // After the thanks and before the close button.
    panel.querySelector('.live').after(link);
  } catch {
    // The reply has no receipt or was cut off: only the thanks are shown.
  }
};
