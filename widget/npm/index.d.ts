/** An order. */
export interface Order {
  /** Your order number. */
  id?: string;
  /** An integer in the currency's minor unit: 12990 is 129.90. */
  value: number;
  /** An ISO 4217 code, such as `EUR`. */
  currency: string;
  /** Your server's signature over the order. */
  sig?: string;
}

/**
 * Traits of a customer, sent with the answers. Do not include anything that identifies a person. `sig` is no trait: it is
 * your server's signature over the customer and the traits.
 */
export type Traits = Record<string, string | number>;

/** The events of a survey. They contain no personal data. */
export type EventName = 'shown' | 'answered' | 'completed' | 'dismissed' | 'error';

/** The detail of each event. */
export interface EventDetail {
  /** The survey's id; always present except in some `error` events. */
  survey?: string;
}

/** The functions of Glas. Calls are queued until the tag has loaded; on a server they do nothing. */
export interface Glas {
  /** Shows a survey: the given one, else the first of this page. Pauses and the audience do not apply to this call. */
  (verb: 'open', survey?: string): void;
  /** Closes the survey. */
  (verb: 'close'): void;
  /** Sets the customer's id in your system, and traits. Do not use an e-mail address as the id. */
  (verb: 'identify', customer: string, traits?: Traits): void;
  /** Sets the order that answers on this page belong to. */
  (verb: 'order', order: Order): void;
  /** Reports an event that may trigger a survey. */
  (verb: 'track', event: string, properties?: Record<string, unknown>): void;
  /** Sets whether Glas may store data on the device. Overrides the page's consent platform; `false` erases the data. */
  (verb: 'consent', given: boolean): void;
  /** Adds a listener. Returns a function that removes it. */
  (verb: 'on', event: EventName, listener: (detail: EventDetail) => void): () => void;
  /** Erases the customer, the order and all data on the device. Call it when the customer logs out. */
  (verb: 'reset'): void;
  /** Removes Glas and all its listeners from the page. */
  (verb: 'destroy'): void;
}

/** The options of the tag. */
export interface Options {
  /** The origin of your Glas server, such as `https://glas.example`. */
  host: string;
  /** The public key of your shop, `pk_…`. */
  key: string;
  /** The language of the survey. Default: the page's, then the browser's, then the survey's default. */
  lang?: string;
  /** The same as `glas('identify', customer)`. */
  customer?: string;
  /** Your server's signature over the customer: `glas('identify', customer, { sig: signature })`. */
  signature?: string;
  /** The same as `glas('order', order)`. */
  order?: Order;
  /** The same as `glas('consent', consent)`. */
  consent?: boolean;
  /** The nonce of the script, for pages whose policy requires one. */
  nonce?: string;
  /** A version to pin: the folder's name in `/a/sri.json`, twelve hex digits. */
  version?: string;
  /** The hash of `tag.js` in that version, from `/a/sri.json`. */
  integrity?: string;
}

/** Adds the tag to the page, once. On a server it only returns a function that does nothing. */
export function load(options: Options): Glas;
