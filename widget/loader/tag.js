// The tag for shops that name one version and its hash: every part is in it, and what it loads is held to hashes, too.
import { boot } from './boot.js';
import run from './run.js';
import { quiet } from './quiet.js';
import auto from './parts/auto.js';
import button from './parts/button.js';
import click from './parts/click.js';
import event from './parts/event.js';
import exit from './parts/exit.js';
import memory from './parts/memory.js';
import pages from './parts/pages.js';
import scroll from './parts/scroll.js';
import time from './parts/time.js';
import visible from './parts/visible.js';

const locks = __GLAS_LOCKS__;
const script = document.currentScript || document.querySelector('script[data-key]');

// An import takes no hash, but finds what a preload with one has left; a preload that fails its hash leaves nothing.
const bring = (url) => {
  const name = url.split('/').pop();
  if (name === 'run.js') return Promise.resolve({ default: run });
  const link = document.createElement('link');
  if (!locks[name] || !link.relList.supports('modulepreload')) return import(url);
  return new Promise((resolve, reject) => {
    link.rel = 'modulepreload';
    link.crossOrigin = 'anonymous';
    link.integrity = locks[name];
    link.onload = resolve;
    link.onerror = reject;
    link.href = url;
    document.head.append(link);
  }).then(() => import(url));
};
bring.wasm = locks['glas_bg.wasm'];

const start = quiet((config) => {
  // Where nothing may be kept there is nothing to ask a consent platform for.
  const memoryless = config.c === 'n';
  const asking = config.c ? undefined : auto;
  boot(
    config,
    { button, click, event, exit, pages, scroll, time, visible, auto: asking, memory: memoryless ? undefined : memory },
    script,
    bring,
  );
});

const begin = quiet(() => {
  if (window.glas?.key) return;
  // A destroyed one hears nothing.
  if (!window.glas || window.glas.key === 0) {
    window.glas = function glas() {
      (glas.q = glas.q || []).push(arguments);
    };
  }
  fetch(`${new URL(script.src).origin}/w/${script.dataset.key}.json`, { priority: 'low' })
    .then((reply) => reply.json())
    .then(start, () => {});
});
if (document.prerendering) document.addEventListener('prerenderingchange', begin);
else begin();
