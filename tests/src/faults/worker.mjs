// The built Worker with fault-injecting bindings; `xtask dev --entry` runs this module instead of the Worker.
// `/v1/__faults` sets the faults, as rates and a seed, and returns the counters.
import { WorkerEntrypoint } from 'cloudflare:workers';
import Product from '../../../edge/build/index.js';

const NONE = {
  seed: 1,
  // Only requests to paths with this prefix are affected, not the queue or the cron job. Empty: everything is affected.
  path: '',
  // Rates of D1 calls that fail before or after execution, and their error messages.
  d1_before: 0, d1_after: 0, d1_down: false, d1_errors: ['Network connection lost.'],
  kv_down: false,
  // Rates of queue sends that fail before or after the message is enqueued.
  send_before: 0, send_after: 0,
  // Rates of messages that are duplicated in a batch or redelivered after an ack, and of shuffled batches.
  twice: 0, again: 0, shuffle: false,
  // Rates of failing D1 calls of the queue consumer.
  batch_before: 0, batch_after: 0,
  // Rates of requests that trap the wasm instance before or after their D1 work.
  trap_before: 0, trap_after: 0,
  // Offset of the Worker's clock, in days.
  days: 0,
};
let faults = { ...NONE };
let seen = fresh();
let state = 1n;

function fresh() {
  return { d1_calls: 0, d1_failed: 0, kv_calls: 0, kv_failed: 0, sent: 0, refused: 0, delivered: 0, repeated: 0,
    batches: 0, traps: 0, messages: 0, scheduled: 0,
    replies: 0, thrown: 0, too_large: 0, most_pulled: 0 };
}

// SplitMix64, as in random.rs.
function chance(rate) {
  if (rate <= 0) return false;
  const mask = (1n << 64n) - 1n;
  state = (state + 0x9e3779b97f4a7c15n) & mask;
  let z = state;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
  return Number((z ^ (z >> 31n)) >> 11n) / 2 ** 53 < rate;
}

const pick = (list) => list[Math.floor(Math.random() * list.length)];

// The clock that the Worker reads.
const RealDate = Date;
globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length > 0) super(...given);
    else super(Date.now());
  }
  static now() { return RealDate.now() + faults.days * 86_400_000; }
};

// The state of one request, event or batch.
class Account {
  constructor(suffers, before = faults.d1_before, after = faults.d1_after, down = faults.d1_down) {
    Object.assign(this, { suffers, before, after, down, calls: 0, rowsRead: 0, rowsWritten: 0, pulled: 0, statements: [] });
    this.trapBefore = suffers && chance(faults.trap_before);
    this.trapAfter = suffers && !this.trapBefore && chance(faults.trap_after);
  }

  async run(work, statements) {
    seen.d1_calls += 1;
    this.calls += 1;
    this.statements.push(...statements);
    const fail = () => {
      seen.d1_failed += 1;
      throw new Error(`D1_ERROR: ${pick(faults.d1_errors)}`);
    };
    if (this.suffers && (this.down || chance(this.before))) fail();
    const result = await work();
    for (const { meta } of Array.isArray(result) ? result : [result]) {
      this.rowsRead += meta?.rows_read ?? 0;
      this.rowsWritten += meta?.rows_written ?? 0;
    }
    if (this.suffers && chance(this.after)) fail();
    // The Worker reads the success flag and the metadata of every result.
    if (this.trapAfter && Array.isArray(result)) for (const each of result) Object.defineProperty(each, 'success', { get: trap });
    return result;
  }
}

function trap() {
  seen.traps += 1;
  throw new Error('a trap');
}

class D1PreparedStatement {
  constructor(real, account, sql, values = []) { Object.assign(this, { real, account, sql, values }); }
  bind(...values) { return new D1PreparedStatement(this.real.bind(...values), this.account, this.sql, values); }
  #run(work) { return this.account.run(work, [{ sql: this.sql, values: this.values }]); }
  all() { return this.#run(() => this.real.all()); }
  run() { return this.#run(() => this.real.run()); }
  first(column) { return this.#run(() => this.real.first(column)); }
  raw(options) { return this.#run(() => this.real.raw(options)); }
}

class D1Database {
  constructor(real, account) { Object.assign(this, { real, account }); }

  prepare(sql) {
    // The `worker` crate unwraps this result.
    if (this.account.trapBefore && /^\s*(INSERT|UPDATE|DELETE)/i.test(sql)) trap();
    return new D1PreparedStatement(this.real.prepare(sql), this.account, sql);
  }

  batch(list) {
    const statements = list.map(({ sql, values }) => ({ sql, values }));
    return this.account.run(() => this.real.batch(list.map(({ real }) => real)), statements);
  }

  exec(sql) { return this.account.run(() => this.real.exec(sql), [{ sql, values: [] }]); }
  withSession(constraint) { return new D1Database(this.real.withSession(constraint), this.account); }
  getBookmark() { return this.real.getBookmark(); }
}

class KvNamespace {
  constructor(real, account) { Object.assign(this, { real, account }); }
  #run(work) {
    seen.kv_calls += 1;
    if (!this.account.suffers || !faults.kv_down) return work();
    seen.kv_failed += 1;
    return Promise.reject(new Error('KV GET failed: 503 Service Unavailable'));
  }
  get(...given) { return this.#run(() => this.real.get(...given)); }
  getWithMetadata(...given) { return this.#run(() => this.real.getWithMetadata(...given)); }
  put(...given) { return this.#run(() => this.real.put(...given)); }
  delete(...given) { return this.#run(() => this.real.delete(...given)); }
  list(...given) { return this.#run(() => this.real.list(...given)); }
}

class WorkerQueue {
  constructor(real, account) { Object.assign(this, { real, account }); }
  async #send(count, work) {
    const refuse = () => {
      seen.refused += count;
      throw new Error('Queue send failed: 500 Internal Server Error');
    };
    if (this.account.suffers && chance(faults.send_before)) refuse();
    const result = await work();
    seen.sent += count;
    if (this.account.suffers && chance(faults.send_after)) refuse();
    return result;
  }
  send(...given) { return this.#send(1, () => this.real.send(...given)); }
  sendBatch(messages, ...more) {
    const list = [...messages];
    return this.#send(list.length, () => this.real.sendBatch(list, ...more));
  }
}

// A rate limit per address would only measure that all requests come from one address.
class Ratelimit {
  limit() { return Promise.resolve({ success: true }); }
}

function wrapped(env, account) {
  const all = { ...env };
  for (const [name, binding] of Object.entries(env)) {
    const kind = binding?.constructor?.name;
    if (kind === 'D1Database') all[name] = new D1Database(binding, account);
    else if (kind === 'KvNamespace') all[name] = new KvNamespace(binding, account);
    else if (kind === 'WorkerQueue') all[name] = new WorkerQueue(binding, account);
    else if (kind === 'Ratelimit') all[name] = new Ratelimit();
  }
  return all;
}

// The same request with a body that counts the bytes pulled.
function counted(request, account) {
  if (!request.body || request.method === 'GET' || request.method === 'HEAD') return request;
  const reader = request.body.getReader();
  const body = new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      account.pulled += value.byteLength;
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
  return new Request(request, { body, duplex: 'half' });
}

// A message that may be duplicated in its batch, and redelivered after an ack.
function copies(message, again) {
  const { id, timestamp, body, attempts } = message;
  const done = () => (again ? message.retry() : message.ack());
  const one = { id, timestamp, body, attempts, ack: done, retry: (options) => message.retry(options) };
  if (again) seen.repeated += 1;
  if (!chance(faults.twice)) return [one];
  seen.repeated += 1;
  return [one, { ...one }];
}

export default class Faulty extends WorkerEntrypoint {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/v1/__faults') return control(request, this.env);
    const account = new Account(pathname.startsWith(faults.path));
    const product = new Product(this.ctx, wrapped(this.env, account));
    let reply;
    try {
      reply = await product.fetch(counted(request, account));
    } catch (error) {
      seen.thrown += 1;
      throw error;
    }
    seen.replies += 1;
    seen.too_large += reply.status === 413 ? 1 : 0;
    seen.most_pulled = Math.max(seen.most_pulled, account.pulled);
    const marked = new Response(reply.body, reply);
    marked.headers.set('x-rows-read', account.rowsRead);
    marked.headers.set('x-rows-written', account.rowsWritten);
    marked.headers.set('x-d1-calls', account.calls);
    marked.headers.set('x-pulled', account.pulled);
    if (request.headers.has('x-show-statements')) {
      marked.headers.set('x-statements', encodeURIComponent(JSON.stringify(account.statements)));
    }
    return marked;
  }

  async queue(batch) {
    const { path, d1_before, d1_after, batch_before, batch_after } = faults;
    const account = path === '' ? new Account(true, batch_before || d1_before, batch_after || d1_after)
      : new Account(true, batch_before, batch_after, false);
    const messages = batch.messages.flatMap((message) => copies(message, chance(faults.again)));
    if (faults.shuffle) messages.sort(() => (chance(0.5) ? 1 : -1));
    seen.batches += 1;
    seen.delivered += messages.length;
    const given = {
      queue: batch.queue, metadata: batch.metadata, messages,
      ackAll: () => messages.forEach((message) => message.ack()),
      retryAll: (options) => messages.forEach((message) => message.retry(options)),
    };
    const product = new Product(this.ctx, wrapped(this.env, account));
    await product.queue(given);
  }

  async scheduled(event) {
    seen.scheduled += 1;
    const product = new Product(this.ctx, wrapped(this.env, new Account(faults.path === '')));
    await product.scheduled(event);
  }
}

// `PUT` sets the faults and resets the counters, `POST` enqueues raw messages, `GET` returns the counters.
async function control(request, env) {
  if (request.method === 'PUT') {
    faults = { ...NONE, ...(await request.json()) };
    state = BigInt(faults.seed);
    seen = fresh();
  }
  if (request.method === 'POST') {
    const bodies = await request.json();
    await env.INTAKE.sendBatch(bodies.map((body) => ({ body, contentType: typeof body === 'string' ? 'text' : 'json' })));
    seen.messages += bodies.length;
  }
  return Response.json({ faults, seen });
}
