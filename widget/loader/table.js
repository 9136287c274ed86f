import assert from 'node:assert/strict';
import { test } from 'node:test';

/** A test for each row of input and expectation. */
export const table = (name, rows, run) => {
  for (const [input, expected] of rows) {
    test(`${name} ${JSON.stringify(input)} → ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(run(...input), expected);
    });
  }
};
