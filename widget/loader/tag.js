// The tag for shops that pin a version by its hash. It contains every part, and checks the files it loads against
// hashes.
import { boot } from './boot.js';
import { safely } from './safely.js';
import schedule from './scheduler.js';
import button from './parts/button.js';
import click from './parts/click.js';
import consentPlatforms from './parts/consent_platforms.js';
import event from './parts/event.js';
import exit from './parts/exit.js';
import memory from './parts/memory.js';
import pages from './parts/pages.js';
import scroll from './parts/scroll.js';
import time from './parts/time.js';
import visible from './parts/visible.js';

const locks = __GLAS_LOCKS__;
const script = document.currentScript || document.querySelector('script[data-key]');

// `import()` takes no hash, but it uses a preloaded module. A preload with a wrong hash fails, and nothing is imported.
const importModule = (url) => {
  const name = url.split('/').pop();
  // The built name of `scheduler.js`, which is already in this bundle.
  if (name === 'run.js') return Promise.resolve({ default: schedule });
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
importModule.wasm = locks['glas_bg.wasm'];

const start = safely((config) => {
  // If the shop stores nothing on devices, no consent is needed.
  const memoryless = config.c === 'n';
  const auto = config.c ? undefined : consentPlatforms;
  boot(
    config,
    { button, click, event, exit, pages, scroll, time, visible, auto, memory: memoryless ? undefined : memory },
    script,
    importModule,
  );
});

const begin = safely(() => {
  if (window.glas?.key) return;
  // A destroyed tag (`key` is 0) ignores calls, so the queue takes its place.
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
