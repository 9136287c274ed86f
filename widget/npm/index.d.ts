/** What was bought. */
export interface Order {
  /** Your own number of the order. */
  id?: string;
  /** An integer in the currency's minor unit: 12990 is 129.90. */
  value: number;
  /** Three letters, such as `EUR`. */
  currency: string;
}

/** What you know about a customer, sent with the answers. Nothing that names a person belongs here. */
export type Traits = Record<string, string | number>;

/** What happened to a survey, without any personal data. */
export type EventName = 'shown' | 'answered' | 'completed' | 'dismissed' | 'error';

/** With each event. */
export interface EventDetail {
  /** The survey's id; only an error may have none. */
  survey?: string;
}

/** Everything that a page can tell Glas. Calls wait until the tag has arrived; on a server they do nothing. */
export interface Glas {
  /** Shows a survey: the named one, else the first of this page. Asked for like this, it may be shown at any time. */
  (verb: 'open', survey?: string): void;
  /** Takes the survey off the page. */
  (verb: 'close'): void;
  /** Your own id of the customer, and traits. Do not use an e-mail address as the id. */
  (verb: 'identify', customer: string, traits?: Traits): void;
  /** The order that answers on this page belong to. */
  (verb: 'order', order: Order): void;
  /** Something happened that a survey may wait for. */
  (verb: 'track', event: string, properties?: Record<string, unknown>): void;
  /** Whether Glas may keep something on the device. Wins over the page's consent platform; `false` erases. */
  (verb: 'consent', given: boolean): void;
  /** Listens. Returns how to stop listening. */
  (verb: 'on', event: EventName, listener: (detail: EventDetail) => void): () => void;
  /** Forgets the customer, the order and everything on the device: when somebody logs out. */
  (verb: 'reset'): void;
  /** Takes Glas off the page with all its listeners. */
  (verb: 'destroy'): void;
}

/** What the tag needs to know. */
export interface Options {
  /** Where your Glas is, such as `https://glas.example`. */
  host: string;
  /** The public key of your shop, `pk_…`. */
  key: string;
  /** The language to ask in; default: the page's, then the browser's, then the survey's. */
  lang?: string;
  /** The same as `glas('identify', customer)`. */
  customer?: string;
  /** The same as `glas('order', order)`. */
  order?: Order;
  /** The same as `glas('consent', consent)`. */
  consent?: boolean;
  /** For pages whose policy asks for one. */
  nonce?: string;
  /** An exact version: the folder's name in `/a/sri.json`, twelve hex digits. */
  version?: string;
  /** The hash of that version's `tag.js`, from `/a/sri.json`. */
  integrity?: string;
}

/** Puts the tag on the page, once. On a server it only gives back a function that does nothing. */
export function load(options: Options): Glas;
