// Verifies messages with the reference library for JavaScript. Reads a JSON list of {secret, headers, body, valid} and
// prints the entries whose validity differs.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const { Webhook } = createRequire(`${process.env.GLAS_NPM}/`)('standardwebhooks');
const wrong = [];
const messages = JSON.parse(readFileSync(0, 'utf8'));
for (const [at, { secret, headers, body, valid }] of messages.entries()) {
  let verified = true;
  try {
    new Webhook(secret).verify(body, headers);
  } catch {
    verified = false;
  }
  if (verified !== valid) wrong.push(at);
}
if (messages.length === 0 || wrong.length > 0) {
  console.error(`of ${messages.length} messages these are wrong: ${wrong}`);
  process.exit(1);
}
