// The template of the tag. The service fills in the shop's config and the parts that this config needs.
import { boot } from './boot.js';
import { safely } from './safely.js';

// `currentScript` is null in a module and in an injected script.
const config = __GLAS_CONFIG__;
const script = document.currentScript || document.querySelector(`script[src*="${config.k}"]`);
const start = safely(() => boot(config, __GLAS_PARTS__, script, (url) => import(url)));
// A prerendered page that is never opened is not a page view.
if (document.prerendering) document.addEventListener('prerenderingchange', start);
else start();
