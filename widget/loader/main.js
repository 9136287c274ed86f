// The template of the tag: the service fills in the shop's config and the parts that it needs.
import { boot } from './boot.js';
import { quiet } from './quiet.js';

// A module or an injected script has no `currentScript`.
const config = __GLAS_CONFIG__;
const script = document.currentScript || document.querySelector(`script[src*="${config.k}"]`);
const start = quiet(() => boot(config, __GLAS_PARTS__, script, (url) => import(url)));
// A page that may never be looked at is not a visit.
if (document.prerendering) document.addEventListener('prerenderingchange', start);
else start();
