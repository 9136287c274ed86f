import assert from 'node:assert/strict';
import { test } from 'node:test';

/** Defines one test for each row of arguments and expected result. */
export const table = (name, rows, run) => {
  for (const [input, expected] of rows) {
    test(`${name} ${JSON.stringify(input)} → ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(run(...input), expected);
    });
  }
};
