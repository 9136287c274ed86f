// Loaded only by surveys that need it: stars and faces, contacts, modal dialogs, and texts that repeat earlier answers.
// Built as `more.js`.
import css from '../pkg/extras.css';

export { reaches } from './contact.js';
export { recall } from './recall.js';
export { css };

/** Opens a modal dialog; returns a function that lets the page scroll again. */
export const modal = (panel, close) => {
  // Fires for every way of closing, such as Escape or a phone's back gesture.
  panel.onclose = close;
  // A click on the backdrop closes the dialog. Selecting text and releasing the pointer on the backdrop does not.
  let pressed;
  panel.onpointerdown = ({ target }) => {
    pressed = target;
  };
  panel.onclick = ({ target, detail, clientX: x, clientY: y }) => {
    const { left, right, top, bottom } = panel.getBoundingClientRect();
    const outside = x < left || x > right || y < top || y > bottom;
    if (outside && detail && target === panel && pressed === panel) close();
  };
  panel.showModal();
  // The page behind must not scroll, and keeps the space of its scroll bar so that it does not shift.
  const lock = new CSSStyleSheet();
  const bar = innerWidth > document.documentElement.clientWidth ? 'scrollbar-gutter:stable' : '';
  lock.replaceSync(`html,body{overflow:hidden!important;${bar}}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, lock];
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== lock);
  };
};
